import { describe, expect, test } from 'vitest';
import type { Change, Finding, PathStep } from '../model.ts';
import { arrivals, momentsOf, reachedAt } from './moments.ts';

const step = (entity: string, onsetMs: number | null): PathStep => ({ entity, edge: null, findingIds: [`finding of ${entity}`], onsetMs });
const path = [step('gateway', 24_000), step('checkout', null), step('payment', 9_000), step('database', 11_000)];

describe('the moments of the thread', () => {
  test('a step without an onset is reached with the one nearer to people, and no cause comes after its effects', () => {
    expect(arrivals(path, 0)).toEqual([24_000, 24_000, 9_000, 9_000]);
    expect(arrivals([step('alone', null)], 5_000)).toEqual([5_000]);
  });

  test('the thread grows from the cause to the symptom', () => {
    const at = (atMs: number): string[] => reachedAt(path, 0, atMs).map(({ entity }) => entity);
    expect(at(8_999)).toEqual([]);
    expect(at(9_000)).toEqual(['payment', 'database']);
    expect(at(23_999)).toEqual(['payment', 'database']);
    expect(at(24_000)).toEqual(['gateway', 'checkout', 'payment', 'database']);
  });

  test('a suspected change comes first, the alarm last; a change that nobody suspects is not told', () => {
    const change = (id: string, atMs: number): Change => ({ id, kind: 'deployment', entity: 'payment', atMs, what: id, from: '', to: '' });
    const finding = { id: 'finding of payment', entity: 'payment', feature: 'latency_p95', subject: '', symptom: true, score: 1 } as Finding;
    const evidence = [{ kind: 'change', changeId: 'release', what: 'release', beforeOnsetMs: 1_000 }] as const;
    const moments = momentsOf({ onsetMs: 9_000, openedMs: 30_000 }, { path, evidence }, [finding], [change('release', 8_000), change('other', 8_500)]);
    expect(moments.map((each) => (each.kind === 'step' ? each.step.entity : each.kind === 'change' ? each.change.id : each.kind))).toEqual(['release', 'database', 'payment', 'checkout', 'gateway', 'opened']);
    expect(moments.flatMap((each) => (each.kind === 'step' && each.finding !== null ? [each.finding.id] : []))).toEqual(['finding of payment']);
  });
});

import { describe, expect, test } from 'vitest';
import type { Finding, Incident } from '@clew/engine';
import { finding as base } from '../api/fixture/world.ts';
import { compare } from './compare.ts';
import type { Mark } from './marks.ts';

const minuteMs = 60_000;
const found = (id: string, onsetMinute: number, rest: Partial<Finding> = {}): Finding => ({ ...base, id, onsetMs: onsetMinute * minuteMs, detectedMs: onsetMinute * minuteMs + 20_000, lastMs: (onsetMinute + 5) * minuteMs, ...rest });
const said = (...findings: Finding[]) => ({ findings, incidents: [] as Incident[] });
const mark = (finding: Finding, verdict: 'real' | 'noise'): Mark => ({ finding, verdict });

describe('two versions', () => {
  const slow = { series: 'service:cart latency_p95 ', node: 'service:cart', entity: 'service:cart' };
  const a = said(found('a1', 10), found('a2', 100), found('a3', 50, slow));
  const b = said(found('b1', 11, { detectedMs: 11 * minuteMs + 50_000 }), found('b3', 200));

  test('find the same when it is the same series at the same time', () => {
    const { rows, agreement } = compare(a, b, [], 1);
    expect(rows.map((row) => [row.where, row.a?.id ?? null, row.b?.id ?? null, row.leadMs])).toEqual([['both', 'a1', 'b1', 90_000], ['a', 'a3', null, null], ['a', 'a2', null, null], ['b', null, 'b3', null]]);
    expect(agreement).toEqual({ both: 1, onlyA: 2, onlyB: 1, share: 0.25, leadMs: 90_000 });
  });

  test('one finding is met by one at most', () => {
    expect(compare(said(found('a1', 10)), said(found('b1', 10), found('b2', 12)), [], 1).agreement).toMatchObject({ both: 1, onlyB: 1 });
  });

  test('are measured against what people marked: noise by its series, trouble by its node', () => {
    const otherSeries = found('x', 10, { series: 'another of checkout' });
    const marks = [mark(otherSeries, 'real'), mark(found('y', 100), 'noise'), mark(found('z', 400), 'real'), mark(found('w', 50, { ...slow, series: 'another of cart' }), 'noise')];
    const { a: tallyA, b: tallyB, rows } = compare(a, b, marks, 2);
    expect(tallyA).toEqual({ findings: 3, symptoms: 3, incidents: 0, findingsPerDay: 1.5, incidentsPerDay: 0, real: { found: 1, missed: 1 }, noise: { repeated: 1, gone: 1 }, unmarked: 1, falseAlarmsPerDay: 0.5 });
    expect(tallyB).toMatchObject({ real: { found: 1, missed: 1 }, noise: { repeated: 0, gone: 2 }, unmarked: 1, falseAlarmsPerDay: 0 });
    expect(rows.map((row) => row.mark)).toEqual(['real', null, 'noise', null]);
  });
});

test('one version alone has no agreement', () => {
  expect(compare(said(found('a1', 10)), null, [], 1)).toMatchObject({ b: null, agreement: null, rows: [{ where: 'a' }] });
  expect(compare(said(), said(), [], 1).agreement).toMatchObject({ share: 1, leadMs: null });
});

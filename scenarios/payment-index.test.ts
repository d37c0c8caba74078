import { expect, test } from 'vitest';
import type { Cause, Finding } from '@clew/engine';
import type { SpanRecord } from '@clew/shop';
import { tellStory, toText } from '@clew/words';
import { topCause } from './judge.ts';
import { readScenario } from './scenario.ts';
import { play, type Audience } from './stage.ts';

/** The day of story.md, with its clock. What must be said by when is the reports' own timeline; what is felt is measured on the bytes' own spans. */

const at = (clock: string): number => Date.parse(`2025-03-08T${clock}Z`);
const [onset, alarmDue, indexBuilt, recovered] = [at('10:14:38'), at('10:15:23'), at('10:23:00'), at('10:23:15')];
const causeWithinMs = 5_000;
const database = 'database:postgresql/payments';

interface Call { readonly startMs: number; readonly ms: number }

/** Calls of one operation of one service, as they are sent. */
function listenTo(wanted: readonly (readonly [service: string, operation: string])[]): Audience & { readonly calls: readonly Call[][] } {
  const calls = wanted.map((): Call[] => []);
  const isServed = ({ kind }: SpanRecord): boolean => kind === 2;
  return {
    calls,
    telemetry: ({ spans }) => spans.filter(isServed).forEach((span) => wanted.forEach(([service, operation], i) => {
      if (span.resource.attributes['service.name'] === service && (operation === '*' || span.name === operation)) calls[i].push({ startMs: span.startMs, ms: span.endMs - span.startMs });
    })),
  };
}

const between = (calls: readonly Call[], fromMs: number, toMs: number): number[] => calls.filter(({ startMs }) => startMs >= fromMs && startMs < toMs).map(({ ms }) => ms).sort((a, b) => a - b);
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const shareOver = (sorted: readonly number[], ms: number): number => sorted.filter((each) => each > ms).length / sorted.length;

test('the alarm within 45 s of onset, the statement as its cause within 5 s of the alarm, blast radius, advice, recovery', () => {
  const scenario = readScenario('payment-index');
  const heard = listenTo([['payment', 'POST /payments'], ['gateway', 'POST /checkout'], ['gateway', '*']]);
  const { incidents, findings, startMs } = play(scenario, scenario.seed, heard);
  const [payments, orders, visits] = heard.calls;

  // What happened: P99 50 → 3,500 ms, and back once the index was there.
  const before = between(payments, startMs, onset);
  const during = between(payments, onset, indexBuilt);
  expect(quantile(before, 0.99)).toBeLessThan(60);
  expect(quantile(during, 0.99)).toBeGreaterThan(2_800);
  expect(quantile(during, 0.99)).toBeLessThan(4_500);
  expect(quantile(between(payments, recovered, recovered + 120_000), 0.99)).toBeLessThan(60);

  // The alarm, with its cause.
  expect(incidents).toHaveLength(1);
  const [{ incident, first, saidMs }] = incidents;
  expect(saidMs).toBeGreaterThan(onset);
  expect(saidMs).toBeLessThanOrEqual(alarmDue);
  expect(first.explanation.explainedAtMs).toBeLessThanOrEqual(saidMs + causeWithinMs);
  for (const told of [first, incident]) {
    const cause = topCause(told) as Cause;
    expect(cause).toMatchObject({ entity: database, kind: 'slow_database', detail: 'UPDATE payments' });
    expect(cause.path.map(({ entity }) => entity).at(-1)).toBe(database);
  }
  // Two panes are thin evidence; it grows.
  expect(topCause(first)?.confidence).toBeGreaterThan(0.5);
  const cause = topCause(incident) as Cause;
  expect(cause.confidence).toBeGreaterThan(0.9);
  const statement = cause.evidence.find((each) => each.kind === 'statement');
  expect(statement).toMatchObject({ text: 'UPDATE payments' });
  expect(statement?.beforeMs).toBeLessThan(10);
  expect(statement?.afterMs).toBeGreaterThan(1_000);
  expect(cause.evidence.find((each) => each.kind === 'self_time')?.share).toBeGreaterThan(0.9);
  for (const service of ['payment', 'checkout', 'gateway']) expect(incident.explanation.ruledOut).toContainEqual(expect.objectContaining({ entity: `service:shop/${service}@production`, reason: 'symptom_of_callee' }));

  // Who is affected: nearly every order. Of all visits one in eleven, and the incident says about as many.
  const usualMs = (calls: readonly Call[]): number => quantile(between(calls, startMs, onset), 0.99);
  expect(shareOver(between(orders, onset, indexBuilt), usualMs(orders))).toBeGreaterThan(0.95);
  const slowVisits = shareOver(between(visits, onset, indexBuilt), usualMs(orders));
  expect(slowVisits).toBeGreaterThan(0.07);
  expect(slowVisits).toBeLessThan(0.12);
  expect(incident.blast.slowShare).toBeGreaterThan(0.7 * slowVisits);
  expect(incident.blast.slowShare).toBeLessThan(1.5 * slowVisits);
  expect(incident.blast.affected).toEqual(expect.arrayContaining(['payment', 'checkout', 'storefront', 'gateway'].map((name) => `service:shop/${name}@production`)));

  // The advice, and that it is over.
  const told = toText(tellStory({ incident, findings: incident.findingIds.map((id) => findings.get(id)).filter((found): found is Finding => found !== undefined), changes: [], nodes: [] }));
  expect(told).toContain('EXPLAIN');
  expect(told).toContain('UPDATE payments');
  expect(incident.state).toBe('resolved');
  expect(incident.timeline.filter(({ kind }) => kind === 'recovering')[0].atMs).toBeGreaterThan(indexBuilt);
}, 300_000);

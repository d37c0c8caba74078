import { expect, test } from 'vitest';
import type { Refined } from '../api/types.ts';
import { makeNames } from './name.ts';
import { sayRefined } from './refined.ts';

const walk = { spans: 60_000, share: 0.01, traces: 4_000 };
const refined: Refined = {
  of: 'time', before: { fromMs: 0, toMs: 1 }, after: { fromMs: 1, toMs: 2 }, walked: { before: walk, after: walk },
  gains: [{ service: 'service:shop/payment@production', operation: 'UPDATE payments', kind: 'client', share: 0.98, before: 3, after: 1_300, callsBefore: 1, callsAfter: 1.1 }],
  statement: { text: 'UPDATE payments SET a = $1 WHERE order_id = $2', table: 'payments', columns: ['order_id'], beforeMs: 3, afterMs: 1_290, rowsBefore: null, rowsAfter: null },
  values: { calls: 900, bad: 880, slowMs: 6, tried: 40, wide: 0, told: [], against: 'before' },
  moved: { tried: 40, left: 0, fromMs: 0, stepMs: 30_000, told: [] },
  counted: { spans: 36_000_000, countedMs: 3_600_000, askedMs: 3_600_000, callsPerSecondBefore: 80, callsPerSecondAfter: 80 },
};
const say = (more: Partial<Refined>): string => sayRefined({ ...refined, ...more }, makeNames([])).join('\n');

test('place, statement with its advice, values, and how much was looked at', () => {
  expect(say({})).toBe(`Traces spend 98 % of the added time in payment, UPDATE payments: 3 ms → 1.3 s a trace. It is called as often as before.
One call of this statement takes 3 ms → 1.3 s: UPDATE payments SET a = $1 WHERE order_id = $2
Run EXPLAIN on it: does payments have an index on order_id?
No attribute value sets the bad calls apart: 40 were compared.
No metric moved as it began: 40 series of these services and their machines were compared.
Looked at 60,000 spans before the onset and 60,000 since, in whole traces (1 % of all since).
Counted 36,000,000 spans: 100 % of the hour around the onset.`);
});

test('what was not found or not reached is said or left out, never told as nothing', () => {
  expect(say({ gains: [], statement: null, values: null, moved: { ...refined.moved, tried: 0 }, counted: { ...refined.counted, spans: 0 } })).toBe(`Traces gained nothing at any one place, or too few of them are stored.
Looked at 60,000 spans before the onset and 60,000 since, in whole traces (1 % of all since).`);
  expect(say({ of: 'errors', statement: null, values: { calls: 9, bad: 5, slowMs: null, tried: 7, wide: 0, told: [{ key: 'k8s.pod.name', value: 'a\u001b[31m', groupShare: 0.9, restShare: 0.1 }], against: 'good' } })).toContain('  k8s.pod.name = a [31m: 90 % of them, 10 % of the others');
  expect(say({ statement: { ...refined.statement ?? { text: '', table: '', columns: [], afterMs: 1, rowsBefore: null, rowsAfter: null, beforeMs: null }, beforeMs: null, columns: [], rowsBefore: 4, rowsAfter: 4 } })).toContain('not seen before; one call takes');
});

test('metrics that moved are told with both levels, since when, and how many more did', () => {
  const course = { service: 'service:shop/payment@production', attributes: {}, values: [], distance: 40, atMs: 1_800_000 };
  const told = say({ moved: { ...refined.moved, left: 12, told: [
    { ...course, metric: 'db.client.connection.pending_requests', unit: '{request}', read: 'value', before: 0, after: 12, alike: 2 }, { ...course, metric: 'process.cpu.time', unit: '1', read: 'rate', before: 0.1, after: 0.93, alike: 0 },
  ] } });
  expect(told).toContain('Metrics that moved as it began (40 series of these services and their machines were compared):');
  expect(told).toContain('  db.client.connection.pending_requests of payment: 0 → 12 since 00:30:00 UTC; 2 more series of it, too');
  expect(told).toContain('  process.cpu.time of payment: 10 % → 93 % since 00:30:00 UTC');
  expect(told).toContain('12 more series were left out: there is no room to compare them all.');
});

test('text from telemetry cannot steer the terminal', () => {
  const told = say({ values: { calls: 9, bad: 5, slowMs: null, tried: 7, wide: 0, told: [{ key: 'k', value: 'a\u001b[31m\nb', groupShare: 0.9, restShare: 0.1 }], against: 'good' } });
  expect(told.includes('\u001b')).toBe(false);
  expect(told).not.toContain('a\nb');
});

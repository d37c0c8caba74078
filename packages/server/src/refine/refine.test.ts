import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoredValues } from '@clew/engine';
import type { Batch } from '@clew/otlp';
import { readRequest, writeRequest } from '@clew/otlp';
import { openShop, toRequests } from '@clew/shop';
import { openStore } from '../stores/store.ts';
import { refine, refineLimits } from './refine.ts';
import { setApart } from './set-apart.ts';
import { readStatement, statementOf } from './statement.ts';

const minuteMs = 60_000;
const startMs = Date.parse('2025-03-08T10:00:00Z');
const onsetMs = startMs + 4 * minuteMs;
const untilMs = onsetMs + 2 * minuteMs;
const serviceId = (name: string): string => `service:shop/${name}@production`;

/** Six minutes of the shop in a row store, the fault in the last two. */
async function store(fault: string, endMs = untilMs, beginMs = startMs) {
  const folder = mkdtempSync(join(tmpdir(), 'clew-refine-'));
  const opened = await openStore({ folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes: 60 });
  onTestFinished(async () => {
    await opened.close();
    rmSync(folder, { recursive: true });
  });
  const shop = openShop({ seed: 3, startMs: beginMs, requestsPerSecond: 5, faults: [{ name: fault, startMs: onsetMs, endMs: Infinity }] });
  let position = 0;
  for (let ms = beginMs + 5_000; ms <= endMs; ms += 5_000) {
    const { traces, metrics } = toRequests(shop.step(ms));
    if (traces !== null) await opened.feed([{ position: ++position, receivedMs: ms, batch: readRequest('traces', writeRequest('traces', traces)) as Batch }]);
    if (metrics !== null) await opened.feed([{ position: ++position, receivedMs: ms, batch: readRequest('metrics', writeRequest('metrics', metrics)) as Batch }]);
  }
  await opened.flush();
  return opened.rows.query;
}

const clock = (): number => 0;

test('a statement that lost its index is named with its table and column; it is not called more often', async () => {
  const query = await store('payment-index');
  const asked = { services: ['payment', 'checkout', 'gateway'].map(serviceId), of: 'time', onsetMs, untilMs } as const;
  const told: number[] = [];
  const refined = await refine(query, asked, clock, (progress) => told.push(progress));
  expect(refined.gains[0]).toMatchObject({ service: serviceId('payment'), operation: 'UPDATE payments', kind: 'client' });
  expect(refined.gains[0].share).toBeGreaterThan(0.9);
  expect(refined.statement).toMatchObject({ text: 'UPDATE payments SET state = $2, reference = $3 WHERE order_id = $1', table: 'payments', columns: ['order_id'] });
  expect(refined.statement?.beforeMs).toBeLessThan(10);
  expect(refined.statement?.afterMs).toBeGreaterThan(1_000);
  const { callsPerSecondBefore, callsPerSecondAfter, spans, countedMs, askedMs } = refined.counted;
  expect((callsPerSecondAfter ?? 0) / (callsPerSecondBefore ?? 1)).toBeGreaterThan(0.6);
  expect((callsPerSecondAfter ?? 0) / (callsPerSecondBefore ?? 1)).toBeLessThan(1.6);
  expect(spans).toBeGreaterThan(10_000);
  expect(countedMs).toBe(askedMs);
  expect(told.at(-1)).toBe(1);
  expect(await refine(query, asked, clock)).toEqual(refined);

  // A budget that is over at once: counted nothing, and says so; all else is the same.
  let ms = 0;
  const hurried = await refine(query, asked, () => (ms += refineLimits.budgetMs));
  expect(hurried.counted).toMatchObject({ spans: 0, countedMs: 0, callsPerSecondAfter: null });
  expect({ ...hurried, counted: refined.counted }).toEqual(refined);
}, 60_000);

test('one bad instance of three is set apart by its name', async () => {
  const refined = await refine(await store('bad-pod'), { services: ['catalogue', 'storefront'].map(serviceId), of: 'errors', onsetMs, untilMs }, clock);
  expect(refined.gains[0]).toMatchObject({ service: serviceId('catalogue') });
  expect(refined.values?.against).toBe('good');
  expect(refined.values?.told.map(({ key }) => key)).toContain('k8s.pod.name');
  for (const { groupShare, restShare } of refined.values?.told ?? []) expect(groupShare).toBeGreaterThan(restShare + 0.3);
  expect(refined.statement).toBeNull();
}, 60_000);

test('metrics that moved as it began are told, each service and metric once, with where they changed', async () => {
  const query = await store('payment-index', untilMs, startMs - 8 * minuteMs);
  const { moved } = await refine(query, { services: [serviceId('payment')], of: 'time', onsetMs, untilMs }, clock);
  expect(moved.tried).toBeGreaterThan(5);
  expect(moved.left).toBe(0);
  expect(moved.told).toMatchObject([{ service: serviceId('payment'), metric: 'http.server.request.duration', read: 'p95', unit: 's', atMs: onsetMs }]);
  expect(moved.told[0].before).toBeLessThan(0.5);
  expect(moved.told[0].after).toBeGreaterThan(1);
  expect(moved.told[0].values[(onsetMs - moved.fromMs) / moved.stepMs]).toBeGreaterThan(1);
}, 60_000);

test('where nothing is stored, nothing is said', async () => {
  const query = await store('traffic-surge', startMs + 10_000);
  const refined = await refine(query, { services: [serviceId('nobody')], of: 'time', onsetMs, untilMs }, clock);
  expect(refined).toMatchObject({ gains: [], statement: null, values: null, walked: { after: { traces: 0 } } });
}, 60_000);

describe('setApart', () => {
  const half = (inGroup: number, inRest: number) => ({ key: 'zone', value: 'a', inGroup, inRest });
  test('what every call has sets nothing apart, and neither does what chance can do', () => {
    expect(setApart([half(50, 50)], 50, 50)).toEqual([]);
    expect(setApart([half(3, 1)], 5, 5)).toEqual([]);
    expect(setApart([half(5, 5)], 0, 10)).toEqual([]);
  });
  test('the more values are tried, the more a difference must weigh', () => {
    const odd = half(19, 8);
    expect(setApart([odd], 20, 20)).toHaveLength(1);
    expect(setApart([odd, ...Array.from({ length: 4_000 }, (_, i) => ({ key: 'user', value: String(i), inGroup: 1, inRest: 1 }))], 20, 20)).toEqual([]);
  });
});

test.each([
  ['UPDATE payments SET state = $2 WHERE order_id = $1', 'payments', ['order_id']],
  ['SELECT id, status FROM orders o WHERE o.customer_id = ? AND status IN (?) ORDER BY created_at LIMIT 20', 'orders', ['customer_id', 'status']],
  ['select * from "stock" where sku like ? and available >= ?', 'stock', ['sku', 'available']],
  ['INSERT INTO payments (id) VALUES (?)', 'payments', []],
  ['SELECT available FROM stock WHERE NOT sold', 'stock', []],
  ['{"find": "orders"}', '', []],
])('readStatement: %s', (text, table, columns) => {
  expect(readStatement(text)).toEqual({ table, columns });
});

describe('statementOf', () => {
  const at = (calls: number, totalMs: number, more: readonly (readonly [key: string, value: string, calls: number])[] = []): StoredValues => ({
    calls, bad: 0, totalMs, p95Ms: null, wide: 0,
    values: [{ key: 'db.query.text', value: 'SELECT a', calls, bad: 0, totalMs }, ...more.map(([key, value, count]) => ({ key, value, calls: count, bad: 0, totalMs: 0 }))],
  });
  test('time and rows a call, before and since', () => {
    expect(statementOf(at(10, 20, [['db.response.returned_rows', '4', 10]]), at(20, 8_000, [['db.response.returned_rows', '4', 10], ['db.response.returned_rows', '6', 9]]))).toEqual({
      text: 'SELECT a', table: '', columns: [], beforeMs: 2, afterMs: 400, rowsBefore: 4, rowsAfter: (4 * 10 + 6 * 9) / 19,
    });
  });
  test('where few calls say how many rows, or no text was sent, nothing is said of it', () => {
    expect(statementOf(at(10, 20), at(20, 8_000, [['db.response.returned_rows', '4', 10]]))).toMatchObject({ rowsBefore: null, rowsAfter: null });
    expect(statementOf(at(10, 20), { ...at(20, 8_000), values: [] })).toBeNull();
  });
});

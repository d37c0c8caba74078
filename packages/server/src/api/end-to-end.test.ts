import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredLog } from '@clew/engine';
import { type LogBatch, readRequest, type Signal, writeRequest } from '@clew/otlp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../stores/store.ts';
import { complaints } from './fixture/conforms.ts';
import { makeContext, serveApi, type Served } from './fixture/context.ts';
import { readLogs } from './live-log.ts';

/** OTLP request bytes in, through the real store, API answers out. */

type Json = Readonly<Record<string, any>>;
const startMs = Date.UTC(2026, 10, 22, 10);
const ns = (ms: number): string => `${startMs + ms}000000`;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const attribute = (key: string, value: string | number) => ({ key, value: typeof value === 'number' ? { intValue: value } : { stringValue: value } });
const resource = (name: string) => ({ attributes: [attribute('service.name', name), attribute('service.version', '2.4.1')] });
const scope = { name: 'shop', version: '1.2' };

const traces = writeRequest('traces', { resourceSpans: [
  { resource: resource('checkout'), scopeSpans: [{ scope, spans: [
    { traceId, spanId: '00000000000000a1', name: 'POST /checkout', kind: 2, startTimeUnixNano: ns(0), endTimeUnixNano: ns(900), attributes: [attribute('http.response.status_code', 500)], status: { code: 2, message: 'payment failed' } },
  ] }] },
  { resource: resource('payment'), scopeSpans: [{ scope, spans: [
    { traceId, spanId: '00000000000000a2', parentSpanId: '00000000000000a1', name: 'charge', kind: 2, startTimeUnixNano: ns(10), endTimeUnixNano: ns(880),
      events: [{ timeUnixNano: ns(870), name: 'exception', attributes: [attribute('exception.type', 'Timeout')] }], links: [{ traceId: 'ff'.repeat(16), spanId: 'ee'.repeat(8) }] },
    { traceId: 'cd'.repeat(16), spanId: '00000000000000b1', name: 'GET /health', kind: 2, startTimeUnixNano: ns(2_000), endTimeUnixNano: ns(2_003) },
  ] }] },
] });
const logs = writeRequest('logs', { resourceLogs: [{ resource: resource('payment'), scopeLogs: [{ scope, logRecords: [
  { timeUnixNano: ns(880), observedTimeUnixNano: ns(881), severityNumber: 17, severityText: 'ERROR', body: { stringValue: 'Card declined: timed out' }, traceId, spanId: '00000000000000a2', attributes: [attribute('attempt', 3), attribute('big', '9007199254740993')] },
  { timeUnixNano: ns(900), severityNumber: 9, body: { kvlistValue: { values: [attribute('order', 17)] } }, eventName: 'order.placed', droppedAttributesCount: 2 },
] }] }] });
const metrics = writeRequest('metrics', { resourceMetrics: [{ resource: resource('payment'), scopeMetrics: [{ scope, metrics: [
  { name: 'queue.depth', unit: '{message}', gauge: { dataPoints: [0, 60_000, 120_000].map((ms, i) => ({ timeUnixNano: ns(ms), asInt: 10 * (i + 1), attributes: [attribute('queue', 'orders')] })) } },
  { name: 'orders', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: [0, 60_000, 120_000].map((ms, i) => ({ startTimeUnixNano: ns(-1_000), timeUnixNano: ns(ms), asInt: 60 * i })) } },
] }] }] });

const folder = mkdtempSync(join(tmpdir(), 'clew-api-'));
let store: Store;
let served: Served;
let document: Json;
beforeAll(async () => {
  store = await openStore({ folder, memoryBytes: 256 * 1024 * 1024, diskBytesMax: 1024 ** 3, retentionDays: 3650, partitionMinutes: 60 });
  const bodies: readonly (readonly [Signal, Uint8Array])[] = [['traces', traces], ['logs', logs], ['metrics', metrics]];
  await store.feed(bodies.map(([signal, bytes], i) => ({ position: i + 1, receivedMs: startMs + 130_000, batch: readRequest(signal, bytes) })));
  await store.flush();
  served = await serveApi(makeContext({ rows: store.rows, nowMs: () => startMs + 130_000 }));
  document = await get('/openapi.json');
}, 60_000);
afterAll(async () => {
  await served.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function get(path: string): Promise<Json> {
  return (await fetch(`${served.url}/api/v1${path}`)).json() as Promise<Json>;
}

async function getDescribed(path: string, name: string): Promise<Json> {
  const answer = await get(path);
  expect(complaints(document, { $ref: `#/components/schemas/${name}` }, answer), path).toEqual([]);
  return answer;
}

test('traces: found by service, error, duration and attribute', async () => {
  for (const [query, found] of [['', 2], ['service=checkout', 1], ['service=service%3Apayment', 2], ['errors=true', 1], ['minDuration=800', 1], ['maxDuration=100', 1], ['attribute=http.response.status_code=500', 1], ['attribute=service.version=2.4.1', 2], ['attribute=a=b', 0], ['operation=charge', 1], ['limit=1', 1]] as const) {
    expect((await getDescribed(`/traces?${query}`, 'Traces')).traces, query).toHaveLength(found);
  }
  expect((await get('/traces?order=slowest')).traces[0]).toMatchObject({ traceId, rootService: 'service:checkout', rootName: 'POST /checkout', durationMs: 900, spans: 2, errors: 1 });
});

test('a trace: everything that was sent', async () => {
  const trace = await getDescribed(`/traces/${traceId.toUpperCase()}`, 'Trace');
  expect(trace).toMatchObject({ traceId, truncated: false });
  expect(trace.spans[0]).toMatchObject({ spanId: '00000000000000a1', parentId: '', service: 'service:checkout', kind: 'server', startNs: ns(0), endNs: ns(900), status: 'error', statusMessage: 'payment failed', attributes: { 'http.response.status_code': 500 }, resource: { attributes: { 'service.name': 'checkout', 'service.version': '2.4.1' } }, scope: { name: 'shop', version: '1.2' } });
  expect(trace.spans[1]).toMatchObject({ parentId: '00000000000000a1', events: [{ name: 'exception', timeNs: ns(870), attributes: { 'exception.type': 'Timeout' } }], links: [{ traceId: 'ff'.repeat(16), spanId: 'ee'.repeat(8) }] });
});

test('logs: found by severity, text and trace', async () => {
  for (const [query, found] of [['', 2], ['severity=17', 1], ['text=card%20DECLINED', 1], [`trace=${traceId}`, 1], ['service=payment', 2], ['service=checkout', 0], ['attribute=attempt=3', 1]] as const) {
    expect((await getDescribed(`/logs?${query}`, 'Logs')).logs, query).toHaveLength(found);
  }
  expect((await get('/logs')).logs.map(({ body }: Json) => body)).toEqual([{ order: 17 }, 'Card declined: timed out']);
});

test('a live tail shows a record as the store gives it out later', async () => {
  const live = readLogs(readRequest('logs', logs) as LogBatch, { position: 2, receivedMs: startMs + 130_000 }, { service: null, minSeverity: 0, text: '' }, 10).logs;
  const stored = (await get('/logs')).logs as StoredLog[];
  const withoutId = (list: readonly StoredLog[]) => list.map((log) => ({ ...log, id: '' })).toSorted((a, b) => a.timeMs - b.timeMs);
  expect(withoutId(JSON.parse(JSON.stringify(live)))).toEqual(withoutId(stored));
});

test('metrics: names, values and rates', async () => {
  expect((await getDescribed('/metrics', 'Metrics')).metrics.map(({ name }: Json) => name).sort()).toEqual(['orders', 'queue.depth']);
  const range = `from=${startMs}&to=${startMs + 180_000}&step=60000`;
  const depth = await getDescribed(`/metrics/queue.depth?${range}`, 'Metric');
  expect(depth.series).toMatchObject([{ service: 'service:payment', attributes: { queue: 'orders' }, unit: '{message}', values: [10, 20, 30] }]);
  const rate = await getDescribed(`/metrics/orders?${range}&read=rate`, 'Metric');
  expect(rate.series[0].values.slice(1)).toEqual([1, 1]);
});

test('RED of a service from its spans', async () => {
  const red = await getDescribed(`/services/payment/red?from=${startMs}&to=${startMs + 10_000}&step=10000`, 'StoredRed');
  expect(red).toMatchObject({ times: [startMs], count: [2], errors: [0] });
});

test('attribute keys', async () => {
  const keys = (await getDescribed('/attributes?signal=traces', 'AttributeKeys')).attributes.map(({ key }: Json) => key);
  expect(keys).toEqual(expect.arrayContaining(['http.response.status_code', 'service.name']));
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { defaultSettings, openEngine } from '@clew/engine';
import { buffersOf, writeRequest } from '@clew/otlp';
import type { Batch, LogsData, MetricsData, TracesData } from '@clew/otlp';
import { expect, onTestFinished, test } from 'vitest';
import { moveInto } from '../intake/body.ts';
import { decode } from '../intake/decode.ts';
import { batchOf, keyValues, log, logsOf, metricsOf, ns, span, t0Ms, tracesOf } from '../stores/fixture/request.ts';
import { openStore } from '../stores/store.ts';
import { hold, makePool, release } from './lease.ts';

const limits = { requestBytesMax: 1 << 20, requestItemsMax: 1_000 };
const request = (name: string): Uint8Array => writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ name, traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', startTimeUnixNano: '1', endTimeUnixNano: '2' }] }] }] });
const inPieces = (bytes: Uint8Array): Uint8Array[] => [bytes.subarray(0, 7), bytes.subarray(7, 8), bytes.subarray(8)];

test('A body in pieces is read where it was put together, and decodes like any other', () => {
  const bytes = request('GET /cart');
  const lease = makePool().open();
  const body = lease.gather(inPieces(bytes), bytes.length);
  expect(Buffer.compare(body, bytes)).toBe(0);
  const batch = decode('traces', 'protobuf', body, limits, lease);
  expect(batch.strings.bytes.buffer).toBe(body.buffer);
  const plain = decode('traces', 'protobuf', bytes, limits);
  expect({ ...batch, strings: { ...batch.strings, bytes: Buffer.from(batch.strings.bytes) } }).toEqual({ ...plain, strings: { ...plain.strings, bytes: Buffer.from(plain.strings.bytes) } });
});

test('A body that was inflated is read in memory of the lease, and its own is given back', () => {
  const bytes = request('GET /cart');
  const inflated = new Uint8Array(bytes.length);
  inflated.set(bytes);
  const lease = makePool().open();
  lease.gather([Buffer.from('compressed')], 10);
  const body = moveInto(lease, inflated);
  const batch = decode('traces', 'protobuf', body, limits, lease);
  expect([inflated.length, batch.count, batch.strings.bytes.buffer === body.buffer]).toEqual([0, 1, true]);
});

test('Memory goes to the next request only after the last of those who look at it', () => {
  const pool = makePool();
  const bytes = request('a');
  const lease = pool.open();
  const batch = decode('traces', 'protobuf', lease.gather([bytes], bytes.length), limits, lease);
  hold([{ batch }, { batch: null }]);
  lease.release();
  const other = pool.open().gather([bytes], bytes.length);
  expect(other.buffer).not.toBe(batch.strings.bytes.buffer);
  release([{ batch }]);
  expect(pool.freeBytes()).toBeGreaterThan(0);
  const buffers = [1, 2].map(() => pool.open().take(bytes.length));
  expect(buffers).toContain(batch.strings.bytes.buffer);
  expect(() => lease.hold()).toThrow('BUG');
  expect(() => lease.release()).toThrow('BUG');
});

test('What was in used memory before cannot be read as a part of a request: what stands behind a request is cleared', () => {
  const pool = makePool();
  const dirty = pool.open();
  new Uint8Array(dirty.take(4_096)).fill(0xff);
  dirty.release();
  const bytes = request('b');
  const lease = pool.open();
  const body = lease.gather([bytes.subarray(0, -1)], bytes.length - 1);
  expect(() => decode('traces', 'protobuf', body, limits, lease)).toThrow(expect.objectContaining({ code: 'malformed' }));
});

test('No more than so much waits to be used again', () => {
  const pool = makePool(10_000);
  const lease = pool.open();
  for (const bytes of [4_000, 4_000, 4_000, 100_000_000]) lease.take(bytes);
  lease.release();
  expect(pool.freeBytes()).toBe(8_192);
  expect(pool.lentBytes()).toBe(0);
});

const everySignal: readonly (TracesData | LogsData | MetricsData)[] = [1, 2].flatMap((n) => [
  tracesOf('cart', [span({ attributes: keyValues({ 'http.route': `/carts/${n}`, text: 'x'.repeat(300) }), events: [{ name: 'exception', timeUnixNano: ns(t0Ms), attributes: keyValues({ 'exception.type': 'Gone' }) }] })]),
  logsOf('cart', [log(`paid order ${n} of customer alice`, { attributes: keyValues({ customer: `c${n}` }) })]),
  metricsOf('cart', [{ name: 'queue.depth', gauge: { dataPoints: [{ timeUnixNano: ns(t0Ms + n), asDouble: n, attributes: keyValues({ queue: 'orders' }) }] } }]),
]);

/** Feeds each request by itself, and overwrites its memory as soon as it was taken, as the next request would. */
function feedAndOverwrite(taken: (batch: Batch, n: number) => void): void {
  everySignal.forEach((message, n) => {
    const batch = batchOf(message);
    taken(batch, n);
    for (const buffer of buffersOf(batch)) new Uint8Array(buffer).fill(0xee);
  });
}

test('The engine does not look at a batch after it took it', () => {
  const [kept, overwritten] = [openEngine(defaultSettings), openEngine(defaultSettings)];
  everySignal.forEach((message, n) => kept.feed(batchOf(message), t0Ms + 1_000 * n));
  feedAndOverwrite((batch, n) => overwritten.feed(batch, t0Ms + 1_000 * n));
  for (const engine of [kept, overwritten]) for (let s = 10; s < 60; s += 10) engine.feed(null, t0Ms + s * 1_000);
  expect(deserialize(serialize(overwritten.save()))).toEqual(deserialize(serialize(kept.save())));
  expect(kept.world().nodes.map(({ node }) => node.id)).toContain('service:cart');
});

test('The row store does not look at a batch after it took it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-lease-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = await openStore({ folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes: 60 });
  onTestFinished(() => store.close());
  const pool = makePool();
  let position = 0;
  for (const message of everySignal) {
    const signal = 'resourceSpans' in message ? 'traces' : 'resourceLogs' in message ? 'logs' : 'metrics';
    const lease = pool.open();
    const batch = decode(signal, 'protobuf', writeRequest(signal, message), limits, lease);
    const fed = store.feed([{ position: ++position, receivedMs: t0Ms, batch }]);
    lease.release();
    await fed;
    await expect.poll(() => pool.lentBytes()).toBe(0);
    for (const buffer of buffersOf(batch)) new Uint8Array(buffer).fill(0xee);
  }
  await store.flush();
  const range = { fromMs: t0Ms - 60_000, toMs: t0Ms + 60_000, order: 'newest', limit: 10 } as const;
  expect((await store.rows.query.logs(range)).map(({ body, service }) => [body, service])).toEqual([2, 1].map((n) => [`paid order ${n} of customer alice`, 'service:cart']));
  const traces = await store.rows.query.traces(range);
  const trace = await store.rows.query.trace({ traceId: traces[0].traceId, limit: 10 });
  expect(JSON.stringify(trace, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).toContain(`/carts/1`);
  expect((await store.rows.query.stats({})).points).toBe(2);
});

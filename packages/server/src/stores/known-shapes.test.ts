import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PointShapes, readRequest, writeRequest } from '@clew/otlp';
import type { MetricsData, PointBatch } from '@clew/otlp';
import { expect, onTestFinished, test } from 'vitest';
import type { ViewRecord } from '../views/view.ts';
import { keyValues, metricsOf, ns, t0Ms } from './fixture/request.ts';
import { openStore } from './store.ts';

const minuteMs = 60_000;

/** Ever other numbers of the same series of two services: points of all kinds that have a shape, and now and then one that has none. */
function request(round: number): MetricsData {
  const times = { timeUnixNano: ns(t0Ms + round * minuteMs), startTimeUnixNano: ns(t0Ms) };
  const routes = Array.from({ length: 4 }, (_, i) => keyValues({ route: `/r${i}` }));
  const histogram = (i: number): object => ({ ...times, count: 6 * round, sum: 1.5 * round, bucketCounts: [round, 2 * round, 3 * round], explicitBounds: [-1, 0.5 + i], ...(i === 0 ? { min: -round, max: round } : {}) });
  const odd = round % 9 === 8 ? [{ name: 'summary', summary: { dataPoints: [{ ...times, count: 3, sum: 1, quantileValues: [{ quantile: 0.5, value: round }] }] } }] : [];
  return metricsOf(round % 2 === 0 ? 'cart' : 'pay', [
    { name: 'requests', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: routes.map((attributes, i) => ({ ...times, attributes, asInt: round * (i + 1) })) } },
    { name: 'depth', gauge: { dataPoints: routes.map((attributes, i) => ({ ...times, attributes, asDouble: round / (i + 1) })) } },
    { name: 'latency', histogram: { aggregationTemporality: 2, dataPoints: routes.map((attributes, i) => ({ attributes, ...histogram(i) })) } },
    ...odd,
  ]);
}

async function stored(decode: (bytes: Uint8Array) => PointBatch): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-shapes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // Partitions of ten minutes: what is known of a shape is worked out for each of them.
  const store = await openStore({ folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes: 10 });
  onTestFinished(() => store.close());
  const records = Array.from({ length: 30 }, (_, round): ViewRecord => ({ position: round + 1, receivedMs: t0Ms + round * minuteMs + 5, batch: decode(writeRequest('metrics', request(round))) }));
  for (const record of records) await store.feed([record]);
  await store.flush();
  const { query } = store.rows;
  const range = { fromMs: t0Ms - minuteMs, toMs: t0Ms + 60 * minuteMs };
  const names = ['requests', 'depth', 'latency', 'summary'];
  const { partitions, points } = await query.stats({});
  return {
    partitions, points, metrics: await query.metrics({ ...range, text: '', limit: 10 }),
    exact: await Promise.all(names.map((name) => query.exact({ signal: 'metrics', name, ...range, limit: 1_000 }))),
    points_: await Promise.all(names.map((name) => query.points({ name, ...range, limit: 1_000 }))),
    rates: await Promise.all(['requests', 'latency'].map((name) => query.metric({ name, ...range, read: 'rate', stepMs: 5 * minuteMs, groupBy: [], limit: 100 } as never))),
  };
}

test('The row store gives the same answers of requests whose shape was known, over several files', async () => {
  const shapes = new PointShapes({ countMax: 10, bytesMax: 1 << 20, seed: 1 });
  const known = await stored((bytes) => {
    const same = shapes.read(bytes);
    if (same !== null) return same;
    const batch = readRequest('metrics', bytes);
    shapes.learn(bytes, batch);
    return batch;
  });
  expect(shapes.known).toBeGreaterThan(15);
  expect(known).toMatchObject({ points: 30 * 12 + 3 });
  expect((known as { partitions: number }).partitions).toBeGreaterThan(2);
  expect(known).toEqual(await stored((bytes) => readRequest('metrics', bytes)));
});

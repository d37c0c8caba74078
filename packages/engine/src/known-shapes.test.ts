import { PointShapes, readRequest, writeRequest } from '@clew/otlp';
import type { PointBatch } from '@clew/otlp';
import { expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import type { EngineSettings } from './model/index.ts';
import { defaultSettings } from './model/index.ts';

const t0Ms = 1_700_000_000_000;
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** What one instance sends: a counter in a unit of old, a gauge and a histogram, each of many routes. */
function request(instance: number, atMs: number, round: number): Uint8Array {
  const times = { startTimeUnixNano: BigInt(t0Ms - 60_000) * 1_000_000n, timeUnixNano: BigInt(Math.round(atMs * 1000)) * 1000n };
  const routes = Array.from({ length: 5 }, (_, i) => [text('http.route', `/r${i}`)]);
  const metrics = [
    { name: 'http.server.requests', unit: '1', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: routes.map((attributes, i) => ({ ...times, attributes, asInt: round * (i + 1) })) } },
    { name: 'http.server.duration', unit: 'ms', histogram: { aggregationTemporality: 2, dataPoints: routes.map((attributes, i) => ({ ...times, attributes, count: round * 3, sum: round * 7.5 * (i + 1), bucketCounts: [round, 2 * round], explicitBounds: [5] })) } },
    { name: 'queue.depth', unit: '1', gauge: { dataPoints: routes.map((attributes, i) => ({ ...times, attributes, asDouble: Math.sin(round + i), flags: instance % 2 === 1 && i === 3 ? 1 : 0 })) } },
  ];
  return writeRequest('metrics', { resourceMetrics: [{ resource: { attributes: [text('service.name', `s${instance % 3}`), text('service.instance.id', `i${instance}`)] }, scopeMetrics: [{ scope: { name: 'm' }, metrics }] }] } as never);
}

function fed(settings: EngineSettings, decode: (bytes: Uint8Array) => PointBatch): { readonly state: unknown; readonly counters: unknown } {
  const engine = openEngine(settings);
  for (let round = 0; round < 90; round++) {
    for (let instance = 0; instance < 6; instance++) {
      const atMs = t0Ms + round * 1_700 + instance * 31;
      // Now and then one that comes far too late.
      engine.feed(decode(request(instance, round % 20 === 19 ? atMs - 60_000 : atMs, round + 1)), atMs + 40);
    }
  }
  return { state: engine.save(), counters: engine.world().counters };
}

test.each([
  ['with room for all series', defaultSettings],
  ['over the limit of series', { ...defaultSettings, limits: { ...defaultSettings.limits, metricSeries: 40 } }],
])('What requests of known shapes say is what they say when they are read, %s', (_name, settings) => {
  const shapes = new PointShapes({ countMax: 100, bytesMax: 1 << 22, seed: 3 });
  const known = fed(settings, (bytes) => {
    const same = shapes.read(bytes);
    if (same !== null) return same;
    const batch = readRequest('metrics', bytes);
    shapes.learn(bytes, batch);
    return batch;
  });
  expect(shapes.known).toBeGreaterThan(200);
  expect(known).toEqual(fed(settings, (bytes) => readRequest('metrics', bytes)));
});

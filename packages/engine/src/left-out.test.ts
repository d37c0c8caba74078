import { readRequest, writeRequest } from '@clew/otlp';
import type { Batch, MetricsData } from '@clew/otlp';
import { expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import { countItems, leftOutSince } from './left-out.ts';
import { defaultSettings } from './model/index.ts';

const startMs = Date.UTC(2026, 10, 22, 10);
const nanos = (ms: number): string => `${ms}000000`;
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }, { key: 'service.instance.id', value: { stringValue: 'a' } }] };

const logsAt = (ms: number, count: number): Batch => readRequest('logs', writeRequest('logs', { resourceLogs: [{ resource, scopeLogs: [{ logRecords: Array.from({ length: count }, () => ({ timeUnixNano: nanos(ms), body: { stringValue: 'x' } })) }] }] }));

test('a record says which of its own items were late, and which a limit kept out', () => {
  const engine = openEngine(defaultSettings);
  expect(engine.feed(logsAt(startMs, 2), startMs).leftOut).toBeNull();
  expect(engine.feed(logsAt(startMs + 60_000, 1), startMs + 60_000).leftOut).toBeNull();
  expect(engine.feed(logsAt(startMs, 3), startMs + 60_001).leftOut).toEqual({ late: 3, dropped: {} });
  expect(engine.feed(logsAt(startMs + 3_600_000, 4), startMs + 60_002).leftOut).toEqual({ late: 0, dropped: { future_items: 4 } });
  expect(engine.feed(logsAt(startMs + 60_000, 1), startMs + 60_003).leftOut).toBeNull();
  expect(engine.feed(null, startMs + 90_000).leftOut).toBeNull();
});

test('every point of a series over the limit is told, not the series alone', () => {
  const engine = openEngine({ ...defaultSettings, limits: { ...defaultSettings.limits, metricSeries: 1 } });
  const points = (name: string, count: number): Batch => readRequest('metrics', writeRequest('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name, gauge: { dataPoints: Array.from({ length: count }, (_, i) => ({ timeUnixNano: nanos(startMs + i), asDouble: i })) } }] }] }] }));
  expect(engine.feed(points('first', 2), startMs).leftOut).toBeNull();
  expect(engine.feed(points('second', 5), startMs).leftOut).toEqual({ late: 0, dropped: { points_over_series_limit: 5 } });
});

test('counters that stand for no item are not told', () => {
  const before = countItems({ late_logs: 1, edges_over_limit: 2 });
  expect(leftOutSince(before, { late_logs: 1, edges_over_limit: 9, panes_closed: 3 })).toBeNull();
  expect(leftOutSince(before, { late_logs: 2, late_spans: 1, logs_over_limit: 4 })).toEqual({ late: 2, dropped: { logs_over_limit: 4 } });
});

/** A counter, a histogram and a gauge of one process, cumulative, every five seconds. */
function metricsAt(ms: number): MetricsData {
  const since = (ms - startMs) / 1000;
  const at = { startTimeUnixNano: nanos(startMs - 1_000), timeUnixNano: nanos(ms) };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [
    { name: 'process.cpu.time', unit: 's', sum: { isMonotonic: true, aggregationTemporality: 2, dataPoints: [{ ...at, asDouble: since * 0.4 }] } },
    { name: 'process.memory.usage', unit: 'By', sum: { isMonotonic: false, aggregationTemporality: 2, dataPoints: [{ ...at, asDouble: 5e8 + since }] } },
    { name: 'http.server.request.duration', unit: 's', histogram: { aggregationTemporality: 2, dataPoints: [{ ...at, count: String(Math.round(since * 20)), sum: since, bucketCounts: [String(Math.round(since * 15)), String(Math.round(since * 20) - Math.round(since * 15))], explicitBounds: [0.1] }] } },
  ] }] }] };
}

test('cumulative points that are sent twice change nothing but the count of records', () => {
  const run = (isTwice: (second: number) => boolean) => {
    const engine = openEngine(defaultSettings);
    for (let second = 0; second < 180; second += 5) {
      const batch = readRequest('metrics', writeRequest('metrics', metricsAt(startMs + second * 1000)));
      for (let time = isTwice(second) ? 2 : 1; time > 0; time--) engine.feed(batch, startMs + second * 1000 + 200);
    }
    const { counters, ...world } = engine.world();
    return { world, records: counters.records };
  };
  const [once, twice] = [run(() => false), run((second) => second % 15 === 0)];
  expect(once.world.nodes.flatMap(({ resources }) => resources).length).toBeGreaterThan(0);
  expect(twice.world).toEqual(once.world);
  expect(twice.records).toBe(once.records + 12);
});

import { expect, test } from 'vitest';
import type { Pane } from '../model/index.ts';
import { find, metricsOf, openStory, paneMs, panesOf, pointRows, t0, valueOf } from './fixture/story.ts';
import type { StoryPoint } from './fixture/story.ts';

const shop = { 'service.name': 'shop', 'service.instance.id': 'shop-1', 'host.name': 'node-1' };

function run(points: readonly StoryPoint[], last = 0): Pane[] {
  const features = openStory();
  features.add(pointRows(metricsOf(points)));
  return Array.from({ length: last + 1 }, (_, at) => features.closePane(t0 + at * paneMs));
}

test('gauges: the last value in the pane; a pane without a point has no value', () => {
  const gauge = (at: number, value: number): StoryPoint => ({ resource: shop, metric: 'pool.size', type: 'gauge', at, value });
  const panes = run([gauge(1_000, 3), gauge(9_000, 5), gauge(2_000, 4)], 1);
  expect(find(panes[0], 'service:shop', 'metric', 'pool.size')).toMatchObject({ value: 5, symptom: false });
  expect(panes[1].observations.filter((each) => each.feature === 'metric')).toEqual([]);
});

test('counters: per second, cumulative and delta alike; a fall is a reset and never negative', () => {
  const cumulative = (at: number, value: number, since = 0): StoryPoint => ({ resource: shop, metric: 'jobs', type: 'counter', at, value, since });
  const panes = run([cumulative(5_000, 50), cumulative(15_000, 150), cumulative(25_000, 20, 20_000), cumulative(35_000, 40, 20_000)], 3);
  expect(panes.map((pane) => valueOf(pane, 'service:shop', 'metric_rate', 'jobs'))).toEqual([10, 10, 4, 2]);
  const deltas = run([{ resource: shop, metric: 'jobs', type: 'delta', at: 10_000, since: 0, value: 30 }], 1);
  expect(valueOf(deltas[1], 'service:shop', 'metric_rate', 'jobs')).toBe(3);
});

test('a counter that began long ago tells no rate at its first point', () => {
  const [pane] = run([{ resource: shop, metric: 'jobs', type: 'counter', at: 5_000, value: 1e6, since: -9_000_000 }]);
  expect(find(pane, 'service:shop', 'metric_rate', 'jobs')).toBeUndefined();
});

test('histograms: mean and 95th percentile of what was gained', () => {
  const point = (at: number, count: number, value: number, buckets: readonly number[]): StoryPoint => ({ resource: shop, metric: 'size', unit: 'By', type: 'histogram', at, count, value, buckets, bounds: [10, 100] });
  const panes = run([point(5_000, 10, 50, [10, 0, 0]), point(15_000, 30, 1_050, [10, 20, 0])], 1);
  expect(valueOf(panes[1], 'service:shop', 'metric_mean', 'size')).toBe(50);
  expect(valueOf(panes[1], 'service:shop', 'metric_p95', 'size')).toBeCloseTo(95.5, 1);
});

test('pools: old and new names, utilization from used and max, per pool', () => {
  const pool = { 'pool.name': 'main' };
  const [pane] = run([
    { resource: shop, metric: 'db.client.connections.usage', type: 'updown', at: 1_000, value: 9, attributes: { ...pool, state: 'used' } },
    { resource: shop, metric: 'db.client.connections.usage', type: 'updown', at: 1_000, value: 1, attributes: { ...pool, state: 'idle' } },
    { resource: shop, metric: 'db.client.connection.max', type: 'updown', at: 1_000, value: 10, attributes: { 'db.client.connection.pool.name': 'main' } },
    { resource: shop, metric: 'db.client.connection.pending_requests', type: 'updown', at: 1_000, value: 4, attributes: { 'db.client.connection.pool.name': 'main' } },
  ]);
  expect(valueOf(pane, 'service:shop', 'pool_used', 'main')).toBe(9);
  expect(valueOf(pane, 'service:shop', 'pool_utilization', 'main')).toBe(0.9);
  expect(valueOf(pane, 'service:shop', 'pool_pending', 'main')).toBe(4);
});

test('names of Prometheus mean what those of the conventions mean', () => {
  const panes = run([
    { resource: shop, metric: 'process_cpu_seconds_total', type: 'counter', at: 5_000, value: 100, since: 0 },
    { resource: shop, metric: 'process_cpu_seconds_total', type: 'counter', at: 15_000, value: 105, since: 0 },
    { resource: shop, metric: 'process_resident_memory_bytes', type: 'gauge', at: 5_000, value: 1e8 },
  ], 1);
  expect(valueOf(panes[1], 'service:shop', 'cpu_usage')).toBe(0.5);
  expect(valueOf(panes[0], 'service:shop', 'memory_usage')).toBe(1e8);
});

test('hosts: CPU is 1 − idle, memory the used share, whoever reports them', () => {
  const cpu = (mode: string, value: number, state: string): StoryPoint => ({ resource: { 'host.name': 'node-1' }, metric: 'system.cpu.utilization', unit: '1', type: 'gauge', at: 1_000, value, attributes: { [state]: mode, cpu: '0' } });
  const memory = (state: string, value: number): StoryPoint => ({ resource: shop, metric: 'system.memory.usage', unit: 'By', type: 'updown', at: 1_000, value, attributes: { state } });
  const [pane] = run([cpu('user', 0.5, 'cpu.mode'), cpu('idle', 0.3, 'cpu.mode'), memory('used', 75), memory('free', 25)]);
  expect(valueOf(pane, 'host:node-1', 'cpu_utilization')).toBeCloseTo(0.7);
  expect(valueOf(pane, 'host:node-1', 'memory_utilization')).toBe(0.75);
  expect(find(pane, 'host:node-1', 'cpu_utilization')).toMatchObject({ node: 'host:node-1', symptom: false });
});

test('memory: usage ÷ limit, joined by pod where the sender names no service; instances apart when there are several', () => {
  const features = openStory();
  const resource = (pod: string) => ({ 'service.name': 'shop', 'service.instance.id': pod, 'k8s.pod.uid': pod });
  features.add(pointRows(metricsOf(['a', 'b'].map((pod, at) => ({ resource: resource(pod), metric: 'process.memory.usage', unit: 'By', type: 'updown', at: 1_000, value: 100 + at * 700 } as const)))));
  features.add(pointRows(metricsOf(['a', 'b'].map((pod) => ({ resource: { 'k8s.pod.uid': pod }, metric: 'container.memory.limit', unit: 'KiBy', type: 'gauge', at: 1_000, value: 1 } as const)))));
  const pane = features.closePane(t0);
  expect(valueOf(pane, 'instance:shop#b', 'memory_utilization')).toBeCloseTo(800 / 1_024);
  expect(valueOf(pane, 'instance:shop#a', 'memory_usage')).toBe(100);
  expect(find(pane, 'service:shop', 'memory_usage')).toMatchObject({ value: 800, node: 'service:shop' });
  expect(valueOf(pane, 'service:shop', 'instance_count')).toBe(2);
});

test('queue lag: on the queue that the attributes name, with its one consumer as node, summed over partitions', () => {
  const features = openStory();
  panesOf(features, [{ service: 'mail', id: 1, kind: 'consumer', name: 'process', at: 0, ms: 5, attributes: { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' } }]);
  const lag = (partition: string, value: number): StoryPoint => ({ resource: { 'service.name': 'kafka-exporter' }, metric: 'kafka.consumer_group.lag', type: 'gauge', at: 12_000, value, attributes: { topic: 'orders', group: 'mailers', partition } });
  features.add(pointRows(metricsOf([lag('0', 30), lag('1', 12)])));
  const pane = features.closePane(t0 + paneMs);
  expect(find(pane, 'queue:kafka/orders', 'queue_lag', 'mailers')).toMatchObject({ value: 42, node: 'service:mail', symptom: true, unit: '{message}' });
});

test('a restart count that rises, and a process that begins anew under its old identity', () => {
  const features = openStory();
  const pod = (pid: string) => ({ ...shop, 'process.pid': pid, 'process.creation.time': `2026-11-22T10:00:0${pid}Z` });
  const point = (at: number, pid: string, value: number): StoryPoint => ({ resource: pod(pid), metric: 'k8s.container.restarts', type: 'gauge', at, value });
  features.add(pointRows(metricsOf([point(1_000, '1', 0), point(11_000, '2', 1), point(21_000, '2', 1)])));
  const panes = [0, 1, 2].map((at) => features.closePane(t0 + at * paneMs));
  expect(panes.map((pane) => valueOf(pane, 'service:shop', 'restarts'))).toEqual([0, 1, 0]);
  expect(panes[1].changes).toMatchObject([{ kind: 'restart', entity: 'service:shop', atMs: t0 + 11_000 }]);
});

test('an instance that takes the place of a silent one is a restart, one more is a scaling', () => {
  const beat = (at: number, instance: string): StoryPoint => ({ resource: { 'service.name': 'shop', 'service.instance.id': instance, 'host.name': 'n' }, metric: 'up', type: 'gauge', at: at * 10_000 + 1, value: 1 });
  const panes = run([0, 1, 2, 3, 4].map((at) => beat(at, 'a')).concat([5, 6, 7].map((at) => beat(at, 'b')), [beat(7, 'c')]), 7);
  expect(panes.flatMap((pane) => pane.changes).map(({ kind, what }) => [kind, what])).toEqual([['restart', 'b took the place of a'], ['scale', 'instances 1 → 2']]);
  expect(valueOf(panes[5], 'service:shop', 'restarts')).toBe(1);
});

test('clocks and load averages are taken in and not judged: instances and utilization say it better', () => {
  const gauge = (metric: string): StoryPoint => ({ resource: shop, metric, type: 'gauge', at: 1_000, value: 3 });
  const [pane] = run(['process.uptime', 'system.uptime', 'container.uptime', 'k8s.pod.uptime', 'k8s.node.uptime', 'system.cpu.load_average.1m'].map(gauge));
  expect(pane.observations.map((each) => each.feature)).toEqual(['instance_count', 'restarts']);
});

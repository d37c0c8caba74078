import { load, type Host } from './host.ts';
import { namespaceName, environmentName } from './instances.ts';
import type { Attributes, HistogramValue, PointRecord, ResourceRecord } from './records.ts';
import { durationBounds } from './serve.ts';
import { used, waiting } from './slots.ts';
import type { Instance, Shop, Topic } from './state.ts';
import { memoryBytes } from './verbs.ts';

/** What every process, machine and queue reports by itself, at an interval. */

type Put = (name: string, unit: string, type: PointRecord['type'], value: number, attributes?: Attributes) => void;

const IDLE_CORES = 0.035;

export function startMetrics(shop: Shop): void {
  const every = shop.metricIntervalMs;
  for (const service of shop.services.values()) {
    service.instances.forEach((_, index) => {
      const report = (atMs: number): void => {
        const instance = service.instances[index];
        if (instance.downUntilMs <= atMs && instance.startedMs <= atMs) readInstance(shop, instance, atMs);
        shop.agenda.at(atMs + every, report);
      };
      shop.agenda.at(shop.startMs + shop.random.next() * every, report);
    });
  }
  for (const host of shop.hosts.values()) {
    const resource = hostResource(host);
    const report = (atMs: number): void => {
      readHost(shop, host, resource, atMs);
      shop.agenda.at(atMs + every, report);
    };
    shop.agenda.at(shop.startMs + shop.random.next() * every, report);
  }
  const report = (atMs: number): void => {
    for (const topic of shop.topics.values()) readTopic(shop, topic, atMs);
    shop.agenda.at(atMs + every, report);
  };
  shop.agenda.at(shop.startMs + shop.random.next() * every, report);
}

function putter(shop: Shop, resource: ResourceRecord, startMs: number, atMs: number): Put {
  return (name, unit, type, value, attributes = {}) => {
    shop.out.points.push({ resource, name, unit, type, startMs: type === 'gauge' ? 0 : startMs, atMs, value, histogram: null, attributes });
  };
}

function readInstance(shop: Shop, instance: Instance, atMs: number): void {
  const { spec } = instance.service;
  const put = putter(shop, instance.resource, instance.startedMs, atMs);
  const cores = (instance.cpuMs - instance.cpuReadMs) / Math.max(1, Math.min(shop.metricIntervalMs, atMs - instance.startedMs)) + IDLE_CORES * shop.random.lognormal(1, 0.2);
  instance.cpuReadMs = instance.cpuMs;
  put('process.cpu.utilization', '1', 'gauge', Math.min(1, cores / instance.host.cores));
  const bytes = memoryBytes(instance) * (1 + 0.03 * Math.sin(atMs / 97_000 + spec.port) + shop.random.normal(0, 0.008));
  const limit = spec.memoryMiB.limit * 2 ** 20;
  put('process.memory.usage', 'By', 'updown', Math.round(Math.min(bytes, limit)));
  put('container.memory.limit', 'By', 'gauge', limit);
  put('process.uptime', 's', 'gauge', Math.round((atMs - instance.startedMs) / 1000));
  readRuntime(shop, instance, bytes, put);
  for (const [database, pool] of instance.pools) {
    const name = { 'db.client.connection.pool.name': database };
    const busy = used(pool, atMs);
    put('db.client.connection.count', '{connection}', 'updown', busy, { ...name, 'db.client.connection.state': 'used' });
    put('db.client.connection.count', '{connection}', 'updown', pool.max - busy, { ...name, 'db.client.connection.state': 'idle' });
    put('db.client.connection.max', '{connection}', 'updown', pool.max, name);
    put('db.client.connection.pending_requests', '{request}', 'updown', waiting(pool, atMs), name);
  }
  for (const durations of instance.durations.values()) {
    const histogram: HistogramValue = { count: durations.count, sum: durations.sum, min: durations.min, max: durations.max, buckets: [...durations.buckets], bounds: durationBounds };
    shop.out.points.push({ resource: instance.resource, name: durations.metric, unit: 's', type: 'histogram', startMs: instance.startedMs, atMs, value: durations.sum, histogram, attributes: durations.attributes });
  }
}

function readRuntime(shop: Shop, instance: Instance, bytes: number, put: Put): void {
  const { spec } = instance.service;
  const { random } = shop;
  if (spec.language === 'java') {
    const heap = bytes * 0.62 * (0.75 + 0.25 * random.next());
    put('jvm.memory.used', 'By', 'updown', Math.round(heap), { 'jvm.memory.type': 'heap', 'jvm.memory.pool.name': 'G1 Old Gen' });
    put('jvm.memory.limit', 'By', 'updown', Math.round(spec.memoryMiB.limit * 2 ** 20 * 0.7), { 'jvm.memory.type': 'heap', 'jvm.memory.pool.name': 'G1 Old Gen' });
    put('jvm.thread.count', '{thread}', 'updown', 38 + random.integer(0, 4), { 'jvm.thread.daemon': true });
    put('jvm.gc.pauses', '{pause}', 'counter', instance.gc.count, { 'jvm.gc.name': 'G1 Young Generation' });
  } else if (spec.language === 'dotnet') {
    put('dotnet.gc.pause.time', 's', 'counter', instance.gc.sumMs / 1000);
    put('dotnet.thread_pool.thread.count', '{thread}', 'updown', 9 + random.integer(0, 3));
  } else if (spec.language === 'go') {
    put('go.goroutine.count', '{goroutine}', 'updown', 41 + random.integer(0, 12));
    put('go.memory.used', 'By', 'updown', Math.round(bytes * 0.6), { 'go.memory.type': 'other' });
  } else if (spec.language === 'nodejs') {
    put('nodejs.eventloop.delay.p99', 's', 'gauge', 0.011 + random.lognormal(0.0012, 0.4));
    put('v8js.memory.heap.used', 'By', 'gauge', Math.round(bytes * 0.4), { 'v8js.heap.space.name': 'old_space' });
  } else if (spec.language === 'python') {
    put('cpython.gc.collections', '{collection}', 'counter', instance.gc.count, { 'cpython.gc.generation': 0 });
  }
}

function hostResource(host: Host): ResourceRecord {
  return { transport: 'protobuf', scope: 'github.com/open-telemetry/opentelemetry-collector-contrib/receiver/hostmetricsreceiver', attributes: { 'host.name': host.name, 'host.arch': 'amd64', 'os.type': 'linux', 'deployment.environment.name': environmentName } };
}

function readHost(shop: Shop, host: Host, resource: ResourceRecord, atMs: number): void {
  const put = putter(shop, resource, shop.startMs, atMs);
  const busy = Math.min(1, load(host, atMs, Math.max(10, host.lookBackSeconds)) * shop.random.lognormal(1, 0.04));
  put('system.cpu.utilization', '1', 'gauge', busy * 0.8, { 'cpu.mode': 'user' });
  put('system.cpu.utilization', '1', 'gauge', busy * 0.2, { 'cpu.mode': 'system' });
  put('system.cpu.utilization', '1', 'gauge', 1 - busy, { 'cpu.mode': 'idle' });
  put('system.cpu.load_average.1m', '{thread}', 'gauge', load(host, atMs, Math.max(30, host.lookBackSeconds)) * host.cores);
  put('system.memory.utilization', '1', 'gauge', Math.min(0.98, host.memoryShare + shop.random.normal(0, 0.006)), { 'system.memory.state': 'used' });
  put('system.filesystem.utilization', '1', 'gauge', Math.min(1, host.disk), { 'system.device': '/dev/nvme0n1p1', 'system.filesystem.mountpoint': '/' });
}

/** As the Collector's kafkametrics receiver reports it, under a service name of its own. */
const queueWatcher: ResourceRecord = {
  transport: 'protobuf', scope: 'github.com/open-telemetry/opentelemetry-collector-contrib/receiver/kafkametricsreceiver',
  attributes: { 'service.name': 'kafka-metrics', 'service.namespace': namespaceName, 'deployment.environment.name': environmentName, 'messaging.system': 'kafka', 'server.address': 'broker.shop.internal' },
};

function readTopic(shop: Shop, topic: Topic, atMs: number): void {
  const put = putter(shop, queueWatcher, shop.startMs, atMs);
  for (const partition of topic.partitions) {
    const lag = partition.backlog.filter((message) => message.atMs <= atMs).length;
    put('kafka.consumer_group.lag', '{messages}', 'gauge', lag, { group: topic.group, topic: topic.name, partition: partition.index, 'messaging.destination.name': topic.name, 'messaging.consumer.group.name': topic.group });
    put('kafka.partition.current_offset', '{messages}', 'gauge', partition.nextOffset, { topic: topic.name, partition: partition.index });
  }
}

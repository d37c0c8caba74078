import { Random } from './random.ts';
import type { Weather } from './system/conditions.ts';
import type { Host, Instance, Service, System } from './system/system.ts';
import { encodeResource } from './wire/attributes.ts';
import { Bytes } from './wire/bytes.ts';
import { processAttributes } from './wire/dialect.ts';
import { Readings, type Reading } from './wire/readings.ts';

/** How often everything reports itself, each at its own phase. */
export const meterMs = 30_000;

interface Meter { readings: Readings; version: string; spentS: number; lastMs: number }

/** Resource metrics: what processes say by the runtime's own names, what machines say, and how much waits in queues. */
export class Meters {
  readonly #system: System;
  readonly #weather: Weather;
  readonly #startMs: number;
  readonly #processes = new Map<Instance, Meter>();
  readonly #hosts = new Map<Host, Readings>();
  readonly #queues: Readings | null;
  readonly #body = new Bytes(1 << 14);

  constructor(system: System, weather: Weather, startMs: number) {
    this.#system = system;
    this.#weather = weather;
    this.#startMs = startMs;
    for (const host of system.hosts) this.#hosts.set(host, new Readings(encodeResource({ 'host.name': host.name, 'os.type': 'linux', 'cloud.availability_zone': host.zone }), hostReadings, startMs));
    this.#queues = system.topics.length === 0 ? null : new Readings(encodeResource({ 'service.name': 'queue-exporter' }), queueReadings(system), startMs);
  }

  /** The points of [fromMs, untilMs), as one request; null when nobody's turn it is. */
  read(fromMs: number, untilMs: number): Uint8Array | null {
    const body = this.#body;
    body.clear();
    const random = new Random(this.#system.seed, 37, fromMs);
    const isDue = (index: number): boolean => {
      const phase = (index * 977) % meterMs;
      return Math.floor((untilMs - phase - 1) / meterMs) > Math.floor((fromMs - phase - 1) / meterMs);
    };
    let index = 0;
    for (const service of this.#system.services) {
      for (const instance of service.instances) {
        if (isDue(index++) && instance.levers.downSinceMs === Infinity && !service.levers.metricsLost) this.#readProcess(instance, untilMs, random);
      }
    }
    for (const [host, readings] of this.#hosts) {
      if (isDue(index++) && !host.instances.every((instance) => instance.levers.silent)) readings.write(body, untilMs, this.#hostValues(host, random));
    }
    if (this.#queues !== null && isDue(index)) this.#queues.write(body, untilMs, this.#system.topics.map((topic) => topic.pending.filter((message) => message.dueMs <= untilMs).length));
    return body.length === 0 ? null : body.taken();
  }

  #readProcess(instance: Instance, atMs: number, random: Random): void {
    const { service } = instance;
    const { version } = instance;
    let meter = this.#processes.get(instance);
    if (meter === undefined || meter.version !== version) {
      const resource = encodeResource(processAttributes(service, version, instance));
      meter = { readings: new Readings(resource, readingsOf(service), this.#startMs), version, spentS: meter?.spentS ?? 0, lastMs: meter?.lastMs ?? atMs };
      this.#processes.set(instance, meter);
    }
    const { load } = this.#weather.services[service.index];
    const { levers } = service;
    const cpu = clip(0.04 + 0.75 * load * random.lognormal(0.08) + levers.gc * 0.6);
    const memory = clip(service.memory + 0.06 * Math.min(1, load) + 0.04 * Math.sin(atMs / 400_000 + service.index) + levers.memory + instance.levers.memory + 0.008 * random.normal());
    meter.spentS += (atMs - meter.lastMs) / 1000 * clip(0.004 * random.lognormal(0.3) * (0.5 + load) + levers.gc);
    meter.lastMs = atMs;
    const bytes = Math.round(memory * service.memoryLimitBytes);
    const values = [cpu, bytes, service.memoryLimitBytes, ...runtimeValues(service, bytes, load, meter.spentS, random)];
    for (const pool of service.pools) values.push(...poolValues(pool.wanted, pool.max, random));
    meter.readings.write(this.#body, atMs, values);
  }

  #hostValues(host: Host, random: Random): number[] {
    const used = host.instances.reduce((sum, { service, levers }) => sum + (levers.downSinceMs === Infinity ? this.#weather.services[service.index].load : 0), 0) / Math.max(1, host.instances.length);
    const busy = clip((host.cpu + 0.5 * used + host.levers.cpu) * random.lognormal(0.06));
    return [busy * 0.8, busy * 0.2, 1 - busy, clip(host.memory + 0.1 * used + 0.006 * random.normal()), clip(host.disk + host.levers.disk), 2e6 * (0.3 + used + 20 * host.levers.diskBusy) * random.lognormal(0.2), host.levers.networkErrors * random.lognormal(0.2)];
  }
}

const attributes = {};
const gauge = (name: string, unit: string, given: Reading['attributes'] = attributes): Reading => ({ name, unit, type: 'gauge', attributes: given });
const updown = (name: string, unit: string, given: Reading['attributes'] = attributes): Reading => ({ name, unit, type: 'updown', attributes: given });

function readingsOf(service: Service): Reading[] {
  const heap = { 'jvm.memory.type': 'heap', 'jvm.memory.pool.name': 'G1 Old Gen' };
  const runtime: Readonly<Record<Service['language'], Reading[]>> = {
    java: [updown('jvm.memory.used', 'By', heap), updown('jvm.memory.limit', 'By', heap), { name: 'jvm.gc.duration', unit: 's', type: 'spent', attributes: { 'jvm.gc.name': 'G1 Young Generation' } }],
    nodejs: [gauge('nodejs.eventloop.utilization', '1'), gauge('nodejs.eventloop.delay.p99', 's'), gauge('v8js.memory.heap.used', 'By', { 'v8js.heap.space.name': 'old_space' })],
    go: [updown('go.goroutine.count', '{goroutine}')],
    python: [],
    dotnet: [updown('dotnet.thread_pool.thread.count', '{thread}')],
  };
  const pools = service.pools.flatMap(({ backend }) => {
    const named = { 'db.client.connection.pool.name': backend.name };
    return [
      updown('db.client.connection.count', '{connection}', { ...named, 'db.client.connection.state': 'used' }), updown('db.client.connection.count', '{connection}', { ...named, 'db.client.connection.state': 'idle' }),
      updown('db.client.connection.max', '{connection}', named), updown('db.client.connection.pending_requests', '{request}', named),
    ];
  });
  return [gauge('process.cpu.utilization', '1'), updown('process.memory.usage', 'By'), gauge('container.memory.limit', 'By'), ...runtime[service.language], ...pools];
}

function runtimeValues(service: Service, bytes: number, load: number, spentS: number, random: Random): number[] {
  const { levers } = service;
  switch (service.language) {
    case 'java': return [Math.round(bytes * 0.6 * (0.8 + 0.2 * random.next()) + levers.memory * 0.15 * service.memoryLimitBytes), Math.round(service.memoryLimitBytes * 0.7), spentS];
    case 'nodejs': return [clip(0.05 + 0.7 * load * random.lognormal(0.1) + levers.loopMs / 500), 0.011 + 0.001 * random.lognormal(0.4) + levers.loopMs / 1000, Math.round(bytes * 0.5)];
    case 'go': return [Math.round(40 + 120 * load + 12 * random.next() + levers.queueMs / 4)];
    case 'dotnet': return [Math.round(10 + 20 * load + 3 * random.next())];
    case 'python': return [];
  }
}

function poolValues(wanted: number, max: number, random: Random): number[] {
  const mean = Math.min(1, wanted) * max;
  const used = wanted >= 1 ? max : Math.min(max, random.poisson(mean));
  return [used, max - used, max, wanted < 0.85 ? 0 : random.poisson(Math.max(0, wanted - 0.9) * max * 2)];
}

const hostReadings: Reading[] = [
  gauge('system.cpu.utilization', '1', { 'cpu.mode': 'user' }), gauge('system.cpu.utilization', '1', { 'cpu.mode': 'system' }), gauge('system.cpu.utilization', '1', { 'cpu.mode': 'idle' }),
  gauge('system.memory.utilization', '1', { 'system.memory.state': 'used' }), gauge('system.filesystem.utilization', '1', { 'system.filesystem.mountpoint': '/', 'system.filesystem.state': 'used' }),
  gauge('system.disk.throughput', 'By/s'), gauge('system.network.error_rate', '{error}/s'),
];

function queueReadings(system: System): Reading[] {
  return system.topics.map((topic) => gauge(topic.system === 'kafka' ? 'kafka.consumer_group.lag' : 'rabbitmq.message.current', '{message}', { 'messaging.system': topic.system, 'messaging.destination.name': topic.name, 'messaging.consumer.group.name': topic.group }));
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}

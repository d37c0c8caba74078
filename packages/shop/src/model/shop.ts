import { openAgenda } from './agenda.ts';
import { release, setFlag, startFlags, startReleases } from './changes.ts';
import { faultByName } from './faults/catalogue.ts';
import { lookBackSeconds, makeHost } from './host.ts';
import { makeInstance } from './instances.ts';
import { startJobs, usualJobs, type Job } from './jobs.ts';
import { startMetrics } from './metrics.ts';
import { makeTopic } from './queue.ts';
import { makeRandom } from './random.ts';
import type { PointRecord, LogRecord, SpanRecord, Telemetry } from './records.ts';
import { allServices } from './services/all.ts';
import type { Service, Shop } from './state.ts';
import { startTraffic, type Rhythm } from './traffic.ts';

export interface PlantedFault { readonly name: string; readonly startMs: number; readonly endMs: number }

export interface ShopOptions {
  readonly seed: number;
  readonly startMs: number;
  /** Mean over the day. */
  readonly requestsPerSecond: number;
  readonly faults?: readonly PlantedFault[];
  readonly rhythm?: Rhythm;
  readonly metricIntervalMs?: number;
  /** Releases without consequence, on average. */
  readonly releasesPerDay?: number;
  /** Releases without consequence at a given moment. */
  readonly releases?: readonly { readonly service: string; readonly atMs: number }[];
  readonly flags?: readonly { readonly service: string; readonly flag: string; readonly variant: string; readonly atMs: number }[];
  readonly jobs?: readonly Job[];
  /** Service whose collector pauses this many times as long as usual. */
  readonly heavyCollector?: { readonly service: string; readonly times: number };
  /** Third parties that are always faster or slower than usual, by host. */
  readonly externals?: Readonly<Record<string, number>>;
}

export interface OpenShop {
  /** Everything that ended before `untilMs` (exclusive) and has not been given out, in order of time. */
  step(untilMs: number): Telemetry;
  /** Plants a fault from now on; `endMs` may be Infinity until it is cleared. */
  plant(fault: PlantedFault): void;
  /** Ends all active faults. */
  clear(atMs: number): void;
  active(): readonly { readonly name: string; readonly startedMs: number }[];
}

/** Cores that each millisecond of work takes, in all, at one request a second: sizes the hosts for the rate. */
const CPU_SCALE_AT_ONE = 130;

export function openShop(options: ShopOptions): OpenShop {
  const shop = makeShop(options);
  startMetrics(shop);
  startFlags(shop);
  startReleases(shop, options.releasesPerDay ?? 0);
  startJobs(shop, options.jobs ?? usualJobs);
  startTraffic(shop, options.rhythm ?? { peakHour: 19, amplitude: 0 });
  for (const { service, atMs } of options.releases ?? []) shop.agenda.at(atMs, (nowMs) => void release(shop, service, nowMs));
  for (const { service, flag, variant, atMs } of options.flags ?? []) shop.agenda.at(atMs, (nowMs) => setFlag(shop, service, flag, variant, nowMs));
  const active = new Map<PlantedFault, (atMs: number) => void>();
  const stop = (fault: PlantedFault, atMs: number): void => {
    active.get(fault)?.(atMs);
    active.delete(fault);
  };
  const plant = (fault: PlantedFault): void => {
    const { start } = faultByName(fault.name);
    shop.agenda.at(fault.startMs, (nowMs) => {
      // The levers of a fault are turned once.
      if ([...active.keys()].some(({ name }) => name === fault.name)) return;
      active.set(fault, start(shop, nowMs));
      if (fault.endMs < Infinity) shop.agenda.at(fault.endMs, (endMs) => stop(fault, endMs));
    });
  };
  for (const fault of options.faults ?? []) plant(fault);
  return {
    plant,
    step(untilMs) {
      shop.agenda.runUntil(untilMs);
      return take(shop.out, untilMs);
    },
    clear(atMs) {
      shop.agenda.at(atMs, (nowMs) => {
        for (const fault of active.keys()) stop(fault, nowMs);
      });
    },
    active: () => [...active.keys()].map(({ name, startMs }) => ({ name, startedMs: startMs })),
  };
}

function makeShop(options: ShopOptions): Shop {
  const services = new Map<string, Service>();
  const back = lookBackSeconds(options.requestsPerSecond);
  const hosts = [
    ...['node-1', 'node-2', 'node-3', 'node-4', 'node-5', 'node-6'].map((name, index) => makeHost({ name, cores: 4, background: 0.35, disk: 0.42 + 0.05 * index, memoryShare: 0.5 + 0.03 * index, lookBackSeconds: back })),
    makeHost({ name: 'db-1', cores: 8, background: 0.6, disk: 0.61, memoryShare: 0.72, lookBackSeconds: back }),
  ];
  const shop: Shop = {
    random: makeRandom(options.seed), agenda: openAgenda(), services, hosts: new Map(hosts.map((host) => [host.name, host])),
    topics: new Map([makeTopic('order-events', 'order-processor', 'order-processor', 4), makeTopic('email-jobs', 'email-worker', 'email-worker', 2)].map((topic) => [topic.name, topic])),
    levers: { statementMs: new Map(), externals: new Map(), network: new Map(), clients: new Map(), flags: new Map(), cacheDown: false, traffic: 1, reach: 1 },
    out: { spans: [], points: [], logs: [] },
    cpuScale: CPU_SCALE_AT_ONE / options.requestsPerSecond,
    startMs: options.startMs, requestsPerSecond: options.requestsPerSecond, metricIntervalMs: options.metricIntervalMs ?? 10_000,
  };
  for (const [host, timesSlower] of Object.entries(options.externals ?? {})) shop.levers.externals.set(host, { timesSlower, errorProbability: 0 });
  for (const spec of allServices) {
    const service: Service = { spec, version: spec.version, instances: [], turn: 0, bug: null, slow: 1, leakBytesPerRequest: 0, connectionLeakProbability: 0, deploys: 0 };
    services.set(spec.name, service);
    const upMs = options.startMs - shop.random.integer(2, 200) * 3_600_000;
    service.instances = spec.hosts.map((_, index) => makeInstance(shop, service, index, options.startMs));
    for (const instance of service.instances) {
      instance.startedMs = upMs;
      if (options.heavyCollector?.service === spec.name) instance.gc.pauseMs *= options.heavyCollector.times;
    }
  }
  return shop;
}

/** Takes out what has ended; what has not stays for later. */
function take(out: Telemetry, untilMs: number): Telemetry {
  const spans = split<SpanRecord>(out.spans, (span) => span.endMs, untilMs);
  const points = split<PointRecord>(out.points, (point) => point.atMs, untilMs);
  const logs = split<LogRecord>(out.logs, (log) => log.atMs, untilMs);
  return { spans, points, logs };
}

function split<T>(records: T[], when: (record: T) => number, untilMs: number): T[] {
  const done: T[] = [];
  let kept = 0;
  for (const record of records) {
    if (when(record) < untilMs) done.push(record);
    else records[kept++] = record;
  }
  records.length = kept;
  return done.sort((a, b) => when(a) - when(b));
}

import { SpanKind } from './records.ts';
import { openSpan, runOperation } from './serve.ts';
import type { Frame, Service, Shop } from './state.ts';
import { makeErrand } from './traffic.ts';

/** Work that a clock starts. */

export interface Job {
  readonly service: string;
  readonly operation: string;
  readonly everyMs: number;
  /** After the full interval. */
  readonly offsetMs: number;
  /** Cores that it takes from its host while it runs, and for how long. */
  readonly cores: number;
  readonly runsMs: number;
}

export const usualJobs: readonly Job[] = [
  { service: 'report', operation: 'sales-rollup', everyMs: 300_000, offsetMs: 41_000, cores: 0.3, runsMs: 6_000 },
  { service: 'report', operation: 'basket-analysis', everyMs: 3_600_000, offsetMs: 1_260_000, cores: 0.5, runsMs: 40_000 },
];

export function startJobs(shop: Shop, jobs: readonly Job[]): void {
  for (const job of jobs) {
    const first = Math.ceil((shop.startMs - job.offsetMs) / job.everyMs) * job.everyMs + job.offsetMs;
    const run = (atMs: number): void => {
      runJob(shop, job, atMs);
      shop.agenda.at(atMs + job.everyMs, run);
    };
    shop.agenda.at(first, run);
  }
}

/** The instance of a job takes CPU of its host beside what its operation asks for. */
export function burden(shop: Shop, serviceName: string, cores: number, atMs: number, endMs: number): void {
  const instance = (shop.services.get(serviceName) as Service).instances[0];
  instance.host.extra += cores;
  const stepMs = 1_000;
  const burn = (nowMs: number): void => {
    const partMs = Math.min(stepMs, endMs - nowMs);
    if (partMs <= 0) {
      instance.host.extra -= cores;
      return;
    }
    instance.cpuMs += cores * partMs;
    shop.agenda.at(nowMs + partMs, burn);
  };
  shop.agenda.at(atMs, burn);
}

export function runJob(shop: Shop, job: Job, atMs: number): void {
  const instance = (shop.services.get(job.service) as Service).instances[0];
  if (instance.downUntilMs > atMs) return;
  const span = openSpan(shop, instance, { traceId: shop.random.hex(4), parentId: '', peer: '' }, SpanKind.internal, job.operation, { 'job.name': job.operation, 'job.trigger': 'schedule' }, atMs);
  const frame: Frame = { shop, instance, span, errand: makeErrand(shop.random), atMs };
  runOperation(frame, job.operation);
  span.endMs = frame.atMs;
  if (job.cores > 0) burden(shop, job.service, job.cores, atMs, atMs + job.runsMs);
}

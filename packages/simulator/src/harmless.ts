import { nextVersion, tellConfig, tellDeploy, tellFlag, tellRestart } from './changes.ts';
import type { Announcement } from './faults/fault.ts';
import { Random } from './random.ts';
import { rhythmAt } from './system/rhythm.ts';
import type { Operation, Service, System } from './system/system.ts';

/** What happens in every system and hurts nobody: releases, flags, settings, waves of traffic, jobs, telemetry that gets lost. */
export interface Harmless {
  readonly kind: 'deploy' | 'flag' | 'config' | 'restart' | 'surge' | 'spans_lost' | 'metrics_lost' | 'job';
  readonly entity: string;
  readonly fromMs: number;
  readonly untilMs: number;
  apply(ageMs: number, entryFactors: number[]): void;
  announce(phase: 'begin' | 'end'): readonly Announcement[];
  /** Requests a second that a job makes beside those of people. */
  readonly job: { readonly operation: Operation; readonly perSecond: number } | null;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** A wave of traffic stays below these shares of every service's capacity and of every pool. */
const surgeLoadMax = 0.6;
const surgePoolMax = 0.65;

/** Times a day of each kind, for 100 services. */
const perDay: Readonly<Record<Exclude<Harmless['kind'], 'job'>, number>> = { deploy: 12, flag: 3, config: 3, restart: 4, surge: 3, spans_lost: 2, metrics_lost: 2 };

/** All harmless events of a stretch of time, by onset. `often` makes them more frequent than usual. */
export function planHarmless(system: System, fromMs: number, untilMs: number, often: number): Harmless[] {
  const random = new Random(system.seed, 53);
  const scale = Math.max(0.3, system.services.length / 100) * often * (untilMs - fromMs) / dayMs;
  const events: Harmless[] = [];
  const deployed = new Set<Service>();
  for (const kind of ['deploy', 'flag', 'config', 'restart', 'surge', 'spans_lost', 'metrics_lost'] as const) {
    const many = random.poisson(perDay[kind] * (kind === 'surge' ? scale / Math.max(0.3, system.services.length / 100) : scale));
    const times = Array.from({ length: many }, () => {
      // People work by day: releases and the like keep to the hours of offices.
      for (;;) {
        const atMs = Math.floor(random.between(fromMs, untilMs));
        if (kind === 'surge' || kind === 'spans_lost' || kind === 'metrics_lost' || random.next() < 0.1 + rhythmAt('office', atMs)) return atMs;
      }
    }).sort((a, b) => a - b);
    for (const atMs of times) {
      const event = make(system, random, kind, atMs, deployed);
      // Two waves at a time would multiply beyond what each alone stays below.
      if (event === null || (kind === 'surge' && events.some((other) => other.kind === 'surge' && other.untilMs > event.fromMs))) continue;
      events.push(event);
    }
  }
  return [...events, ...planJobs(system, random, fromMs, untilMs)].sort((a, b) => a.fromMs - b.fromMs);
}

const nothing = (): readonly Announcement[] => [];
const still = (): void => {};

function make(system: System, random: Random, kind: Exclude<Harmless['kind'], 'job'>, fromMs: number, deployed: Set<Service>): Harmless | null {
  const service = random.pick(system.services);
  const base = { kind, entity: service.id, fromMs, job: null };
  const lasting = (minutes: number): number => fromMs + Math.round(minutes * minuteMs);
  switch (kind) {
    case 'deploy': {
      if (deployed.has(service)) return null;
      deployed.add(service);
      return makeRelease(service, 7, fromMs);
    }
    case 'flag': return { ...base, untilMs: lasting(random.between(20, 300)), apply: still, announce: (phase) => (service.flag === '' ? [] : tellFlag(service, `${service.flag}-banner`, phase === 'begin' ? 'on' : 'off')) };
    case 'config': return { ...base, untilMs: lasting(1), apply: still, announce: (phase) => (phase === 'begin' ? tellConfig(service, 'log.level', random.pick(['info', 'debug'])) : []) };
    case 'restart': {
      const instance = random.pick(service.instances);
      const { length } = service.instances;
      // It is taken out of the balancer before it stops, and another one takes over what it did.
      return { ...base, untilMs: lasting(0.6), apply: () => {
        Object.assign(instance.levers, { downSinceMs: 0, unknownMs: 0 });
        service.levers.capacity = length / Math.max(1, length - 1);
      }, announce: (phase) => (phase === 'begin' ? tellRestart(instance, 'Killing') : []) };
    }
    case 'surge': {
      const untilMs = lasting(random.between(6, 25));
      const peak = surgeFactor(system, random, fromMs, untilMs);
      if (peak < 1.15) return null;
      return { ...base, entity: 'user', untilMs, announce: nothing, apply(ageMs, entryFactors) {
        const rise = Math.min(1, ageMs / 90_000, (untilMs - fromMs - ageMs) / 90_000);
        for (const index of entryFactors.keys()) entryFactors[index] *= 1 + (peak - 1) * Math.max(0, rise);
      } };
    }
    case 'spans_lost': return makeLostSpans(service, fromMs, lasting(random.between(2, 7)));
    case 'metrics_lost': return { ...base, untilMs: lasting(random.between(3, 10)), announce: nothing, apply: () => { service.levers.metricsLost = true; } };
  }
}

/** A release that changes nothing that anybody could notice; `patches` ahead of what runs. */
export function makeRelease(service: Service, patches: number, fromMs: number): Harmless {
  const version = nextVersion(service).replace(/(\d+)$/, (patch) => String(Number(patch) + patches));
  return {
    kind: 'deploy', entity: service.id, fromMs, untilMs: fromMs + service.instances.length * rollMs + freshMs, job: null,
    announce: (phase) => (phase === 'begin' ? tellDeploy(service, version) : []), apply: (ageMs) => rollOut(service, version, ageMs),
  };
}

/** Its spans and logs do not arrive, though it works. */
export function makeLostSpans(service: Service, fromMs: number, untilMs: number): Harmless {
  return { kind: 'spans_lost', entity: service.id, fromMs, untilMs, job: null, announce: nothing, apply: () => { service.levers.spansLost = true; } };
}

const rollMs = 20_000;
const freshMs = 30_000;

/** One instance after the other; a fresh one is slower for its first half minute. */
function rollOut(service: Service, version: string, ageMs: number): void {
  service.instances.forEach((instance, index) => {
    const own = ageMs - index * rollMs;
    if (own < 0) return;
    instance.version = version;
    instance.released = version;
    if (own < freshMs) instance.levers.slow = 1 + 0.5 * (1 - own / freshMs);
  });
}

/** As much as the fullest service and the fullest pool of connections can take at this hour, and not more than twice. */
function surgeFactor(system: System, random: Random, fromMs: number, untilMs: number): number {
  const at = (atMs: number): number => Math.max(...system.entries.map((entry) => rhythmAt(entry.rhythm, atMs)));
  const busy = Math.max(at(fromMs), at((fromMs + untilMs) / 2), at(untilMs));
  const fullest = Math.max(...system.services.map((service) => service.utilization));
  const pool = Math.max(0, ...system.services.flatMap((service) => service.pools.map(({ use }) => use)));
  let factor = random.between(1.3, 2);
  while (factor > 1 && (fullest * busy * factor > surgeLoadMax || pool * busy * factor * (1 + 0.25 * (busy * factor) ** 2) > surgePoolMax)) factor -= 0.02;
  return factor;
}

/** Jobs that run by the clock: every quarter of an hour, every hour, every night. */
function planJobs(system: System, random: Random, fromMs: number, untilMs: number): Harmless[] {
  const jobs = Array.from({ length: Math.max(1, Math.round(system.services.length / 30)) }, () => {
    const service = random.pick(system.services.filter(({ layer }) => layer > 0));
    return { operation: random.pick(service.operations), everyMs: random.pick([15, 60, 60, 1440]) * minuteMs, phaseMs: random.below(60) * minuteMs, lastsMs: random.between(15_000, 45_000), perSecond: random.between(0.3, 1.2) };
  });
  return jobs.flatMap(({ operation, everyMs, phaseMs, lastsMs, perSecond }) => {
    const found: Harmless[] = [];
    for (let atMs = Math.ceil((fromMs - phaseMs) / everyMs) * everyMs + phaseMs; atMs < untilMs; atMs += everyMs) {
      found.push({ kind: 'job', entity: operation.service.id, fromMs: atMs, untilMs: Math.round(atMs + lastsMs), job: { operation, perSecond }, apply: still, announce: nothing });
    }
    return found;
  });
}

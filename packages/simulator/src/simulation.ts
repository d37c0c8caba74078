import { tellFlag } from './changes.ts';
import type { Announcement } from './faults/fault.ts';
import { planHarmless, type Harmless } from './harmless.ts';
import { Meters } from './meters.ts';
import { Random } from './random.ts';
import { Requests } from './serve.ts';
import { Weather } from './system/conditions.ts';
import { restAll } from './system/rest.ts';
import type { System } from './system/system.ts';
import { makeSystem } from './system/topology.ts';
import { planTimeline, type Planted } from './timeline.ts';
import type { Truth, Twist } from './truth.ts';
import { Outbox } from './wire/outbox.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly services: number;
  /** Spans a second of all services together, at the usual peak of the week. */
  readonly spansPerSecond: number;
  readonly startMs: number;
  /** Length when there are no faults; with faults the last one decides. */
  readonly minutes: number;
  /** Kinds of faults, in the order in which they come. */
  readonly faults: readonly string[];
  readonly warmUpMinutes: number;
  /** Between faults, from and to. */
  readonly calmMinutes: readonly [number, number];
  readonly touchedPerMinute: number;
  /** How many times more often than in an ordinary system harmless things happen; 0 for none. */
  readonly harmless: number;
  /** What a share of the faults is made harder with: one of these, each as likely as it often stands here. */
  readonly twists: readonly Twist[];
  readonly twistShare: number;
  /** Where the faults strike; that of the system unless given. */
  readonly faultSeed?: number;
}

export const simulationDefaults: SimulationOptions = {
  seed: 1, services: 120, spansPerSecond: 300, startMs: Date.UTC(2026, 4, 12, 8), minutes: 60, faults: [], warmUpMinutes: 25, calmMinutes: [13, 20], touchedPerMinute: 30, harmless: 1, twists: [], twistShare: 0.5,
};

/** What a Collector in front of all services passes on in one tick: at most one request a signal. */
export interface Tick { readonly receivedMs: number; readonly traces: Uint8Array | null; readonly metrics: Uint8Array | null; readonly logs: Uint8Array | null }

export interface Simulation {
  readonly system: System;
  readonly truth: Truth;
  /** Kinds that found no place where they would be felt. */
  readonly leftOut: readonly string[];
  /** The next second; null at the end. */
  step(): Tick | null;
}

export const tickMs = 1_000;
/** From the end of the tick to arrival. */
const wayMs = 120;
const flagEveryMs = 60_000;

export function openSimulation(given: Partial<SimulationOptions>): Simulation {
  const options = { ...simulationDefaults, ...given };
  const system = makeSystem(options);
  const { planted, leftOut, decoys, endMs } = options.faults.length === 0
    ? { planted: [], leftOut: [], decoys: [], endMs: options.startMs + options.minutes * 60_000 }
    : planTimeline(system, { spansPerSecond: options.spansPerSecond, startMs: options.startMs, kinds: options.faults, warmUpMs: options.warmUpMinutes * 60_000, calmMinutes: options.calmMinutes, touchedPerMinute: options.touchedPerMinute, twists: options.twists, twistShare: options.twistShare, faultSeed: options.faultSeed ?? options.seed });
  const harmless = [...decoys, ...options.harmless === 0 ? [] : planHarmless(system, options.startMs, endMs, options.harmless)].sort((a, b) => a.fromMs - b.fromMs);
  const truth: Truth = {
    seed: options.seed, services: system.services.map(({ id }) => id), startMs: options.startMs, endMs, faults: planted.map((each) => each.truth),
    harmless: harmless.map(({ kind, entity, fromMs, untilMs }) => ({ kind, entity, fromMs, untilMs: Math.min(untilMs, endMs) })),
  };
  const stage = new Stage(system, options, planted, harmless);
  let nowMs = options.startMs;
  return {
    system, truth, leftOut,
    step() {
      if (nowMs >= endMs) return null;
      const tick = stage.play(nowMs);
      nowMs += tickMs;
      return tick;
    },
  };
}

class Stage {
  readonly #system: System;
  readonly #seed: number;
  readonly #planted: readonly Planted[];
  readonly #harmless: readonly Harmless[];
  readonly #weather: Weather;
  readonly #outbox = new Outbox();
  readonly #meters: Meters;
  readonly #requests: Requests;
  /** Something has moved a lever since all were at rest. */
  #moved = true;

  constructor(system: System, options: SimulationOptions, planted: readonly Planted[], harmless: readonly Harmless[]) {
    this.#system = system;
    this.#seed = options.seed;
    this.#planted = planted;
    this.#harmless = harmless;
    this.#weather = new Weather(system, options.spansPerSecond);
    this.#meters = new Meters(system, this.#weather, options.startMs);
    this.#requests = new Requests(this.#weather, new Random(options.seed), this.#outbox, null);
  }

  play(nowMs: number): Tick {
    const untilMs = nowMs + tickMs;
    const random = new Random(this.#seed, 5, Math.round(nowMs / tickMs));
    this.#requests.roll(random);
    const jobs = this.#move(nowMs);
    this.#weather.step(nowMs, tickMs);
    for (const [index, { operation }] of this.#system.entries.entries()) this.#ask(operation, this.#weather.entryRates[index], nowMs, random);
    for (const { operation, perSecond } of jobs) this.#ask(operation, perSecond, nowMs, random);
    this.#deliver(nowMs, untilMs);
    this.#tellFlags(nowMs, untilMs);
    const { traces, logs } = this.#outbox.send(untilMs);
    return { receivedMs: untilMs + wayMs, traces, logs, metrics: this.#meters.read(nowMs, untilMs) };
  }

  /** Levers for this tick; what begins or ends in it is told. */
  #move(nowMs: number): NonNullable<Harmless['job']>[] {
    const { entryFactors } = this.#weather;
    const jobs: NonNullable<Harmless['job']>[] = [];
    if (this.#moved) {
      restAll(this.#system);
      entryFactors.fill(1);
      this.#moved = false;
    }
    for (const event of this.#harmless) {
      if (event.fromMs > nowMs) break;
      if (event.fromMs > nowMs - tickMs) this.#announce(event.announce('begin'), nowMs);
      if (event.untilMs <= nowMs) {
        if (event.untilMs > nowMs - tickMs) this.#announce(event.announce('end'), nowMs);
        continue;
      }
      event.apply(nowMs - event.fromMs, entryFactors);
      this.#moved = true;
      if (event.job !== null) jobs.push(event.job);
    }
    for (const { strike, truth } of this.#planted) {
      if (truth.onsetMs <= nowMs && truth.onsetMs > nowMs - tickMs) this.#announce(strike.announce?.('begin') ?? [], nowMs);
      if (truth.endMs <= nowMs && truth.endMs > nowMs - tickMs) this.#announce(strike.announce?.('end') ?? [], nowMs);
      if (nowMs < truth.onsetMs || nowMs >= truth.endMs) continue;
      strike.apply(nowMs - truth.onsetMs, entryFactors);
      this.#moved = true;
    }
    return jobs;
  }

  #announce(announcements: readonly Announcement[], atMs: number): void {
    for (const { instance, severity, body, event, attributes } of announcements) this.#outbox.log(instance, atMs, severity, body, null, 0, 0, event, attributes);
  }

  #ask(operation: Parameters<Requests['request']>[0], perSecond: number, nowMs: number, random: Random): void {
    for (let left = random.poisson(perSecond * tickMs / 1000); left > 0; left--) this.#requests.request(operation, nowMs + random.next() * tickMs);
  }

  /** Messages that are due, as many as the consumer manages in this tick. */
  #deliver(nowMs: number, untilMs: number): void {
    for (const topic of this.#system.topics) {
      if (topic.levers.paused || topic.pending.length === 0) continue;
      topic.pending.sort((a, b) => a.dueMs - b.dueMs);
      const most = topic.levers.perSecond === Infinity ? catchUp : wholePart(topic.levers.perSecond, nowMs);
      let done = 0;
      while (done < most && done < topic.pending.length && topic.pending[done].dueMs < untilMs) {
        const dueMs = Math.max(nowMs, topic.pending[done].dueMs);
        if (!this.#requests.message(topic, done, dueMs)) break;
        done++;
      }
      topic.pending.splice(0, done);
    }
  }

  #tellFlags(nowMs: number, untilMs: number): void {
    for (const service of this.#system.services) {
      const phase = (service.index * 1_777) % flagEveryMs;
      if (service.flag === '' || Math.floor((untilMs - phase) / flagEveryMs) === Math.floor((nowMs - phase) / flagEveryMs)) continue;
      this.#announce(tellFlag(service, service.flag, service.levers.flagOn ? 'on' : 'off'), nowMs);
    }
  }
}

/** Messages that a consumer that has fallen behind works off in a second. */
const catchUp = 50;

/** So many a second, spread over seconds when it is less than one. */
function wholePart(perSecond: number, nowMs: number): number {
  const second = nowMs / 1000;
  return Math.floor((second + 1) * perSecond) - Math.floor(second * perSecond);
}

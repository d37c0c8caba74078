import { Random } from '../random.ts';
import type { Backend, Pool, Service, System } from './system.ts';
import { sharesByEntry } from './reach.ts';
import { rhythmAt } from './rhythm.ts';

/** How the system stands in one tick: how much is asked of every part, how long its queue is, and what the weather is like. */

/** Steps of the slow noise: each part wanders around its usual speed. */
const wanderMs = 10_000;
const wanderKept = 0.92;
const wanderSigma = 0.05;
/** A service that cannot keep up lets requests wait so long, then turns away what is too much. */
const backlogMsMax = 4_000;

export interface Condition {
  /** Share of its capacity that is asked for. */
  load: number;
  /** Factor on its own work by load and noise. */
  pace: number;
  waitMs: number;
  turnedAway: number;
  wander: number;
}

export interface Conditions {
  readonly services: readonly Condition[];
  readonly backends: ReadonlyMap<Backend, { pace: number; wander: number }>;
  /** Requests a second of every entry, for this tick. */
  readonly entryRates: number[];
  /** Factors beyond the rhythm of the day, by entry; set by surges and faults before each tick. */
  readonly entryFactors: number[];
  /** Milliseconds of waiting for a connection. */
  poolWaitMs(pool: Pool): number;
}

export class Weather implements Conditions {
  readonly services: Condition[];
  readonly backends = new Map<Backend, { pace: number; wander: number }>();
  readonly entryRates: number[];
  readonly entryFactors: number[];
  readonly #system: System;
  readonly #shares: readonly Float64Array[];
  readonly #weights: readonly number[];
  readonly #entryWander: number[];
  readonly #requestsPerSecond: number;
  #wanderedMs = -Infinity;

  constructor(system: System, spansPerSecond: number) {
    this.#system = system;
    this.services = system.services.map(() => ({ load: 0, pace: 1, waitMs: 0, turnedAway: 0, wander: 0 }));
    for (const backend of system.backends) this.backends.set(backend, { pace: 1, wander: 0 });
    const total = system.entries.reduce((sum, entry) => sum + entry.weight, 0);
    this.#weights = system.entries.map((entry) => entry.weight / total);
    this.#shares = sharesByEntry(system, this.#weights);
    this.entryRates = system.entries.map(() => 0);
    this.entryFactors = system.entries.map(() => 1);
    this.#entryWander = system.entries.map(() => 0);
    this.#requestsPerSecond = spansPerSecond / system.spansPerRequest;
  }

  /** Moves on to the tick that begins at `nowMs`; levers and entry factors stand as they will in it. */
  step(nowMs: number, tickMs: number): void {
    if (nowMs - this.#wanderedMs >= wanderMs) this.#wander(nowMs);
    const { entries, services } = this.#system;
    const factors = entries.map((entry, index) => rhythmAt(entry.rhythm, nowMs) * Math.exp(this.#entryWander[index]) * this.entryFactors[index]);
    for (const [index, factor] of factors.entries()) this.entryRates[index] = this.#requestsPerSecond * this.#weights[index] * factor;
    for (const service of services) this.#press(service, factors, tickMs);
    let busy = 0;
    for (const [index, factor] of factors.entries()) busy += this.#weights[index] * factor;
    for (const [backend, condition] of this.backends) condition.pace = Math.exp(condition.wander) * (1 + 0.25 * busy * busy) * backend.levers.slow;
    for (const service of services) for (const pool of service.pools) pool.wanted = this.#wantedOf(pool);
  }

  #press(service: Service, factors: readonly number[], tickMs: number): void {
    const condition = this.services[service.index];
    const shares = this.#shares[service.index];
    let asked = 0;
    for (let index = 0; index < factors.length; index++) asked += shares[index] * factors[index];
    const { levers } = service;
    const alive = service.instances.filter((instance) => instance.levers.downSinceMs === Infinity).length / service.instances.length;
    condition.load = service.utilization * asked * levers.load / (levers.capacity * Math.max(0.25, alive)) + levers.cpu;
    const used = Math.min(0.94, condition.load);
    condition.pace = Math.exp(condition.wander) * (1 + 0.5 * used * used / (1 - used)) * levers.slow;
    condition.waitMs = Math.max(0, Math.min(backlogMsMax, condition.waitMs + (condition.load - 1) * tickMs));
    condition.turnedAway = condition.waitMs >= backlogMsMax && condition.load > 1 ? 1 - 1 / condition.load : 0;
  }

  #wantedOf(pool: Pool): number {
    const { backend, service } = pool;
    const busy = this.services[service.index].load / service.utilization;
    const held = backend.levers.lockShare * backend.levers.lockMs / 8 + (backend.levers.statement < 0 ? 0 : (backend.levers.statementSlow - 1) / backend.statements.length);
    return pool.use * busy * Math.min(12, (this.backends.get(backend)?.pace ?? 1) * (1 + held) + backend.levers.addMs / 5) + service.levers.poolHeld;
  }

  poolWaitMs(pool: Pool): number {
    if (pool.wanted < 0.85) return 0;
    return pool.wanted < 1 ? 20 * (pool.wanted - 0.85) / 0.15 : Math.min(6_000, 150 + 2_500 * (pool.wanted - 1));
  }

  /** First-order autoregression: what is slow now is mostly still slow in ten seconds. */
  #wander(nowMs: number): void {
    this.#wanderedMs = nowMs;
    const random = new Random(this.#system.seed, 23, Math.floor(nowMs / wanderMs));
    const fresh = Math.sqrt(1 - wanderKept ** 2);
    const next = (value: number, sigma: number): number => wanderKept * value + fresh * sigma * random.normal();
    for (const condition of this.services) condition.wander = next(condition.wander, wanderSigma);
    for (const condition of this.backends.values()) condition.wander = next(condition.wander, wanderSigma);
    for (const index of this.#entryWander.keys()) this.#entryWander[index] = next(this.#entryWander[index], wanderSigma);
  }
}

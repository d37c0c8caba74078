import { readdirSync, readFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultByName } from '@clew/shop';
import type { Job, ShopOptions } from '@clew/shop';

/** A story as data: what the shop goes through and what has to be said about it. All minutes count from `start`. */
export interface Scenario {
  readonly name: string;
  readonly seed: number;
  readonly start: string;
  readonly minutes: number;
  readonly requestsPerSecond: number;
  readonly metricIntervalSeconds?: number;
  /** How much arrives at once, as an exporter's or a Collector's batches do. */
  readonly batchSeconds?: number;
  readonly rhythm?: NonNullable<ShopOptions['rhythm']>;
  readonly releasesPerDay?: number;
  readonly releases?: readonly { readonly service: string; readonly minute: number }[];
  readonly flags?: readonly { readonly service: string; readonly flag: string; readonly variant: string; readonly minute: number }[];
  readonly jobs?: readonly Job[];
  readonly heavyCollector?: NonNullable<ShopOptions['heavyCollector']>;
  readonly faults: readonly { readonly name: string; readonly minute: number; readonly minutes: number }[];
  readonly expect: Expectation;
}

export interface Expectation {
  /** How many incidents there are in all. */
  readonly incidents: number;
  readonly causes: readonly ExpectedCause[];
}

export interface ExpectedCause {
  /** The fault that it answers to. */
  readonly fault: string;
  /** Entities that name the cause, the best name first; empty when the right answer is *unknown*. */
  readonly entities: readonly string[];
  readonly kinds: readonly string[];
  /** From the beginning of the fault until the incident is said. */
  readonly detectSeconds: number;
  /** From the end of the fault until the incident is resolved. */
  readonly resolveSeconds: number;
}

const folder = dirname(fileURLToPath(import.meta.url));
/** The delay of an SDK's batch processor by default. */
export const usualBatchSeconds = 5;
export const minuteMs = 60_000;

export function scenarioNames(): string[] {
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'scenario.json'))).map((entry) => entry.name).sort();
}

export function readScenario(name: string): Scenario {
  const scenario = JSON.parse(readFileSync(join(folder, name, 'scenario.json'), 'utf8')) as Omit<Scenario, 'name'>;
  return { name, ...scenario };
}

export function isQuietDay(scenario: Scenario): boolean {
  return scenario.minutes >= 24 * 60;
}

export function shopOptions(scenario: Scenario, seed: number): ShopOptions {
  const startMs = Date.parse(scenario.start);
  const at = (minute: number): number => startMs + minute * minuteMs;
  const { requestsPerSecond, rhythm, releasesPerDay, jobs, heavyCollector, metricIntervalSeconds } = scenario;
  return {
    seed, startMs, requestsPerSecond,
    ...Object.assign({}, ...scenario.faults.map(({ name }) => faultByName(name).scene)),
    ...(rhythm === undefined ? {} : { rhythm }), ...(releasesPerDay === undefined ? {} : { releasesPerDay }), ...(jobs === undefined ? {} : { jobs }),
    ...(heavyCollector === undefined ? {} : { heavyCollector }), ...(metricIntervalSeconds === undefined ? {} : { metricIntervalMs: metricIntervalSeconds * 1000 }),
    releases: (scenario.releases ?? []).map(({ service, minute }) => ({ service, atMs: at(minute) })),
    flags: (scenario.flags ?? []).map(({ minute, ...flag }) => ({ ...flag, atMs: at(minute) })),
    faults: scenario.faults.map(({ name, minute, minutes }) => ({ name, startMs: at(minute), endMs: at(minute + minutes) })),
  };
}

/** Seeds to run: the scenario's own, and as many more as CLEW_SEEDS asks for. */
export function seedsOf(scenario: Scenario, count: number): number[] {
  return Array.from({ length: count }, (_, i) => scenario.seed + i * 101);
}

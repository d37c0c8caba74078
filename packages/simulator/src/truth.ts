import type { Suffering } from './probe.ts';
import type { Service, System } from './system/system.ts';

/** What was really so: written beside the telemetry, never into it. */
export interface Truth {
  readonly seed: number;
  readonly services: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly faults: readonly FaultTruth[];
  readonly harmless: readonly HarmlessTruth[];
}

export interface FaultTruth {
  readonly kind: string;
  /** What is to blame, as the engine names it; the first is the best answer, the others are right too. */
  readonly entities: readonly string[];
  /** Kinds of cause that name it rightly. */
  readonly causes: readonly string[];
  readonly detail: string;
  readonly onsetMs: number;
  readonly endMs: number;
  /** When its effect first exceeds the least that a person could tell from noise; the onset where it is abrupt. */
  readonly visibleMs: number;
  /** Services whose requests suffer, most first. */
  readonly symptoms: readonly { readonly entity: string; readonly perMinute: number; readonly how: string }[];
  /** From the cause up to a front door. */
  readonly path: readonly string[];
  /** Other ways up, over callers of whom chance alone decides which suffers most while the fault lasts. Absent in older recordings. */
  readonly alike?: readonly (readonly string[])[];
  /** The cause itself can be seen in the telemetry. */
  readonly inside: boolean;
  /** What makes it harder to see through; empty for most. */
  readonly twist: Twist | '';
  /** Requests a minute that suffer at the service that suffers most. */
  readonly touchedPerMinute: number;
}

/**
 * second_fault: another one begins while it lasts · misleading_deploy: a service near it was released just before ·
 * telemetry_lost: the spans of the cause, or of the service that suffers most, do not arrive.
 */
export const twists = ['second_fault', 'misleading_deploy', 'telemetry_lost'] as const;
export type Twist = (typeof twists)[number];

/** Things that happen and are no fault. */
export interface HarmlessTruth { readonly kind: string; readonly entity: string; readonly fromMs: number; readonly untilMs: number }

/** Chance makes one of two seem the worse by less than this many standard deviations, one time in twenty. */
const chance = 1.64;
/** Ways told besides the first; more than these are not kept. */
const waysMax = 24;

/**
 * All ways that cannot be told from the one that pathOf tells: at every step also the callers that suffer so nearly as much as the worst one
 * that the requests of the fault's own minutes do not show which does. The one that pathOf tells is left out.
 */
export function waysAlike(system: System, blamed: string, from: readonly Service[], suffering: readonly Suffering[], minutes: number): string[][] {
  const felt = new Map(suffering.map(({ service, perMinute }) => [service, perMinute * minutes]));
  const worst = (services: Iterable<Service>): Service[] => {
    const own = [...new Set(services)].filter((service) => felt.has(service)).sort((a, b) => (felt.get(b) ?? 0) - (felt.get(a) ?? 0) || a.index - b.index);
    const most = own.length === 0 ? 0 : felt.get(own[0]) ?? 0;
    return own.filter((service) => { const count = felt.get(service) ?? 0; return most - count < chance * Math.sqrt(most + count); });
  };
  const ways: string[][] = [];
  const climb = (way: readonly Service[]): void => {
    if (ways.length > waysMax) return;
    const callee = way.at(-1);
    const next = callee === undefined ? worst(from) : worst(system.links.filter((link) => link.to === callee).map((link) => link.from).filter((service) => !way.includes(service)));
    if (next.length === 0) ways.push([blamed, ...way.map(({ id }) => id).filter((id) => id !== blamed)]);
    for (const service of next) climb([...way, service]);
  };
  climb([]);
  return ways.slice(1);
}

/** From what is to blame over the services it hurts, each time to the caller that suffers most, up to a front door. */
export function pathOf(system: System, blamed: string, from: readonly Service[], suffering: readonly Suffering[]): string[] {
  const rank = new Map(suffering.map(({ service }, index) => [service, index]));
  const worst = (services: Iterable<Service>): Service | undefined => [...services].filter((service) => rank.has(service)).sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))[0];
  const path = [blamed];
  let at = worst(from) ?? from[0];
  for (const seen = new Set<Service>(); at !== undefined && !seen.has(at);) {
    seen.add(at);
    if (at.id !== blamed) path.push(at.id);
    const callee = at;
    at = worst(system.links.filter((link) => link.to === callee).map((link) => link.from).filter((service) => !seen.has(service))) as Service;
  }
  return path;
}

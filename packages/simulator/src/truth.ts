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

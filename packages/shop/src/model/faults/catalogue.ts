import type { Shop } from '../state.ts';
import { outsideFaults } from './outside.ts';
import { platformFaults } from './platform.ts';
import { serviceFaults } from './service.ts';

/** What is really wrong, for judging an answer. Nothing of it is ever written into telemetry. */
export interface Truth {
  /** Entity id of the cause. */
  readonly entity: string;
  /** Entities that name the same cause as well. */
  readonly orElse?: readonly string[];
  /** Kinds of cause that would be right. */
  readonly kinds: readonly string[];
}

export interface Scene {
  /** Host of a third party → how much longer than usual it takes. */
  readonly externals: Readonly<Record<string, number>>;
}

export interface Fault {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  /** null when nothing is wrong, or when nothing in the telemetry can tell what is. */
  readonly truth: Truth | null;
  /** How many incidents are right. */
  readonly incidents: 0 | 1;
  /** What the shop is like when the fault is told as a story of its own, from long before it. */
  readonly scene?: Scene;
  /** Turns the levers; returns what turns them back. */
  readonly start: (shop: Shop, atMs: number) => (atMs: number) => void;
}

export const faults: readonly Fault[] = [...platformFaults, ...serviceFaults, ...outsideFaults];

export function faultByName(name: string): Fault {
  const fault = faults.find((each) => each.name === name);
  if (fault === undefined) throw new Error(`no fault is called "${name}"; there are ${faults.map((each) => each.name).join(', ')}`);
  return fault;
}

import type { Random } from '../../packages/simulator/src/random.ts';

/** One decoder, and what may come of it. */
export interface Target {
  readonly name: string;
  /** Share of the runs, relative to the others. */
  readonly weight: number;
  readonly seeds: readonly Uint8Array[];
  change(random: Random, input: Uint8Array, other: Uint8Array): Uint8Array;
  /**
   * Decodes `input` and says in a few words how that ended: two inputs with the same words went about the same way.
   * Whatever it throws is a bug: refusals that are declared are words. `thorough` asks for the dear comparisons, too.
   */
  run(input: Uint8Array, thorough: boolean): string | Promise<string>;
}

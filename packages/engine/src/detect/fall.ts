import type { Level } from './level.ts';
import type { Noise } from './noise.ts';

/** Hardly any: of what usually comes. */
const left = 0.1;
/** Standard deviations of the level, beyond what chance alone gives, that usual may lie lower. */
const lower = 2;

/**
 * How much better "a tenth of it came" explains a pane's events than "as many as usual", as the logarithm of a likelihood ratio of
 * Poisson counts; usual taken at its lower edge, so that it is an e-value for every usual above. Events that do not come say more
 * this way than by a tail: each of them that was due counts, and what falls by half says the opposite.
 */
export function fallEvidence(level: Level, noise: Noise, events: number): number {
  const usual = Math.max(0, Math.exp(level.mid) - 0.5);
  const wander = Math.max(noise.floor, Math.sqrt(Math.max(0, level.variance - 1 / (usual + 1))));
  return usual * Math.exp(-lower * wander) * (1 - left) + events * Math.log(left);
}

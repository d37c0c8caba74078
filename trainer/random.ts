import { makeDice as makeUniform } from '../packages/engine/src/model/sketch.ts';

/** Seeded dice for the generated services. */
export interface Dice {
  uniform(): number;
  between(low: number, high: number): number;
  /** Log-uniform. */
  scale(low: number, high: number): number;
  normal(): number;
  /** Student's t with 3 degrees of freedom, unit variance: now and then far out. */
  heavy(): number;
  chance(probability: number): boolean;
  poisson(mean: number): number;
  binomial(trials: number, share: number): number;
}

export function makeDice(seed: number): Dice {
  const uniform = makeUniform(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > limit; product *= uniform()) count++;
    return count;
  };
  return {
    uniform, normal, poisson,
    between: (low, high) => low + (high - low) * uniform(),
    scale: (low, high) => low * (high / low) ** uniform(),
    heavy: () => normal() / Math.sqrt(normal() ** 2 + normal() ** 2 + normal() ** 2 + 1e-9),
    chance: (probability) => uniform() < probability,
    binomial: (trials, share) => Math.min(trials, poisson(trials * share)),
  };
}

import { makeDice as makeUniform } from '../../model/sketch.ts';

/** Seeded random numbers for what is simulated, the same everywhere. */
export interface Dice {
  /** 0 ≤ x < 1. */
  uniform(): number;
  normal(): number;
  poisson(mean: number): number;
}

export function makeDice(seed: number): Dice {
  const uniform = makeUniform(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    const bound = Math.exp(-mean);
    let count = 0;
    for (let product = uniform(); product > bound; product *= uniform()) count++;
    return count;
  };
  return { uniform, normal, poisson };
}

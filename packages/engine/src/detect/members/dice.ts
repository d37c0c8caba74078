/** Seeded random numbers for what is simulated: 32 bits of state, the same everywhere (mulberry32, Ettinger 2017). */
export interface Dice {
  /** 0 ≤ x < 1. */
  uniform(): number;
  normal(): number;
  poisson(mean: number): number;
}

export function makeDice(seed: number): Dice {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
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

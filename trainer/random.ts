/** Seeded dice for the generated services. Mulberry32; the engine has no use for dice. */
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
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
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

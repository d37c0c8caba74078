/** Seeded numbers: xoshiro128** (Blackman & Vigna 2018), seeded by splitmix32. The same seed gives the same shop, always. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform 32-bit unsigned integer. */
  word(): number;
  /** `median` is exp(mu); `sigma` 0.3 is calm, 1 has a heavy tail. */
  lognormal(median: number, sigma: number): number;
  normal(mean: number, deviation: number): number;
  exponential(mean: number): number;
  chance(probability: number): boolean;
  /** Integer in [low, high]. */
  integer(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** Lower-case hex of `words` × 32 bits, never all zero. */
  hex(words: number): string;
}

export function makeRandom(seed: number): Random {
  const state = Uint32Array.from({ length: 4 }, splitmix(seed));
  const word = (): number => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const carry = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= carry;
    state[3] = rotate(state[3], 11);
    return result;
  };
  const next = (): number => word() / 2 ** 32;
  const standard = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    word,
    lognormal: (median, sigma) => median * Math.exp(sigma * standard()),
    normal: (mean, deviation) => mean + deviation * standard(),
    exponential: (mean) => -mean * Math.log(1 - next()),
    chance: (probability) => probability > 0 && next() < probability,
    integer: (low, high) => low + Math.floor(next() * (high - low + 1)),
    pick: (items) => items[Math.floor(next() * items.length)],
    hex(words) {
      let text = '';
      for (let i = 0; i < words; i++) text += (word() || 1).toString(16).padStart(8, '0');
      return text;
    },
  };
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

function splitmix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/**
 * Dice with a seed: sfc32 (C. Doty-Humphrey, PractRand), which is small and fast. Every use of chance has a stream of its
 * own, found by mixing numbers into the seed, so that one more fault does not change the traffic of another hour.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spare = Number.NaN;

  constructor(...seeds: readonly number[]) {
    let mixed = 0x9e3779b9;
    for (const seed of seeds) mixed = scramble(mixed ^ (seed | 0) ^ Math.imul(Math.floor(seed / 4_294_967_296), 0x85ebca6b)) + 0x6d2b79f5 | 0;
    this.#a = scramble(mixed + 1);
    this.#b = scramble(mixed + 2);
    this.#c = scramble(mixed + 3);
    for (let i = 0; i < 12; i++) this.word();
  }

  /** 32 random bits, unsigned. */
  word(): number {
    const sum = this.#a + this.#b + this.#counter | 0;
    this.#counter = this.#counter + 1 | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = this.#c + (this.#c << 3) | 0;
    this.#c = (this.#c << 21 | this.#c >>> 11) + sum | 0;
    return sum >>> 0;
  }

  /** [0, 1) */
  next(): number {
    return this.word() / 4_294_967_296;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** 0 … count − 1 */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  /** low … high, both included. */
  integer(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  /** Standard normal (Box and Muller). */
  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = Number.NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    const angle = 2 * Math.PI * this.next();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Median 1. */
  lognormal(sigma: number): number {
    return Math.exp(sigma * this.normal());
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Exact by multiplication for small means, rounded normal above 60. */
  poisson(mean: number): number {
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.next(); product > limit; product *= this.next()) count++;
    return count;
  }

  shuffle<T>(from: readonly T[]): T[] {
    const list = [...from];
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
}

function scramble(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return mixed ^ (mixed >>> 15);
}

/**
 * Level and spread of each feature, learnt as it goes, Huber-clipped (Huber 1964) so that one outlier moves neither far. A
 * standardised value is put on a logarithmic scale beyond a few spreads: twice as far out is no longer twice as unusual.
 */
export interface Standard {
  readonly level: Float64Array;
  readonly variance: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Values learnt of each feature. */
  readonly seen: Float64Array;
}

/** A feature is unknown until so many of its values were seen. */
const warmValues = 12;
/** Level and spread forget with this time constant. */
const memoryPanes = 8_640;
/** Values further out than this many spreads count as that far out. */
const clip = 10;
/** A spread is at least this share of the range that was ever seen, and of the level's own rounding. */
const rangeShare = 1e-3;
const roundingShare = 1e-9;
/** Standardised values end here: what leaves a constant would else be infinitely far. */
const farthest = 1_000;

export function makeStandard(features: number): Standard {
  return {
    level: new Float64Array(features), variance: new Float64Array(features),
    low: new Float64Array(features).fill(Infinity), high: new Float64Array(features).fill(-Infinity), seen: new Float64Array(features),
  };
}

/** Into `x`: NaN where not present, not finite or not yet known. */
export function standardise(standard: Standard, values: Float64Array, present: Uint8Array, x: Float64Array): void {
  for (let j = 0; j < x.length; j++) {
    const value = values[j];
    if (present[j] === 0 || !Number.isFinite(value) || standard.seen[j] < warmValues) {
      x[j] = NaN;
      continue;
    }
    const z = Math.min(farthest, Math.abs(value - standard.level[j]) / spreadOf(standard, j, value));
    x[j] = Math.sign(value - standard.level[j]) * Math.log1p(z);
  }
}

export function learnStandard(standard: Standard, values: Float64Array, present: Uint8Array, weight = 1): void {
  for (let j = 0; j < standard.level.length; j++) {
    const value = values[j];
    if (present[j] === 0 || !Number.isFinite(value)) continue;
    const seen = standard.seen[j]++;
    const reach = seen < warmValues ? Infinity : clip * spreadOf(standard, j, value);
    const step = Math.max(-reach, Math.min(reach, seen === 0 ? 0 : value - standard.level[j]));
    const rate = Math.max(1 / (seen + 1), weight / memoryPanes);
    if (seen === 0) standard.level[j] = value;
    standard.level[j] += rate * step;
    standard.variance[j] += rate * (step * step * (1 - rate) - standard.variance[j]);
    standard.low[j] = Math.min(standard.low[j], value);
    standard.high[j] = Math.max(standard.high[j], value);
  }
}

function spreadOf({ level, variance, low, high }: Standard, j: number, value: number): number {
  const range = Math.max(high[j], value) - Math.min(low[j], value);
  return Math.max(Math.sqrt(variance[j]), rangeShare * range, roundingShare * Math.abs(level[j]), Number.MIN_VALUE);
}

import { factorise, solve } from './linear.ts';
import { toShares } from './member.ts';
import type { JointMember } from './member.ts';

/**
 * Where all features together should go next: a vector autoregression of order 1 (Sims 1980; Lütkepohl 2005), ridge-regressed on
 * running second moments and solved anew every so often. The score is the sum of squared surprises, each in units of the
 * variance that the same feature's surprises had. What was not reported counts as ordinary in the past and not at all in the sum.
 */
export interface Course {
  seen: number;
  /** The vector before, 0 where it was not reported, and a 1 for the constant. */
  readonly before: Float64Array;
  /** Running moments: before × before, and before × now. */
  readonly inputs: Float64Array;
  readonly products: Float64Array;
  /** (features + 1) × features. */
  readonly weights: Float64Array;
  readonly variance: Float64Array;
}

const warmPanes = 60;
const refitPanes = 64;
const memoryPanes = 8_640;
const ridge = 0.01;
const varianceFloor = 0.01;

export const course: JointMember<Course> = {
  id: 'course',
  voice: { spans: [9], sees: 'movement', weight: 1, blame: 1 },
  make(features) {
    const inputs = features + 1;
    return {
      seen: 0, before: new Float64Array(inputs), inputs: new Float64Array(inputs * inputs), products: new Float64Array(inputs * features),
      weights: new Float64Array(inputs * features), variance: new Float64Array(features).fill(1),
    };
  },
  judge(state, x) {
    if (state.seen < warmPanes) return NaN;
    let sum = 0;
    let count = 0;
    for (let j = 0; j < x.length; j++) {
      if (Number.isNaN(x[j])) continue;
      sum += surpriseOf(state, x, j);
      count++;
    }
    return count === 0 ? NaN : sum / count;
  },
  explain(state, x, shares) {
    for (let j = 0; j < x.length; j++) shares[j] = state.seen < warmPanes || Number.isNaN(x[j]) ? 0 : surpriseOf(state, x, j);
    toShares(shares);
  },
  learn(state, x, weight) {
    const features = x.length;
    const { before } = state;
    if (state.seen > 0) {
      const rate = Math.min(1, weight * Math.max(1 / state.seen, 1 / memoryPanes));
      if (state.seen >= warmPanes) learnVariance(state, x, rate);
      learnMoments(state, x, rate);
    }
    for (let j = 0; j < features; j++) before[j] = Number.isNaN(x[j]) ? 0 : x[j];
    before[features] = 1;
    state.seen++;
    if (state.seen === warmPanes || state.seen % refitPanes === 0) refit(state, features);
  },
};

function surpriseOf(state: Course, x: Float64Array, j: number): number {
  const miss = missOf(state, x, j);
  return (miss * miss) / (state.variance[j] + varianceFloor);
}

function missOf({ before, weights }: Course, x: Float64Array, j: number): number {
  let miss = x[j];
  for (let i = 0; i < before.length; i++) miss -= before[i] * weights[i * x.length + j];
  return miss;
}

function learnVariance(state: Course, x: Float64Array, rate: number): void {
  for (let j = 0; j < x.length; j++) {
    if (!Number.isNaN(x[j])) state.variance[j] += rate * (missOf(state, x, j) ** 2 - state.variance[j]);
  }
}

function learnMoments({ before, inputs, products }: Course, x: Float64Array, rate: number): void {
  const size = before.length;
  const features = x.length;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k <= i; k++) inputs[i * size + k] += rate * (before[i] * before[k] - inputs[i * size + k]);
    for (let j = 0; j < features; j++) if (!Number.isNaN(x[j])) products[i * features + j] += rate * (before[i] * x[j] - products[i * features + j]);
  }
}

function refit({ inputs, products, weights }: Course, features: number): void {
  const size = features + 1;
  const ridged = Float64Array.from(inputs);
  for (let i = 0; i < size; i++) ridged[i * size + i] += ridge;
  const factor = new Float64Array(size * size);
  factorise(ridged, size, factor);
  weights.set(products);
  solve(factor, size, weights, features);
}

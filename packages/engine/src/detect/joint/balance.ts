import { factorise, solve } from './linear.ts';
import { toShares } from './member.ts';
import type { JointMember } from './member.ts';

/**
 * Distance from the middle in the units of the features' joint spread (Mahalanobis 1936), with a running mean and covariance that
 * forget. Departures: a ridge, so that directions in which nothing ever moved do not outweigh all others; features that were not
 * reported are left out of the distance (the marginal distribution) instead of being filled in.
 */
export interface Balance {
  seen: number;
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
  /** Of the covariance with its ridge, refitted every `refitPanes`. */
  readonly factor: Float64Array;
}

const warmPanes = 30;
const refitPanes = 64;
const memoryPanes = 8_640;
const ridge = 0.1;

export const balance: JointMember<Balance> = {
  id: 'balance',
  voice: { spans: [1, 5, 15], sees: 'state', weight: 1, blame: 0.3 },
  make(features) {
    return { seen: 0, mean: new Float64Array(features), covariance: new Float64Array(features * features), factor: new Float64Array(features * features) };
  },
  judge(state, x) {
    if (state.seen < warmPanes) return NaN;
    const { distance, solved } = solveFor(state, x);
    return distance.length === 0 ? NaN : distance.reduce((sum, value, j) => sum + value * solved[j], 0) / distance.length;
  },
  explain(state, x, shares) {
    shares.fill(0);
    if (state.seen < warmPanes) return;
    const { present, distance, solved } = solveFor(state, x);
    present.forEach((j, i) => {
      shares[j] = distance[i] * solved[i];
    });
    toShares(shares);
  },
  learn(state, x, weight) {
    const features = x.length;
    const rate = Math.min(1, weight * Math.max(1 / (state.seen + 1), 1 / memoryPanes));
    const { mean, covariance } = state;
    for (let i = 0; i < features; i++) {
      if (Number.isNaN(x[i])) continue;
      const step = x[i] - mean[i];
      for (let j = 0; j <= i; j++) {
        if (Number.isNaN(x[j])) continue;
        const moment = covariance[i * features + j] + rate * ((1 - rate) * step * (x[j] - (j === i ? mean[i] : mean[j])) - covariance[i * features + j]);
        covariance[i * features + j] = moment;
      }
    }
    for (let i = 0; i < features; i++) if (!Number.isNaN(x[i])) mean[i] += rate * (x[i] - mean[i]);
    state.seen++;
    if (state.seen === warmPanes || state.seen % refitPanes === 0) refit(state, features);
  },
};

function refit({ covariance, factor }: Balance, features: number): void {
  const ridged = Float64Array.from(covariance);
  for (let j = 0; j < features; j++) ridged[j * features + j] += ridge;
  factorise(ridged, features, factor);
}

/** `present`: the features that were reported; their distance from the mean, and that times the inverse of their covariance. */
function solveFor(state: Balance, x: Float64Array): { readonly present: readonly number[]; readonly distance: Float64Array; readonly solved: Float64Array } {
  const features = x.length;
  const present: number[] = [];
  for (let j = 0; j < features; j++) if (!Number.isNaN(x[j])) present.push(j);
  const size = present.length;
  const distance = Float64Array.from(present, (j) => x[j] - state.mean[j]);
  const solved = Float64Array.from(distance);
  if (size === features) {
    solve(state.factor, size, solved);
  } else if (size > 0) {
    const part = new Float64Array(size * size);
    for (let a = 0; a < size; a++) for (let b = 0; b <= a; b++) part[a * size + b] = state.covariance[present[a] * features + present[b]] + (a === b ? ridge : 0);
    const factor = new Float64Array(size * size);
    factorise(part, size, factor);
    solve(factor, size, solved);
  }
  return { present, distance, solved };
}

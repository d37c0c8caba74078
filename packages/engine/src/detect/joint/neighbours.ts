import { toShares } from './member.ts';
import type { JointMember } from './member.ts';
import { filledOf, keep, makeReservoir } from './reservoir.ts';
import type { Reservoir } from './reservoir.ts';

/**
 * Distance to the k-th nearest of a sample of earlier vectors (Ramaswamy, Rastogi & Shim 2000): it knows several ordinary states
 * (day and night, leader and follower) where a single middle does not. Mean squared difference per feature that both report.
 */
export interface Neighbours { readonly reservoir: Reservoir }

const rowsKept = 128;
const nearest = 5;
const warmPanes = 64;

export const neighbours: JointMember<Neighbours> = {
  id: 'neighbours',
  voice: { spans: [1, 5, 15], sees: 'state', weight: 3, blame: 0 },
  make(features, seed) {
    return { reservoir: makeReservoir(rowsKept, features, seed ^ 0x6e656967) };
  },
  judge({ reservoir }, x) {
    return reservoir.seen < warmPanes ? NaN : nearestOf(reservoir, x).distance;
  },
  explain({ reservoir }, x, shares) {
    shares.fill(0);
    if (reservoir.seen < warmPanes) return;
    const { row } = nearestOf(reservoir, x);
    if (row < 0) return;
    for (let j = 0; j < x.length; j++) shares[j] = (x[j] - reservoir.rows[row * x.length + j]) ** 2;
    toShares(shares);
  },
  learn({ reservoir }, x, weight) {
    keep(reservoir, x, weight);
  },
};

function nearestOf(reservoir: Reservoir, x: Float64Array): { readonly distance: number; readonly row: number } {
  const best = new Float64Array(nearest).fill(Infinity);
  let closest = -1;
  const filled = filledOf(reservoir);
  for (let row = 0; row < filled; row++) {
    const distance = distanceTo(reservoir.rows, row, x);
    if (!(distance < best[nearest - 1])) continue;
    if (distance < best[0]) closest = row;
    let place = nearest - 1;
    while (place > 0 && best[place - 1] > distance) {
      best[place] = best[place - 1];
      place--;
    }
    best[place] = distance;
  }
  return { distance: best[nearest - 1] === Infinity ? NaN : best[nearest - 1], row: closest };
}

/** NaN where no feature is reported by both. */
function distanceTo(rows: Float32Array, row: number, x: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let j = 0; j < x.length; j++) {
    const difference = x[j] - rows[row * x.length + j];
    if (Number.isNaN(difference)) continue;
    sum += difference * difference;
    count++;
  }
  return count === 0 ? NaN : sum / count;
}

import { scanTable } from './table.ts';
import { rankQuantile } from './smooth.ts';

/** The series as the members see it: gaps (NaN, infinite) bridged by straight lines, middle 0, spread 1. A series constant but for rounding is all zeros. */
export function prepare(values: ArrayLike<number>): Float64Array {
  const filled = fill(values);
  const middle = rankQuantile(filled, 0.5);
  const rounding = 1e-12 * rankQuantile(filled.map(Math.abs), 0.5);
  const quartiles = (rankQuantile(filled, 0.75) - rankQuantile(filled, 0.25)) / 1.349;
  const spread = quartiles > rounding ? quartiles : deviation(filled);
  if (!(spread > rounding)) return new Float64Array(filled.length);
  return filled.map((value) => Math.max(-scanTable.valueMax, Math.min(scanTable.valueMax, (value - middle) / spread)));
}

function fill(values: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(values);
  let before = -1;
  for (let i = 0; i <= out.length; i++) {
    if (i < out.length && !Number.isFinite(out[i])) continue;
    if (i - before > 1) bridge(out, before, i);
    before = i;
  }
  return out;
}

/** Fills the points between two known ones; at an end of the series the one known value goes on. Nothing known: zeros. */
function bridge(out: Float64Array, before: number, after: number): void {
  const left = before >= 0 ? out[before] : after < out.length ? out[after] : 0;
  const right = after < out.length ? out[after] : left;
  for (let i = before + 1; i < after; i++) out[i] = left + ((right - left) * (i - before)) / (after - before);
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

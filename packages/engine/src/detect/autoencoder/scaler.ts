import { slots, slotCount } from './slots.ts';

/**
 * Running level and spread of every slot of one service, on the transformed scale, Huber-clipped (Huber 1964) so that a fault is
 * learnt slowly. With it one model fits every service. Plain data: three arrays.
 */
export interface Scaler {
  readonly level: Float64Array;
  readonly spread: Float64Array;
  /** Values learnt of each slot. */
  readonly seen: Float64Array;
}

/** Level and spread forget with this time constant: an hour. */
const memoryPanes = 360;
/** A slot is unknown until so many values were seen. */
export const slotWarmPanes = 6;
/** Values further out than this many spreads move level and spread no more than one that far out. */
const clip = 4;
/** A young spread rests on few values, so it is taken to be wider than was measured. */
const youngPanes = 12;
const largest = 50;
/** Standard deviation of a normal variable ÷ its mean absolute deviation. */
const deviationOfMean = 1.2533;

export function makeScaler(): Scaler {
  return { level: new Float64Array(slotCount), spread: new Float64Array(slotCount), seen: new Float64Array(slotCount) };
}

export function forgetSlot(scaler: Scaler, slot: number): void {
  scaler.seen[slot] = 0;
}

/** The value as the model reads it: asinh of the standardised distance from the level; NaN while it cannot be known. */
export function standardise(scaler: Scaler, slot: number, y: number, weight: number): number {
  const seen = scaler.seen[slot];
  if (seen < slotWarmPanes || !Number.isFinite(y)) return Number.NaN;
  const z = (y - scaler.level[slot]) / deviationOf(scaler, slot, weight);
  return Math.asinh(Math.max(-largest, Math.min(largest, z)));
}

export function learnSlot(scaler: Scaler, slot: number, y: number, weight: number): void {
  if (!Number.isFinite(y)) return;
  const seen = scaler.seen[slot];
  scaler.seen[slot] = seen + 1;
  if (seen === 0) {
    scaler.level[slot] = y;
    scaler.spread[slot] = 0;
    return;
  }
  const share = Math.max(1 / (seen + 1), 1 / memoryPanes);
  const reach = seen < slotWarmPanes ? Infinity : clip * deviationOf(scaler, slot, weight);
  const step = Math.max(-reach, Math.min(reach, y - scaler.level[slot]));
  scaler.level[slot] += share * step;
  scaler.spread[slot] += Math.max(1 / seen, 1 / memoryPanes) * (Math.abs(step) - scaler.spread[slot]);
}

function deviationOf(scaler: Scaler, slot: number, weight: number): number {
  const { floor, sampling } = slots[slot];
  const least = Math.sqrt(floor * floor + (sampling === 0 ? 0 : (sampling * sampling) / (Math.max(weight, 0) + 1)));
  const young = 1 + youngPanes / (scaler.seen[slot] + youngPanes);
  return Math.max(least, deviationOfMean * scaler.spread[slot] * young);
}

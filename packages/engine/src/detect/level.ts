import { median, spread } from './median.ts';
import type { Noise } from './noise.ts';
import { detectLimits as limits } from './limits.ts';

/**
 * Robust running level and spread of a transformed series: values are cleaned with Huber's ψ before they move the
 * level, and with a bounded ρ before they move the variance (Gelper, Fried & Croux 2010, "Robust forecasting with
 * exponential and Holt-Winters smoothing"). Departure: no trend term, the time-of-day profile takes its place.
 */
export interface Level {
  mid: number;
  variance: number;
  /** How much heavier than normal the tails are (≥ 1): follows the 99 % quantile of |residual|. */
  tail: number;
  /** Running mean of 1 ÷ weight: fewer events than usual mean more noise than usual. */
  inverseWeight: number;
  panes: number;
}

export function seedLevel(values: readonly number[], inverseWeight: number): Level {
  const mid = median(values);
  const deviation = spread(values, mid);
  return { mid, variance: deviation * deviation, tail: 1, inverseWeight, panes: values.length };
}

export function floorOf(noise: Noise, mid: number): number {
  return Math.max(noise.floor, noise.floorShare * Math.abs(mid), 1e-9);
}

/** Standard deviation to judge a value by that rests on `weight` events; `samplingVariance` is the least that chance alone gives, `doubt` the variance of where the level is (strata.ts). */
export function deviationOf(level: Level, noise: Noise, weight: number, samplingVariance: number, doubt: number): number {
  const thin = level.inverseWeight > 0 && weight > 0 ? Math.max(1, 1 / weight / level.inverseWeight) : 1;
  const floor = floorOf(noise, level.mid);
  const young = 1 + limits.warmPanes / Math.max(level.panes, 1);
  const learned = Math.max(level.variance * thin, samplingVariance) * young;
  return Math.max(Math.sqrt(learned + doubt), floor) * level.tail;
}

export function learnLevel(level: Level, noise: Noise, y: number, weight: number, samplingVariance: number): void {
  const residual = y - level.mid;
  const floor = floorOf(noise, level.mid);
  const deviation = Math.max(Math.sqrt(Math.max(level.variance, samplingVariance)), floor / 2);
  learnTail(level, Math.abs(residual) / Math.max(deviation, floor));
  level.panes++;
  const pull = 1 / Math.min(level.panes, limits.levelPanes);
  level.mid += pull * clip(residual, psi * deviation);
  const bounded = clip(residual, rho * deviation);
  level.variance += (bounded * bounded * consistency - level.variance) / Math.min(level.panes, limits.scalePanes);
  if (weight > 0) level.inverseWeight += (1 / weight - level.inverseWeight) / Math.min(level.panes, limits.scalePanes);
}

/** Stochastic approximation of the 99 % quantile (Robbins & Monro 1951), in units of a normal's. */
function learnTail(level: Level, distance: number): void {
  const beyond = distance > normal99 * level.tail ? 1 : 0;
  level.tail = Math.min(maxTail, Math.max(1, level.tail * Math.exp(tailStep * (beyond - 0.01))));
}

const psi = 2;
const rho = 2.5;
/** Makes the variance of clipped normal data unbiased at ρ = 2.5. */
const consistency = 1.04;
const normal99 = 2.576;
const tailStep = 0.05;
const maxTail = 4;

function clip(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}

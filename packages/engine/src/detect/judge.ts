import { fallEvidence } from './fall.ts';
import { deviationOf } from './level.ts';
import { detectLimits as limits } from './limits.ts';
import { effectSize, noises, transform, untransform } from './noise.ts';
import type { Noise } from './noise.ts';
import { proportionBand, proportionOf, proportionScore } from './proportion.ts';
import type { Series } from './series.ts';

/** How far one pane (with those pooled to it) is from normal. Distances are in standard deviations, positive above. */
export interface Judgement {
  readonly observed: number;
  readonly expected: { readonly low: number; readonly mid: number; readonly high: number };
  readonly distance: number;
  /** The newest pane by itself: a change that is only in older pooled panes is over. */
  readonly own: number;
  readonly ownObserved: number;
  readonly ownWeight: number;
  /** Multiples of the least change that matters. */
  readonly size: number;
  /** Counts only: logarithm of an e-value for hardly any events in the newest pane; null for the rest. */
  readonly fall: number | null;
}

/** The newest values of a series put together until they rest on enough events. */
export interface Pooled {
  /** Transformed; for proportions the share itself. */
  readonly y: number;
  readonly value: number;
  readonly weight: number;
  readonly panes: number;
}

export function pool(series: Series, seconds: number): Pooled | null {
  const noise: Noise = noises[series.noise];
  const count = noise.minWeight === 0 ? 1 : Math.max(1, Math.min(limits.maxPooled, Math.ceil(noise.minWeight / Math.max(series.meanWeight, 0.01))));
  const isCount = noise.transform === 'logCount';
  let panes = 0;
  let sum = 0;
  let weight = 0;
  // Where fewer come than usual more panes are needed: what answers slowly is often asked less, or reads less.
  while (panes < Math.min(limits.maxPooled, series.values.length) && (panes < count || (!isCount && weight < noise.minWeight / 2))) {
    panes++;
    const value = series.values[series.values.length - panes];
    const events = series.weights[series.weights.length - panes];
    weight += events;
    sum += noise.transform === 'proportion' ? value * events : noise.transform === 'log' ? transform(noise, value, seconds) * share(noise, events) : value;
  }
  if (isCount) return { y: transform(noise, sum / panes, seconds), value: sum / panes, weight, panes };
  if (noise.minWeight === 0) return { y: transform(noise, series.values[series.values.length - 1], seconds), value: series.values[series.values.length - 1], weight, panes: 1 };
  if (weight < noise.minWeight / 2) return null;
  const mean = sum / weight;
  return { y: mean, value: noise.transform === 'proportion' ? mean : untransform(noise, mean, seconds), weight, panes };
}

/** Without weights every pane counts the same. */
function share(noise: Noise, events: number): number {
  return noise.minWeight === 0 ? 1 : events;
}

/** Null while there is nothing to judge by. */
export function judge(series: Series, pooled: Pooled, seconds: number): Judgement | null {
  return series.proportion === null ? judgeLevel(series, pooled, seconds) : judgeProportion(series, pooled);
}

function judgeLevel(series: Series, pooled: Pooled, seconds: number): Judgement | null {
  const { level } = series;
  if (level === null) return null;
  const noise: Noise = noises[series.noise];
  const doubt = series.strata?.doubt ?? 0;
  const deviation = deviationOf(level, noise, weightOf(noise, pooled.weight), samplingVariance(series, noise, pooled.panes), doubt);
  const last = series.values.length - 1;
  const ownDeviation = deviationOf(level, noise, weightOf(noise, series.weights[last]), samplingVariance(series, noise, 1), doubt);
  const mid = untransform(noise, level.mid, seconds);
  return {
    observed: pooled.value,
    expected: { low: untransform(noise, level.mid - 3 * deviation, seconds), mid, high: untransform(noise, level.mid + 3 * deviation, seconds) },
    distance: (pooled.y - level.mid) / deviation,
    own: (transform(noise, series.values[last], seconds) - level.mid) / ownDeviation,
    ownObserved: series.values[last], ownWeight: series.weights[last],
    size: effectSize(noise, pooled.value, mid), fall: noise.transform === 'logCount' ? fallEvidence(level, noise, series.values[last] * seconds) : null,
  };
}

/** Quantiles vary with the requests they rest on; request counts bring their own Poisson noise instead. */
export function weightOf(noise: Noise, weight: number): number {
  return noise.transform === 'log' && noise.minWeight > 0 ? weight : 0;
}

/** Variance that chance alone gives: of the logarithm of a Poisson count 1 ÷ its mean. */
export function samplingVariance(series: Series, noise: Noise, panes: number): number {
  if (noise.transform !== 'logCount' || series.level === null) return 0;
  return 1 / (Math.exp(series.level.mid) * panes + 1);
}

function judgeProportion(series: Series, pooled: Pooled): Judgement | null {
  const { proportion } = series;
  if (proportion === null || proportion.panes < limits.warmPanes - learnDelayPanes || proportion.trials < leastTrials) return null;
  const noise: Noise = noises[series.noise];
  const last = series.values.length - 1;
  const failures = Math.round(pooled.value * pooled.weight);
  const ownFailures = Math.round(series.values[last] * series.weights[last]);
  return {
    observed: pooled.value,
    expected: proportionBand(proportion, pooled.weight),
    distance: proportionScore(proportion, failures, pooled.weight),
    own: proportionScore(proportion, ownFailures, series.weights[last]),
    ownObserved: series.values[last], ownWeight: series.weights[last],
    size: recentFailures(series) < noise.minFailures || ownFailures < leastFailures ? 0 : effectSize(noise, pooled.value, proportionOf(proportion)),
    fall: null,
  };
}

/** A trickle of failures adds up over the newest panes; one failure by itself is none. */
function recentFailures({ values, weights }: Series): number {
  let failures = 0;
  for (let back = 1; back <= Math.min(recentPanes, values.length); back++) failures += Math.round(values[values.length - back] * weights[weights.length - back]);
  return failures;
}

const recentPanes = 3;
const leastFailures = 2;

/** Shares learn this many panes late, so that the first panes of a fault never teach that failing is normal. */
export const learnDelayPanes = 3;
export const leastTrials = 30;

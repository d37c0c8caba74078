import { fourier, powerOfTwo } from './fourier.ts';
import { movingMean } from './smooth.ts';

/** A length after which a series repeats, and how strongly: the autocorrelation there, 0..1. */
export interface Period { readonly points: number; readonly strength: number }

/** A peak of the autocorrelation must rise this far above the valley before it; outliers count as this many spreads at most. */
const riseMin = 0.1;
const outlierMax = 4;

/**
 * The period of a prepared series (middle 0, spread 1); null where nothing repeats three times. A multiple of a period is as strong
 * as the period itself, so of the peaks nearly as high as the highest the shortest is meant.
 */
export function findPeriod(values: Float64Array): Period | null {
  const correlation = autocorrelation(values.map((value) => Math.max(-outlierMax, Math.min(outlierMax, value))), Math.floor(values.length / 3));
  const peaks: Period[] = [];
  let valley = 1;
  for (let lag = 2; lag + 1 < correlation.length; lag++) {
    valley = Math.min(valley, correlation[lag]);
    const isPeak = correlation[lag] > correlation[lag - 1] && correlation[lag] >= correlation[lag + 1];
    if (lag >= 4 && isPeak && correlation[lag] > riseMin && correlation[lag] - valley > riseMin) peaks.push({ points: lag, strength: correlation[lag] });
  }
  const highest = peaks.reduce((most, peak) => Math.max(most, peak.strength), 0);
  const first = peaks.find((peak) => peak.strength >= 0.85 * highest);
  if (first === undefined) return null;
  // Noise makes several peaks of a broad one: the highest of those close by.
  return peaks.reduce((best, peak) => (peak.points > 0.85 * first.points && peak.points < 1.15 * first.points && peak.strength > best.strength ? peak : best), first);
}

/** Of the series less its slow trend, without the bias of few pairs; index is the lag. */
function autocorrelation(values: Float64Array, lagMax: number): Float64Array {
  const n = values.length;
  const trend = movingMean(values, 2 * lagMax + 1);
  const size = powerOfTwo(n + lagMax + 1);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let i = 0; i < n; i++) re[i] = values[i] - trend[i];
  fourier(re, im);
  for (let i = 0; i < size; i++) {
    re[i] = re[i] * re[i] + im[i] * im[i];
    im[i] = 0;
  }
  fourier(re, im, true);
  return Float64Array.from({ length: lagMax + 1 }, (_, lag) => (re[0] > 0 ? ((re[lag] / re[0]) * n) / (n - lag) : 0));
}

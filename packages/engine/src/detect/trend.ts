import { median } from './median.ts';
import { detectLimits as limits } from './limits.ts';

/** Minute means of one series, oldest first. */
export interface Minutes {
  readonly means: number[];
  /** Minute (epoch ms) of the last mean in `means`. */
  lastMs: number;
  openMs: number;
  sum: number;
  count: number;
  /** Highest of the means that are no longer kept, of the running half day and of the one before. */
  high: number;
  highBefore: number;
  halfDayMs: number;
}

export interface Trend {
  readonly sinceMs: number;
  readonly from: number;
  readonly to: number;
  /** Mann-Kendall z. */
  readonly score: number;
}

const minuteMs = 60_000;

export function makeMinutes(): Minutes {
  return { means: [], lastMs: 0, openMs: 0, sum: 0, count: 0, high: -Infinity, highBefore: -Infinity, halfDayMs: 0 };
}

/** Takes a value; true when a minute has just been completed. */
export function addMinute(minutes: Minutes, atMs: number, value: number): boolean {
  const minute = Math.floor(atMs / minuteMs) * minuteMs;
  const completed = minutes.count > 0 && minute !== minutes.openMs;
  if (completed) {
    // A gap breaks the line: what was before an outage says nothing about the slope after it.
    if (minutes.lastMs > 0 && minutes.openMs - minutes.lastMs > 3 * minuteMs) for (const mean of minutes.means.splice(0)) noteHigh(minutes, minute, mean);
    minutes.means.push(minutes.sum / minutes.count);
    if (minutes.means.length > limits.trendMinutes) noteHigh(minutes, minute, minutes.means.shift() ?? -Infinity);
    minutes.lastMs = minutes.openMs;
    minutes.sum = 0;
    minutes.count = 0;
  }
  minutes.openMs = minute;
  minutes.sum += value;
  minutes.count++;
  return completed;
}

const halfDayMs = 43_200_000;

function noteHigh(minutes: Minutes, atMs: number, mean: number): void {
  const halfDay = Math.floor(atMs / halfDayMs) * halfDayMs;
  if (halfDay !== minutes.halfDayMs) {
    minutes.highBefore = halfDay - minutes.halfDayMs === halfDayMs ? minutes.high : -Infinity;
    minutes.high = -Infinity;
    minutes.halfDayMs = halfDay;
  }
  minutes.high = Math.max(minutes.high, mean);
}

/**
 * Growth that only goes where the series has been before is a saw tooth (a collector, a cache that is emptied, an hour of the day), and
 * growth since the very first minutes may be the tail of anything: both are ordinary. Who has not been watched for an hour has shown no
 * whole swing yet, and every swing is half growth: until then only growth that cannot wait counts, which would soon be at its `limit`, or
 * where none is known would soon have doubled.
 */
export function isNewHigh(minutes: Minutes, trend: Trend, limit: number | null): boolean {
  const length = Math.round((minutes.lastMs - trend.sinceMs) / minuteMs) + 1;
  const before = minutes.means.slice(0, Math.max(0, minutes.means.length - length));
  const past = Math.max(minutes.high, minutes.highBefore);
  const high = Math.max(past, ...before);
  if (!Number.isFinite(past) && (before.length < limits.trendHistory || !isHasty(trend, length, limit ?? 2 * trend.from))) return false;
  return trend.to >= limits.trendBeyond * high;
}

/** Going on like this it would be there soon. */
function isHasty({ from, to }: Trend, length: number, limit: number): boolean {
  const perMinute = (to - from) / Math.max(1, length - 1);
  return limit - to <= perMinute * limits.trendHasteMinutes;
}

/**
 * Longest suffix that grows steadily: Mann-Kendall test for the direction (Mann 1945; Kendall 1975), Theil-Sen line for the
 * slope (Sen 1968). Departure: neighbouring minutes are not independent, so the line must also explain most of the spread.
 */
export function findTrend(minutes: Minutes): Trend | null {
  const all = minutes.means;
  for (const length of [60, 40, 25, 15, limits.trendLeastMinutes]) {
    if (all.length < length) continue;
    const values = all.slice(-length);
    const trend = judge(values);
    if (trend !== null) return { ...trend, sinceMs: minutes.lastMs - (length - 1) * minuteMs };
  }
  return null;
}

function judge(values: readonly number[]): { from: number; to: number; score: number } | null {
  const count = values.length;
  const rough = values[count - 1] - values[0];
  if (rough <= 0 || rough < limits.trendGrowth * Math.abs(values[0])) return null;
  const score = mannKendall(values);
  if (score < limits.trendScore) return null;
  const slope = theilSen(values);
  const start = median(values.map((value, index) => value - slope * index));
  const end = start + slope * (count - 1);
  if (end - start < limits.trendGrowth * Math.max(Math.abs(start), Number.MIN_VALUE)) return null;
  return fit(values, start, slope) < limits.trendFit ? null : { from: start, to: end, score };
}

export function mannKendall(values: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) sum += Math.sign(values[j] - values[i]);
  }
  const count = values.length;
  const variance = (count * (count - 1) * (2 * count + 5)) / 18;
  return (sum - Math.sign(sum)) / Math.sqrt(variance);
}

export function theilSen(values: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) slopes.push((values[j] - values[i]) / (j - i));
  }
  return median(slopes);
}

/** Share of the spread that the line explains. */
function fit(values: readonly number[], start: number, slope: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let left = 0;
  let total = 0;
  values.forEach((value, index) => {
    left += (value - start - slope * index) ** 2;
    total += (value - mean) ** 2;
  });
  return total === 0 ? 0 : 1 - left / total;
}

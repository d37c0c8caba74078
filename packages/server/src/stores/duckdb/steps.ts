/** Points of one series → one value a step: last values, rates that survive resets, quantiles of what was observed in the step. */
import { MetricType } from '@clew/otlp';
import { combine, quantile } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import type { Point, SeriesIdentity } from './point.ts';

export type Read = 'value' | 'rate' | 'p50' | 'p95' | 'p99';
const shares = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

export interface Steps { readonly fromMs: number; readonly stepMs: number; readonly count: number }

/** What one point adds to the point before it (cumulative), or by itself (delta). */
interface Added { readonly value: number; readonly count: number; readonly distribution: Distribution | null; readonly seconds: number }

interface Sum { value: number; count: number; seconds: number; distribution: Distribution | null; min: number; max: number }

const toMs = (ns: bigint): number => Number(ns / 1000n) / 1000;

/** `points` by time, and may begin before the first step: the first cumulative one is what the next is compared with. */
export function valuesOf(identity: SeriesIdentity, points: readonly Point[], read: Read, steps: Steps): (number | null)[] {
  const values: (number | null)[] = Array.from({ length: steps.count }, () => null);
  const stepOf = ({ timeNs }: Point): number => Math.floor((toMs(timeNs) - steps.fromMs) / steps.stepMs);
  const present = points.filter(({ isGap }) => !isGap);
  const counted = identity.type === MetricType.histogram || identity.type === MetricType.exponentialHistogram;
  if (read === 'value' && !counted && identity.temporality !== 1) {
    for (const point of present) if (stepOf(point) >= 0) values[stepOf(point)] = lastValue(identity, point);
    return values;
  }
  if (identity.type === MetricType.summary && read !== 'rate' && read !== 'value') {
    for (const point of present) if (stepOf(point) >= 0) values[stepOf(point)] = summaryQuantile(point.quantiles, shares[read]);
    return values;
  }
  const sums = new Map<number, Sum>();
  for (const [i, point] of present.entries()) {
    const added = addedBy(identity, present[i - 1], point, steps);
    if (added === null || stepOf(point) < 0) continue;
    addTo(sums, stepOf(point), added, point);
  }
  for (const [step, sum] of sums) values[step] = readSum(identity, sum, read, counted);
  return values;
}

function lastValue({ type }: SeriesIdentity, { value, count }: Point): number | null {
  const last = type === MetricType.summary ? value / count : value;
  return Number.isFinite(last) ? last : null;
}

function addedBy({ type, temporality, monotonic }: SeriesIdentity, before: Point | undefined, point: Point, { fromMs, stepMs }: Steps): Added | null {
  const { value, count, distribution } = point;
  const sinceStart = toMs(point.timeNs) - toMs(point.startNs);
  if (temporality === 1) return { value, count, distribution, seconds: (point.startNs > 0n && sinceStart > 0 ? sinceStart : stepMs) / 1000 };
  const hasStarted = point.startNs > 0n && sinceStart > 0;
  if (before === undefined) {
    // The first point of a series that began within the range counts from its start; of an older one, nothing is known.
    return hasStarted && toMs(point.startNs) >= fromMs ? { value, count, distribution, seconds: sinceStart / 1000 } : null;
  }
  const seconds = (toMs(point.timeNs) - toMs(before.timeNs)) / 1000;
  if (seconds <= 0) return null;
  // Gauges and sums that may fall are not reset by falling; counters (and the counts of summaries) are.
  if (type === MetricType.gauge || (type === MetricType.sum && !monotonic)) return { value: Math.max(0, value - before.value), count: 0, distribution: null, seconds };
  const isCounter = type === MetricType.sum;
  const more = distribution !== null && before.distribution !== null ? combine(distribution, before.distribution, -1) : null;
  const wasReset = (hasStarted && point.startNs >= before.timeNs) || (isCounter ? value < before.value : count < before.count || (distribution !== null && more === null));
  if (!wasReset) return { value: value - before.value, count: count - before.count, distribution: more, seconds };
  return { value: Math.max(0, value), count, distribution, seconds };
}

function addTo(sums: Map<number, Sum>, step: number, added: Added, { min, max }: Point): void {
  const sum = sums.get(step);
  if (sum === undefined) {
    sums.set(step, { ...added, min, max });
    return;
  }
  sum.value += added.value;
  sum.count += added.count;
  sum.seconds += added.seconds;
  // Bounds that change within a step cannot be joined: the newer ones stay.
  if (added.distribution !== null) sum.distribution = sum.distribution === null ? added.distribution : combine(sum.distribution, added.distribution, 1) ?? added.distribution;
  // NaN: not sent.
  if (!(sum.min <= min)) sum.min = Number.isNaN(min) ? sum.min : min;
  if (!(sum.max >= max)) sum.max = Number.isNaN(max) ? sum.max : max;
}

function readSum({ type, temporality }: SeriesIdentity, sum: Sum, read: Read, counted: boolean): number | null {
  const isCounted = counted || type === MetricType.summary;
  if (read === 'rate') {
    const rate = (isCounted ? sum.count : sum.value) / sum.seconds;
    return Number.isFinite(rate) ? Math.max(0, rate) : null;
  }
  if (read === 'value') {
    const value = isCounted ? sum.value / sum.count : sum.value;
    return Number.isFinite(value) ? value : null;
  }
  // The extremes of a cumulative point are those since its start: too wide for one step.
  const known = temporality === 1;
  return sum.distribution === null ? null : quantile(sum.distribution, shares[read], known ? sum.min : NaN, known ? sum.max : NaN);
}

/** Between the quantiles that were sent; null outside them. */
function summaryQuantile(quantiles: Point['quantiles'], share: number): number | null {
  const sorted = quantiles.toSorted(([a], [b]) => a - b);
  const above = sorted.findIndex(([q]) => q >= share);
  if (above < 0) return null;
  const [high, highValue] = sorted[above];
  if (high === share) return Number.isFinite(highValue) ? highValue : null;
  if (above === 0) return null;
  const [low, lowValue] = sorted[above - 1];
  const value = lowValue + (highValue - lowValue) * ((share - low) / (high - low));
  return Number.isFinite(value) ? value : null;
}

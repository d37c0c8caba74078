import type { ExponentialHistogramPoint, HistogramPoint } from '@clew/otlp';
import type { ForeignReason } from '../reasons.ts';
import { bucketsMax } from './series.ts';
import type { BucketSide, NativeHistogram } from './series.ts';

export type HistogramValue =
  | { readonly kind: 'exponential'; readonly point: Omit<ExponentialHistogramPoint, 'exemplars'> }
  | { readonly kind: 'explicit'; readonly point: Omit<HistogramPoint, 'exemplars'> }
  | { readonly refused: ForeignReason };

const gaugeHint = 3;
const customSchema = -53;
const schemaMin = -4;
const schemaMax = 8;
/** The finest schema reaches all doubles with fewer indexes. */
const indexMax = 2 ** 20;

/**
 * Value of a native histogram in OTLP (specification, compatibility/prometheus_and_openmetrics, "Histograms"): standard
 * schemas are exponential histograms of the same scale, of which bucket i reaches up to base^(i+1) where Prometheus' reaches
 * up to base^i; custom buckets are an explicit histogram. Float counts that are no integers, and gauges, have no place in OTLP.
 */
export function toHistogram(h: NativeHistogram): HistogramValue {
  if (h.isTooLarge) return { refused: 'remote_write.histogram_size' };
  const isCustom = h.schema === customSchema;
  if (!isCustom && (h.schema < schemaMin || h.schema > schemaMax)) return { refused: 'remote_write.histogram_schema' };
  if (h.isStale) return isCustom ? { kind: 'explicit', point: {} } : { kind: 'exponential', point: { scale: h.schema } };
  if (h.resetHint === gaugeHint) return { refused: 'remote_write.histogram_gauge' };
  const positive = unfold(h.positive, h.isFloat);
  const negative = unfold(h.negative, h.isFloat);
  if ('refused' in positive) return positive;
  if ('refused' in negative) return negative;
  const whole = [h.count, h.zeroCount, ...positive.counts, ...negative.counts].every(Number.isSafeInteger);
  if (!whole) return { refused: h.isFloat ? 'remote_write.histogram_float' : 'remote_write.histogram_shape' };
  const total = h.zeroCount + sumOf(positive.counts) + sumOf(negative.counts);
  // Observations of NaN are in the count and the sum, and in no bucket; OTLP has no place for them either.
  const count = Number.isNaN(h.sum) && total < h.count ? total : h.count;
  if (count !== total) return { refused: 'remote_write.histogram_shape' };
  if (isCustom) return explicit(h, positive, count);
  return {
    kind: 'exponential',
    point: { count, sum: h.sum, scale: h.schema, zeroCount: h.zeroCount, zeroThreshold: h.zeroThreshold, positive: sideOf(positive), negative: sideOf(negative) },
  };
}

interface Unfolded { readonly first: number; readonly counts: readonly number[] }

/** Counts from the first span's first bucket on, with zeros in the gaps between spans. */
function unfold({ spans, deltas, counts }: BucketSide, isFloat: boolean): Unfolded | { readonly refused: ForeignReason } {
  const values = isFloat ? counts : deltas;
  const unfolded: number[] = [];
  let next = 0;
  let running = 0;
  for (const [index, { offset, length }] of spans.entries()) {
    if (index > 0 && offset < 0) return { refused: 'remote_write.histogram_shape' };
    const gap = index === 0 ? 0 : offset;
    if (unfolded.length + gap + length > bucketsMax) return { refused: 'remote_write.histogram_size' };
    for (let i = 0; i < gap; i++) unfolded.push(0);
    if (next + length > values.length) return { refused: 'remote_write.histogram_shape' };
    for (let i = 0; i < length; i++, next++) {
      running = isFloat ? values[next] : running + values[next];
      if (running < 0) return { refused: 'remote_write.histogram_shape' };
      unfolded.push(running);
    }
  }
  const first = spans[0]?.offset ?? 0;
  return next === values.length && Math.abs(first) <= indexMax ? { first, counts: unfolded } : { refused: 'remote_write.histogram_shape' };
}

const sideOf = ({ first, counts }: Unfolded) => (counts.length === 0 ? null : { offset: first - 1, bucketCounts: counts });

/** Bucket i of custom buckets reaches up to bound i; the one behind the last bound is the overflow. */
function explicit({ bounds, sum }: NativeHistogram, { first, counts }: Unfolded, count: number): HistogramValue {
  if (counts.length > 0 && (first < 0 || first + counts.length > bounds.length + 1)) return { refused: 'remote_write.histogram_shape' };
  const bucketCounts = Array.from({ length: bounds.length + 1 }, (_, index) => counts[index - first] ?? 0);
  return { kind: 'explicit', point: { count, sum, bucketCounts, explicitBounds: bounds } };
}

function sumOf(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

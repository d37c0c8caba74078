/**
 * Durations in milliseconds in log-linear buckets (16 to an octave, as in HdrHistogram): a quantile is at most 1/32 = 3.2 %
 * off. Adding and merging are exact sums of counts, so partials merge in any order. Covers 1 µs to 12 days; beyond that
 * values land in the first or last bucket and still count.
 */
export interface Histogram {
  count: number;
  min: number;
  max: number;
  /** Bucket number of counts[0]; counts covers whole octaves. */
  first: number;
  counts: Uint32Array;
}

const perOctave = 16;
/** Bucket numbers are the top 16 bits of the float64: exponent and four bits of mantissa. */
const lowest = (1023 - 10) * perOctave;
const highest = (1023 + 30) * perOctave - 1;
const float = new Float64Array(1);
const bits = new Uint32Array(float.buffer);
const none = new Uint32Array(0);

export function makeHistogram(): Histogram {
  return { count: 0, min: Infinity, max: -Infinity, first: 0, counts: none };
}

function bucketOf(ms: number): number {
  float[0] = ms;
  const bucket = bits[1] >>> 16;
  return bucket < lowest || ms <= 0 ? lowest : bucket > highest ? highest : bucket;
}

export function addToHistogram(into: Histogram, ms: number): void {
  const bucket = bucketOf(ms);
  into.count++;
  if (ms < into.min) into.min = ms;
  if (ms > into.max) into.max = ms;
  if (bucket < into.first || bucket >= into.first + into.counts.length) reach(into, bucket, bucket);
  into.counts[bucket - into.first]++;
}

export function mergeHistogram(into: Histogram, other: Histogram): void {
  if (other.count === 0) return;
  reach(into, other.first, other.first + other.counts.length - 1);
  const shift = other.first - into.first;
  for (let at = 0; at < other.counts.length; at++) into.counts[at + shift] += other.counts[at];
  into.count += other.count;
  into.min = Math.min(into.min, other.min);
  into.max = Math.max(into.max, other.max);
}

/** What is left of `whole` without `part`, which is in it. Its ends are those of the whole: not exact, but never inside the truth. */
export function withoutHistogram(whole: Histogram, part: Histogram): Histogram {
  const counts = whole.counts.slice();
  const shift = part.first - whole.first;
  for (let at = 0; at < part.counts.length; at++) counts[at + shift] -= part.counts[at];
  return { ...whole, count: whole.count - part.count, counts };
}

/** The value below which the share `q` (0..1) of the values lies; NaN when empty. Never outside [min, max]. */
export function quantileOf(histogram: Histogram, q: number): number {
  if (histogram.count === 0) return Number.NaN;
  let left = Math.max(1, Math.ceil(q * histogram.count));
  let at = 0;
  while (at < histogram.counts.length - 1 && left > histogram.counts[at]) left -= histogram.counts[at++];
  const middle = (lowerBound(histogram.first + at) + lowerBound(histogram.first + at + 1)) / 2;
  return Math.min(histogram.max, Math.max(histogram.min, middle));
}

/** How many values lie above; of the bucket that the value lies in, the share above it by even spread. Whole buckets are exact. */
export function countAbove({ first, counts, min, max, count }: Histogram, ms: number): number {
  if (ms < min) return count;
  if (ms >= max) return 0;
  const bucket = bucketOf(ms);
  let above = 0;
  for (let at = Math.max(0, bucket + 1 - first); at < counts.length; at++) above += counts[at];
  const within = counts[bucket - first] ?? 0;
  const low = lowerBound(bucket);
  return above + Math.round(within * (1 - (ms - low) / (lowerBound(bucket + 1) - low)));
}

/** Sums of the logarithms of the values and of those squared, each value taken at the middle of its bucket. */
export function logMoments({ first, counts }: Histogram): { sum: number; squares: number } {
  let [sum, squares] = [0, 0];
  for (let at = 0; at < counts.length; at++) {
    if (counts[at] === 0) continue;
    const log = Math.log((lowerBound(first + at) + lowerBound(first + at + 1)) / 2);
    sum += counts[at] * log;
    squares += counts[at] * log * log;
  }
  return { sum, squares };
}

/** Pairs of a bucket (four to an octave; 0 begins at 1 µs) and its count, empty ones left out. */
export function coarse({ first, counts }: Histogram): number[] {
  const pairs: number[] = [];
  for (let at = 0; at < counts.length; at++) {
    if (counts[at] === 0) continue;
    const bucket = (first + at - lowest) >> 2;
    if (pairs.length > 0 && pairs[pairs.length - 2] === bucket) pairs[pairs.length - 1] += counts[at];
    else pairs.push(bucket, counts[at]);
  }
  return pairs;
}

const places = 1_024;

/** Writes a histogram behind other numbers: count, min, max, first, and each bucket that is not empty as `its count · 1024 + its place`. */
export function packHistogram({ count, min, max, first, counts }: Histogram, into: number[]): void {
  into.push(count, min, max, first);
  for (let at = 0; at < counts.length; at++) if (counts[at] > 0) into.push(counts[at] * places + at);
}

/** Reads what `packHistogram` wrote from `from` to the end. */
export function unpackHistogram(packed: readonly number[], from: number): Histogram {
  const cells = from + 4;
  const counts = cells >= packed.length ? none : new Uint32Array((packed[packed.length - 1] % places | 15) + 1);
  for (let at = cells; at < packed.length; at++) counts[packed[at] % places] = Math.floor(packed[at] / places);
  return { count: packed[from], min: packed[from + 1], max: packed[from + 2], first: packed[from + 3], counts };
}

function lowerBound(bucket: number): number {
  return 2 ** ((bucket >>> 4) - 1023) * (1 + (bucket & 15) / perOctave);
}

/** Makes room for the buckets from..to, whole octaves at a time. */
function reach(histogram: Histogram, from: number, to: number): void {
  const empty = histogram.counts.length === 0;
  const first = Math.min(from & ~15, empty ? Infinity : histogram.first);
  const end = Math.max((to | 15) + 1, empty ? -Infinity : histogram.first + histogram.counts.length);
  if (!empty && first === histogram.first && end === histogram.first + histogram.counts.length) return;
  const counts = new Uint32Array(end - first);
  if (!empty) counts.set(histogram.counts, histogram.first - first);
  histogram.first = first;
  histogram.counts = counts;
}

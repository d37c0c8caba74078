/** Buckets of histogram points: whether they fit together, and the columns of explicit ones. */
import { endOf, fields, malformed, readLength, readTag, readVarint, skipUnknown, unsigned64 } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { grow } from './pack.ts';

/** Counts and bounds of all rows; those of the row being read are behind `count`. */
export interface Buckets {
  counts: Float64Array;
  bounds: Float64Array;
  count: number;
  /** Of the point being read. */
  pointCounts: number;
  pointBounds: number;
  /** Histograms of the request with +Inf as a bound. */
  infinite: number;
  readonly exponential: Exponential;
}

export interface ExponentialSide {
  offset: number;
  /** Buckets sent. */
  length: number;
  total: number;
  /** First and last bucket that is not empty, −1 = none. */
  first: number;
  last: number;
}

export interface Exponential {
  scale: number;
  zeroCount: number;
  readonly positive: ExponentialSide;
  readonly negative: ExponentialSide;
}

export function openBuckets(): Buckets {
  const side = (): ExponentialSide => ({ offset: 0, length: 0, total: 0, first: -1, last: -1 });
  return {
    counts: new Float64Array(1024), bounds: new Float64Array(1024), count: 0, pointCounts: 0, pointBounds: 0, infinite: 0,
    exponential: { scale: 0, zeroCount: 0, positive: side(), negative: side() },
  };
}

/** `length` bytes of fixed64 counts: packed, or one unpacked. */
export function readBucketCounts(c: Cursor, length: number, b: Buckets): void {
  if (length % 8 !== 0) throw malformed(c.pos, 'packed 64-bit numbers have a length that is not a multiple of 8');
  const n = length / 8;
  const at = b.count + b.pointCounts;
  if (at + n > b.counts.length) b.counts = grow(b.counts, at + n);
  for (let i = 0; i < n; i++) {
    b.counts[at + i] = unsigned64(c.view.getUint32(c.pos, true), c.view.getUint32(c.pos + 4, true));
    c.pos += 8;
  }
  b.pointCounts += n;
}

export function readBounds(c: Cursor, length: number, b: Buckets): void {
  if (length % 8 !== 0) throw malformed(c.pos, 'packed 64-bit numbers have a length that is not a multiple of 8');
  const n = length / 8;
  const at = b.count + b.pointBounds;
  if (at + n > b.bounds.length) b.bounds = grow(b.bounds, at + n);
  for (let i = 0; i < n; i++) {
    b.bounds[at + i] = c.view.getFloat64(c.pos, true);
    c.pos += 8;
  }
  b.pointBounds += n;
}

/** Sums of counts below this are exact; larger ones may differ by what a double rounds. */
const exactMax = 2 ** 53;
const roundingShare = 1e-12;

function sameCount(a: number, b: number): boolean {
  return a === b || (a > exactMax && Math.abs(a - b) <= a * roundingShare);
}

/**
 * Makes the buckets of the point being read part of the columns, an explicit +Inf bound folded into the overflow bucket.
 * False, and nothing is added, where they do not fit together or do not sum up to `total` (null = not asked).
 */
export function foldBuckets(b: Buckets, total: number | null): boolean {
  const at = b.count;
  let { pointCounts: n, pointBounds: bounds } = b;
  if (n === 0 && bounds === 0) return true;
  if (n !== bounds + 1) return false;
  if (n > b.bounds.length - at) b.bounds = grow(b.bounds, at + n);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += b.counts[at + i];
  if (total !== null && !sameCount(sum, total)) return false;
  for (let i = 0; i < bounds; i++) {
    const bound = b.bounds[at + i];
    if (bound !== bound || (i > 0 && bound <= b.bounds[at + i - 1])) return false;
  }
  if (bounds > 0 && b.bounds[at + bounds - 1] === Infinity) {
    b.infinite++;
    bounds--;
    n--;
    b.counts[at + n - 1] += b.counts[at + n];
  }
  b.bounds[at + n - 1] = Infinity;
  b.count = at + n;
  return true;
}

/** Buckets `[c.pos .. end)` of an exponential histogram: an offset and varint counts, packed or not. */
export function readExpBuckets(c: Cursor, end: number, side: ExponentialSide): void {
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 8) {
      const offset = readVarint(c);
      side.offset = (offset >>> 1) ^ -(offset & 1);
    } else if (tag === 16) countBucket(c, side);
    else if (tag === 18) {
      const stop = readLength(c, end) + c.pos;
      while (c.pos < stop) countBucket(c, side);
      endOf(c, stop);
    } else skipUnknown(c, tag, end, fields(1, 2));
  }
  endOf(c, end);
}

function countBucket(c: Cursor, side: ExponentialSide): void {
  const lo = readVarint(c);
  const count = unsigned64(lo, c.hi);
  if (count > 0) {
    if (side.first < 0) side.first = side.length;
    side.last = side.length;
  }
  side.total += count;
  side.length++;
}

/** Below −11 one bucket holds every double; 20 is the finest that SDKs make. */
const scaleMin = -11;
const scaleMax = 20;
/** Doubles lie between 2^−1075 and 2^1024. */
const exponentMin = -1075;
const exponentMax = 1024;

/** True where every bucket that is not empty holds some double, and the counts sum up. */
export function expHistogramFits(e: Exponential, count: number): boolean {
  if (e.scale < scaleMin || e.scale > scaleMax) return false;
  if (!sameCount(e.zeroCount + e.positive.total + e.negative.total, count)) return false;
  const perIndex = 2 ** -e.scale;
  for (const side of [e.positive, e.negative]) {
    if (side.first < 0) continue;
    if ((side.offset + side.last) * perIndex >= exponentMax) return false;
    if ((side.offset + side.first + 1) * perIndex <= exponentMin) return false;
  }
  return true;
}

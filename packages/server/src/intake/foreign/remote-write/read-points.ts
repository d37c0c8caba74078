/** Samples and native histograms: the same messages in both versions (prometheus/prompb/types.proto, io/prometheus/write/v2/types.proto). */
import { endOf, fields, readLength, readTag, readVarint, skipUnknown, unsigned64 } from '@clew/otlp';
import { countPart, isStaleAt, readDouble, readInt64, readSint32, readSint64 } from './reader.ts';
import type { Reader } from './reader.ts';
import { bucketsMax } from './series.ts';
import type { BucketSpan, NativeHistogram, Sample } from './series.ts';

export function readSample(r: Reader, end: number): Sample {
  const { c } = r;
  let [value, timeMs, startMs, isStale] = [0, 0, 0, false];
  while (c.pos < end) {
    const tag = readTag(c);
    switch (tag) {
      case 9:
        isStale = isStaleAt(r);
        value = readDouble(r);
        break;
      case 16: timeMs = readInt64(r); break;
      case 24: startMs = readInt64(r); break;
      default: skipUnknown(c, tag, end, fields(1, 2, 3));
    }
  }
  endOf(c, end);
  return { value, timeMs, startMs, isStale };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
interface Side { readonly spans: BucketSpan[]; readonly deltas: number[]; readonly counts: number[] }
type Draft = Mutable<Omit<NativeHistogram, 'positive' | 'negative' | 'bounds'>> & { readonly positive: Side; readonly negative: Side; readonly bounds: number[] };

export function readHistogram(r: Reader, end: number): NativeHistogram {
  const { c } = r;
  const side = (): Side => ({ spans: [], deltas: [], counts: [] });
  const h: Draft = { count: 0, zeroCount: 0, isFloat: false, sum: 0, isStale: false, schema: 0, zeroThreshold: 0, positive: side(), negative: side(), resetHint: 0, bounds: [], timeMs: 0, startMs: 0, isTooLarge: false };
  while (c.pos < end) {
    const tag = readTag(c);
    const at = tag >>> 3;
    switch (at) {
      case 8: readSpan(r, h, h.negative, tag, end); break;
      case 11: readSpan(r, h, h.positive, tag, end); break;
      case 9: readMany(r, h, h.negative.deltas, tag, end, readSint64); break;
      case 12: readMany(r, h, h.positive.deltas, tag, end, readSint64); break;
      case 10: readMany(r, h, h.negative.counts, tag, end, readDouble); break;
      case 13: readMany(r, h, h.positive.counts, tag, end, readDouble); break;
      case 16: readMany(r, h, h.bounds, tag, end, readDouble); break;
      default: readPlain(r, h, tag, end);
    }
  }
  endOf(c, end);
  return h;
}

function readPlain(r: Reader, h: Draft, tag: number, end: number): void {
  const { c } = r;
  switch (tag) {
    case 8: h.count = readUint64(r); break;
    case 17:
      h.count = readDouble(r);
      h.isFloat = true;
      break;
    case 25:
      h.isStale = isStaleAt(r);
      h.sum = readDouble(r);
      break;
    case 32: h.schema = readSint32(r); break;
    case 41: h.zeroThreshold = readDouble(r); break;
    case 48: h.zeroCount = readUint64(r); break;
    case 57:
      h.zeroCount = readDouble(r);
      h.isFloat = true;
      break;
    case 112: h.resetHint = readVarint(c); break;
    case 120: h.timeMs = readInt64(r); break;
    case 136: h.startMs = readInt64(r); break;
    default: skipUnknown(c, tag, end, fields(1, 2, 3, 4, 5, 6, 7, 14, 15, 17));
  }
}

function readUint64({ c }: Reader): number {
  const low = readVarint(c);
  return unsigned64(low, c.hi);
}

function readSpan(r: Reader, h: Draft, side: Side, tag: number, end: number): void {
  const { c } = r;
  if ((tag & 7) !== 2) return skipUnknown(c, tag, end, fields(8, 11));
  const stop = readLength(c, end) + c.pos;
  let [offset, length] = [0, 0];
  while (c.pos < stop) {
    const inner = readTag(c);
    if (inner === 8) offset = readSint32(r);
    else if (inner === 16) length = readVarint(c);
    else skipUnknown(c, inner, stop, fields(1, 2));
  }
  endOf(c, stop);
  countPart(r);
  if (side.spans.length < bucketsMax) side.spans.push({ offset, length });
  else h.isTooLarge = true;
}

/** Numbers of one field: packed, or one alone. */
function readMany(r: Reader, h: Draft, into: number[], tag: number, end: number, read: (r: Reader) => number): void {
  const { c } = r;
  const alone = read === readDouble ? 1 : 0;
  if ((tag & 7) !== 2 && (tag & 7) !== alone) return skipUnknown(c, tag, end, fields(9, 10, 12, 13, 16));
  const isPacked = (tag & 7) === 2;
  const stop = isPacked ? readLength(c, end) + c.pos : c.pos + 1;
  while (c.pos < stop) {
    countPart(r);
    const value = read(r);
    if (into.length < bucketsMax) into.push(value);
    else h.isTooLarge = true;
  }
  if (isPacked) endOf(c, stop);
}


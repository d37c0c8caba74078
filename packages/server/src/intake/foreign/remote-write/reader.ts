import { MalformedOtlp, openCursor, readLength, readVarint, signed64 } from '@clew/otlp';
import type { Cursor } from '@clew/otlp';

/** A request as it is being read, and what it may still hold: a few bytes must not become many objects. */
export interface Reader {
  readonly c: Cursor;
  itemsLeft: number;
  partsLeft: number;
}

/** For each item that a request may have, so many labels, symbols and buckets. */
const partsPerItem = 4;

export function openReader(body: Uint8Array, itemsMax: number): Reader {
  return { c: openCursor(body), itemsLeft: itemsMax, partsLeft: itemsMax * partsPerItem };
}

/** A series, sample, histogram, exemplar, symbol or family: throws `malformed` where they are too many. */
export function countItem(r: Reader): void {
  if (--r.itemsLeft < 0) throw new MalformedOtlp(`byte ${r.c.pos}`, 'the request has too many items');
}

export function countPart(r: Reader): void {
  if (--r.partsLeft < 0) throw new MalformedOtlp(`byte ${r.c.pos}`, 'the request has too many labels, symbols or buckets');
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The string that starts here; null where it is not UTF-8. */
export function readString({ c }: Reader, end: number): string | null {
  const length = readLength(c, end);
  const start = c.pos;
  c.pos += length;
  return textOf(c.bytes.subarray(start, start + length));
}

/** Most names and values are short and plain: those need no decoder. */
const plainMax = 40;

function textOf(bytes: Uint8Array): string | null {
  if (bytes.length <= plainMax) {
    let text = '';
    let i = 0;
    for (; i < bytes.length && bytes[i] < 0x80; i++) text += String.fromCharCode(bytes[i]);
    if (i === bytes.length) return text;
  }
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function readInt64({ c }: Reader): number {
  const low = readVarint(c);
  return signed64(low, c.hi);
}

/** Zigzag of 64 bits, exact to 2^53. */
export function readSint64({ c }: Reader): number {
  const low = readVarint(c);
  const high = c.hi;
  const half = (low >>> 1) + (high & 1) * 0x8000_0000 + (high >>> 1) * 0x1_0000_0000;
  return (low & 1) === 0 ? half : -half - 1;
}

/** Zigzag of 32 bits. */
export function readSint32({ c }: Reader): number {
  const value = readVarint(c);
  return (value >>> 1) ^ -(value & 1);
}

export function readDouble({ c }: Reader): number {
  const value = c.view.getFloat64(c.pos, true);
  c.pos += 8;
  return value;
}

/** The one NaN that means "the series ends here" (prometheus/model/value: StaleNaN); it differs from others only in its bits. */
export function isStaleAt({ c }: Reader): boolean {
  return c.view.getUint32(c.pos, true) === 0x0000_0002 && c.view.getUint32(c.pos + 4, true) === 0x7ff0_0000;
}

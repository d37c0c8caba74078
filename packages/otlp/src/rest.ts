/** Scratch for `Rest`: the encoded fields that have no column, row after row. */
import type { Cursor } from './cursor.ts';
import { grow, u32, u8 } from './pack.ts';

export interface RestScratch {
  bytes: Uint8Array;
  offsets: Uint32Array;
  used: number;
  /** Bit n: the row being read has field n in here. A field sent again must follow, or the older one would win. */
  held: number;
}

export function openRest(): RestScratch {
  return { bytes: new Uint8Array(1 << 14), offsets: new Uint32Array(1 << 10), used: 0, held: 0 };
}

/** Call before the first field of a row. */
export function startRest(r: RestScratch): void {
  r.held = 0;
}

/** Is the field that `tag` starts among those kept of this row? */
export function holds(r: RestScratch, tag: number): boolean {
  return ((r.held >>> (tag >>> 3)) & 1) === 1;
}

/** Adds the field `[start .. c.pos)`, tag and all, to the row that is being read. */
export function keepField(r: RestScratch, c: Cursor, tag: number, start: number): void {
  if (tag < 256) r.held |= 1 << (tag >>> 3);
  const length = c.pos - start;
  if (r.used + length > r.bytes.length) r.bytes = grow(r.bytes, r.used + length);
  const { bytes } = c;
  const to = r.bytes;
  let at = r.used;
  if (length > 64) to.set(bytes.subarray(start, c.pos), at);
  else for (let i = start; i < c.pos; i++) to[at++] = bytes[i];
  r.used += length;
}

/** Row `row` ends here. */
export function endRest(r: RestScratch, row: number): void {
  if (row + 1 >= r.offsets.length) r.offsets = grow(r.offsets, row + 2);
  r.offsets[row + 1] = r.used;
}

export function packRest(r: RestScratch, rows: number) {
  return { bytes: u8(r.bytes, r.used), offsets: u32(r.offsets, rows + 1) };
}

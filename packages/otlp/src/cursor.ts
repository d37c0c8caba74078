/**
 * Protobuf primitives over one request.
 *
 * The bytes are the request, a copy as a rule, with `padBytes` of zeros behind it, so a varint or a fixed-width number that
 * starts inside a message may be read without asking first whether it also ends there. Every loop over fields ends with
 * `endOf`, which finds out; lengths are checked before anything is done with them.
 */
import { groupDepthMax } from './limits.ts';
import { MalformedOtlp } from './malformed.ts';
import { freshMemory, padBytes } from './memory.ts';
import type { Memory } from './memory.ts';

export interface Cursor {
  bytes: Uint8Array<ArrayBufferLike>;
  view: DataView;
  pos: number;
  /** High 32 bits of the varint read last. */
  hi: number;
  /** Bytes in use: the request, and behind it what had to be put together from pieces (`join`). */
  used: number;
  readonly memory: Memory;
}

export function openCursor(request: Uint8Array, memory: Memory = freshMemory): Cursor {
  const isHeld = memory.holds(request);
  const buffer = isHeld ? request.buffer : memory.take(request.length + padBytes);
  const bytes = new Uint8Array(buffer, 0, request.length + padBytes);
  if (!isHeld) bytes.set(request);
  bytes.fill(0, request.length);
  return { bytes, view: viewOf(bytes), pos: 0, hi: 0, used: request.length, memory };
}

const viewOf = ({ buffer, byteLength }: Uint8Array): DataView => new DataView(buffer, 0, byteLength);

export function malformed(pos: number, what: string): MalformedOtlp {
  return new MalformedOtlp(`byte ${pos}`, what);
}

/** Low 32 bits of a varint (unsigned); the high ones are in `hi`. */
export function readVarint(c: Cursor): number {
  const b = c.bytes[c.pos];
  if (b < 0x80) {
    c.pos++;
    c.hi = 0;
    return b;
  }
  return readLongVarint(c);
}

function readLongVarint(c: Cursor): number {
  const bytes = c.bytes;
  let pos = c.pos;
  let lo = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const b = bytes[pos++];
    lo |= (b & 0x7f) << shift;
    if (b < 0x80) return doneVarint(c, pos, lo, 0);
  }
  let b = bytes[pos++];
  lo |= b << 28;
  let hi = (b >> 4) & 7;
  if (b < 0x80) return doneVarint(c, pos, lo, hi);
  for (let shift = 3; shift < 31; shift += 7) {
    b = bytes[pos++];
    hi |= (b & 0x7f) << shift;
    if (b < 0x80) return doneVarint(c, pos, lo, hi);
  }
  b = bytes[pos++];
  if (!(b <= 1)) throw malformed(c.pos, 'a varint is longer than 64 bits');
  return doneVarint(c, pos, lo, hi | (b << 31));
}

function doneVarint(c: Cursor, pos: number, lo: number, hi: number): number {
  c.pos = pos;
  c.hi = hi >>> 0;
  return lo >>> 0;
}

/** Tag of the next field: field number × 8 + wire type. */
export function readTag(c: Cursor): number {
  const at = c.pos;
  const tag = readVarint(c);
  if (tag < 8 || c.hi !== 0) throw malformed(at, 'a field has no valid number');
  return tag;
}

/** Length of a string, bytes or message, which must end at or before `end`. */
export function readLength(c: Cursor, end: number): number {
  const at = c.pos;
  const length = readVarint(c);
  if (c.hi !== 0 || length > end - c.pos) throw malformed(at, 'a length goes beyond the end of the message');
  return length;
}

/** Steps over a string, bytes or message. (`c.pos += readLength(c, end)` would add to the position before the length.) */
export function skipBytes(c: Cursor, end: number): void {
  const length = readLength(c, end);
  c.pos += length;
}

/** Says that the fields of a message ended where the message ends. */
export function endOf(c: Cursor, end: number): void {
  if (c.pos !== end) throw malformed(c.pos, 'a field goes beyond the end of its message');
}

/** Signed 64-bit number of two words, as the nearest double. */
export function signed64(lo: number, hi: number): number {
  return (hi | 0) * 4294967296 + lo;
}

export function unsigned64(lo: number, hi: number): number {
  return hi * 4294967296 + lo;
}

/**
 * Steps over a field that nobody here reads. `known` has bit n set where the message does define field n: then the wire
 * type is wrong, and skipping would silently lose data that the sender meant.
 */
export function skipUnknown(c: Cursor, tag: number, end: number, known: number): void {
  const field = tag >>> 3;
  if (field < 32 && (known >>> field) & 1) throw malformed(c.pos, `field ${field} has the wrong wire type ${tag & 7}`);
  skipField(c, tag, end, 0);
}

function skipField(c: Cursor, tag: number, end: number, depth: number): void {
  if (tag < 8) throw malformed(c.pos, 'a field has no valid number');
  switch (tag & 7) {
    case 0: readVarint(c); break;
    case 1: c.pos += 8; break;
    case 2: skipBytes(c, end); break;
    case 3: skipGroup(c, tag >>> 3, end, depth + 1); break;
    case 5: c.pos += 4; break;
    default: throw malformed(c.pos, `wire type ${tag & 7} is not valid here`);
  }
  if (c.pos > end) throw malformed(c.pos, 'a field goes beyond the end of its message');
}

function skipGroup(c: Cursor, field: number, end: number, depth: number): void {
  if (depth > groupDepthMax) throw malformed(c.pos, 'groups are nested too deeply');
  while (c.pos < end) {
    const tag = readTag(c);
    if ((tag & 7) === 4) {
      if (tag >>> 3 !== field) throw malformed(c.pos, 'a group ends with the wrong field number');
      return;
    }
    skipField(c, tag, end, depth);
  }
  throw malformed(c.pos, 'a group does not end');
}

/** Bit set of field numbers below 32. */
export function fields(...numbers: readonly number[]): number {
  let bits = 0;
  for (const n of numbers) bits |= 1 << n;
  return bits;
}

/**
 * Puts two slices one behind the other and returns where: concatenated encodings are the merged message, which is what
 * proto3 asks for when a singular message is sent twice. The room doubles, so a hostile request costs linear time.
 */
export function join(c: Cursor, start1: number, length1: number, start2: number, length2: number): number {
  if (start1 + length1 === c.used) {
    // The first is what was put together last: it grows where it stands, or many pieces would be copied again and again.
    const at = takeRoom(c, length2);
    c.bytes.copyWithin(at, start2, start2 + length2);
    return start1;
  }
  const start = takeRoom(c, length1 + length2);
  c.bytes.copyWithin(start, start1, start1 + length1);
  c.bytes.copyWithin(start + length1, start2, start2 + length2);
  return start;
}

/** Puts bytes that the request does not have in this form behind it, and returns where. */
export function append(c: Cursor, bytes: Uint8Array): number {
  const start = takeRoom(c, bytes.length);
  c.bytes.set(bytes, start);
  return start;
}

function takeRoom(c: Cursor, length: number): number {
  const start = c.used;
  const used = start + length;
  if (used + padBytes > c.bytes.length) {
    const length = Math.max(used + padBytes, c.bytes.length * 2);
    const grown = new Uint8Array(c.memory.take(length), 0, length);
    grown.set(c.bytes.subarray(0, start));
    grown.fill(0, start);
    c.bytes = grown;
    c.view = viewOf(grown);
  }
  c.used = used;
  return start;
}

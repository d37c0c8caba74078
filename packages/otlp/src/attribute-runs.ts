/**
 * Attribute lists of data points as they stand on the wire: one *run* of bytes, tags and all. A sender repeats its series with
 * every export, most often in the same order, so who has seen a run once knows it by comparing bytes, without reading it.
 *
 * Bounded; a run for which there is no room is not known, and is read.
 */
import type { AttributeColumns, PointBatch, Strings } from './batch.ts';
import { ValueKind } from './batch.ts';
import { readLength, readTag } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { freshMemory } from './memory.ts';
import { openInterner, resetInterner } from './intern.ts';
import type { AttributeReader } from './read-attributes.ts';
import { endOwner, openAttributes, readAttribute, startOwner } from './read-attributes.ts';
import { valueDepthMax } from './limits.ts';

/** `runLength` of a point whose attributes are not one run. */
export const noRun = 0xffffffff;

const probesMax = 32;

const grown = (from: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
  const to = new Uint32Array(from.length * 2);
  to.set(from);
  return to;
};

export class AttributeRuns {
  count = 0;
  private bytes = new Uint8Array(16_384);
  private view = new DataView(this.bytes.buffer);
  private slots = new Uint32Array(1024);
  private hashes = new Uint32Array(512);
  private ends = new Uint32Array(512);
  private attributes = new Uint32Array(512);
  /** The run that came after this one the last time. */
  private next = new Uint32Array(512);
  private last = 0;
  private readonly countMax: number;
  private readonly bytesMax: number;
  private readonly seed: number;

  /** `seed` keeps a sender who knows the hash from making runs that collide; they would only be read each time. */
  constructor(limits: { readonly countMax: number; readonly bytesMax: number; readonly seed: number }) {
    this.countMax = limits.countMax;
    this.bytesMax = limits.bytesMax;
    this.seed = limits.seed | 0;
  }

  clear(): void {
    this.slots.fill(0);
    this.next.fill(0);
    this.count = 0;
    this.last = 0;
  }

  lengthOf(id: number): number {
    return this.ends[id] - this.ends[id - 1];
  }

  attributesOf(id: number): number {
    return this.attributes[id];
  }

  /** The run at `start` when it is the one that is expected there, and nothing of its kind follows; else 0. */
  ahead(view: DataView, start: number, end: number): number {
    const id = this.next[this.last];
    if (id === 0) return 0;
    const length = this.lengthOf(id);
    const after = start + length;
    if (after > end || (after < end && view.getUint8(after) === view.getUint8(start)) || !this.same(id, view, start, length)) return 0;
    this.last = id;
    return id;
  }

  /** Number of a run, from 1 on; 0 when it is not known and there is no room. `attributes`: how many it has, kept with a new one. */
  find(view: DataView, start: number, length: number, attributes: number): number {
    const guess = this.next[this.last];
    if (guess !== 0 && this.lengthOf(guess) === length && this.same(guess, view, start, length)) return this.last = guess;
    const id = this.look(view, start, length, attributes);
    if (id === 0) return 0;
    this.next[this.last] = id;
    return this.last = id;
  }

  private look(view: DataView, start: number, length: number, attributes: number): number {
    const hash = hashOf(view, start, length, this.seed);
    const mask = this.slots.length - 1;
    for (let probe = 0, slot = hash & mask; probe < probesMax; probe++, slot = (slot + 1) & mask) {
      const id = this.slots[slot];
      if (id === 0) return this.add(view, start, length, hash, slot, attributes);
      if (this.hashes[id] === hash && this.lengthOf(id) === length && this.same(id, view, start, length)) return id;
    }
    return 0;
  }

  private same(id: number, view: DataView, start: number, length: number): boolean {
    const own = this.view;
    const at = this.ends[id - 1];
    const last = length - 4;
    if (last < 0) {
      for (let i = 0; i < length; i++) if (own.getUint8(at + i) !== view.getUint8(start + i)) return false;
      return true;
    }
    for (let i = 0; i < last; i += 4) if (own.getUint32(at + i, true) !== view.getUint32(start + i, true)) return false;
    return own.getUint32(at + last, true) === view.getUint32(start + last, true);
  }

  private add(view: DataView, start: number, length: number, hash: number, slot: number, attributes: number): number {
    const from = this.ends[this.count];
    if (this.count >= this.countMax || from + length > this.bytesMax) return 0;
    while (from + length > this.bytes.length) {
      const bytes = new Uint8Array(this.bytes.length * 2);
      bytes.set(this.bytes);
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer);
    }
    this.bytes.set(new Uint8Array(view.buffer, view.byteOffset + start, length), from);
    const id = ++this.count;
    if (id === this.hashes.length) for (const column of ['hashes', 'ends', 'attributes', 'next'] as const) this[column] = grown(this[column]);
    this.hashes[id] = hash;
    this.ends[id] = from + length;
    this.attributes[id] = attributes;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.spread();
    return id;
  }

  /** A run that finds no place within `probesMax` steps is forgotten: it gets another number when it comes again. */
  private spread(): void {
    this.slots = new Uint32Array(this.slots.length * 2);
    const mask = this.slots.length - 1;
    for (let id = 1; id <= this.count; id++) {
      for (let probe = 0, slot = this.hashes[id] & mask; probe < probesMax; probe++, slot = (slot + 1) & mask) {
        if (this.slots[slot] !== 0) continue;
        this.slots[slot] = id;
        break;
      }
    }
  }
}

function hashOf(view: DataView, start: number, length: number, seed: number): number {
  let hash = seed ^ length;
  const last = start + length - 4;
  for (let at = start; at < last; at += 4) hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ view.getUint32(at, true), 0x9e3779b1);
  if (length >= 4) hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ view.getUint32(last, true), 0x9e3779b1);
  else for (let i = 0; i < length; i++) hash = Math.imul(hash ^ view.getUint8(start + i), 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** The attributes of one owner, and the strings that they are codes of. */
export interface PointAttributes { readonly attributes: AttributeColumns; readonly owner: number; readonly strings: Strings }

const strings = openInterner();
const scratch = openAttributes(256);
const reader: AttributeReader = { strings, owner: 0, guess: 0, duplicates: 0, left: Infinity, valueDepth: valueDepthMax, deep: false, found: { kind: ValueKind.empty, number: NaN, plainString: false } };

/**
 * Attributes of a point, whether the reader of the request has read them or knew their run. Good until the next call.
 * A run that a batch has was read before, so it is well-formed.
 */
export function attributesOfPoint(batch: PointBatch, row: number): PointAttributes {
  const { attributes, runStart, runLength } = batch;
  const length = runLength[row];
  if (length === noRun || length === 0 || attributes.offsets[row + 1] > attributes.offsets[row]) return { attributes, owner: row, strings: batch.strings };
  // A copy with a few zeros behind it, as the cursor wants it.
  const own = new Uint8Array(length + 16);
  own.set(batch.strings.bytes.subarray(runStart[row], runStart[row] + length));
  const c: Cursor = { bytes: own, view: new DataView(own.buffer), pos: 0, hi: 0, used: length, memory: freshMemory };
  resetInterner(strings);
  scratch.count = 0;
  startOwner(reader, scratch, 0);
  while (c.pos < length) {
    readTag(c);
    readAttribute(c, readLength(c, length) + c.pos, scratch, reader);
  }
  endOwner(scratch, 0);
  const { offsets, keys, kinds, numbers, starts, lengths } = scratch;
  return { attributes: { offsets, keys, kinds, numbers, starts, lengths }, owner: 0, strings: { bytes: c.bytes, starts: strings.starts, lengths: strings.lengths, count: strings.count } };
}

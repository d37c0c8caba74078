/**
 * Gives equal byte strings equal codes without making JavaScript strings: open addressing over a hash of the bytes.
 *
 * A sender who knows the hash could make strings that all fall on one slot. After `probesMax` steps the search goes on
 * in a Map, whose hash is seeded by the host, so that nobody can make it slow.
 */
import type { Cursor } from './cursor.ts';
import { malformed } from './cursor.ts';
import { isUtf8 } from './utf8.ts';

export interface Interner {
  /** Code + 1 of the string in the slot, 0 = free. Length is a power of two, at most half full. */
  slots: Uint32Array;
  hashes: Uint32Array;
  starts: Uint32Array;
  lengths: Uint32Array;
  /** Owner that used the string as an attribute key last, and its entry: finds duplicate keys (read-attributes.ts). */
  owner: Uint32Array;
  entry: Uint32Array;
  count: number;
  crowded: Map<string, number> | null;
}

const slotsAtFirst = 4096;
/** A table that grew beyond this for one large request is not kept for the next. */
const slotsKeptMax = 1 << 17;
const probesMax = 48;

export function openInterner(): Interner {
  const strings = slotsAtFirst / 2;
  return {
    slots: new Uint32Array(slotsAtFirst),
    hashes: new Uint32Array(strings),
    starts: new Uint32Array(strings),
    lengths: new Uint32Array(strings),
    owner: new Uint32Array(strings),
    entry: new Uint32Array(strings),
    count: 1,
    crowded: null,
  };
}

/** Forgets all strings but the empty one, which keeps code 0. */
export function resetInterner(t: Interner): void {
  if (t.slots.length > slotsKeptMax) Object.assign(t, openInterner());
  else t.slots.fill(0);
  t.count = 1;
  t.crowded = null;
}

/** Code of the string `[start .. start + length)`; throws MalformedOtlp when a new one is not UTF-8. */
export function intern(t: Interner, c: Cursor, start: number, length: number): number {
  if (length === 0) return 0;
  const view = c.view;
  let hash = length;
  let seen = 0;
  if (length >= 4) {
    const last = start + length - 4;
    for (let i = start; i < last; i += 4) {
      const word = view.getUint32(i, true);
      seen |= word;
      hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ word, 0x9e3779b1);
    }
    const word = view.getUint32(last, true);
    seen |= word;
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ word, 0x9e3779b1);
  } else {
    for (let i = start; i < start + length; i++) {
      seen |= c.bytes[i];
      hash = Math.imul(hash ^ c.bytes[i], 0x9e3779b1);
    }
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = (hash ^ (hash >>> 13)) >>> 0;

  const slots = t.slots;
  const mask = slots.length - 1;
  let slot = hash & mask;
  for (let probes = 0; probes < probesMax; probes++) {
    const code = slots[slot] - 1;
    if (code < 0) return add(t, c, start, length, hash, slot, seen);
    if (t.hashes[code] === hash && t.lengths[code] === length && sameBytes(view, t.starts[code], start, length)) return code;
    slot = (slot + 1) & mask;
  }
  return internCrowded(t, c, start, length, hash, seen);
}

/** Are two slices of equal length the same bytes? */
export function sameBytes(view: DataView, a: number, b: number, length: number): boolean {
  if (length < 4) {
    for (let i = 0; i < length; i++) if (view.getUint8(a + i) !== view.getUint8(b + i)) return false;
    return true;
  }
  const last = length - 4;
  for (let i = 0; i < last; i += 4) if (view.getUint32(a + i, true) !== view.getUint32(b + i, true)) return false;
  return view.getUint32(a + last, true) === view.getUint32(b + last, true);
}

/** Slot −1: the string is found by `crowded` only. */
function add(t: Interner, c: Cursor, start: number, length: number, hash: number, slot: number, seen: number): number {
  if ((seen & 0x80808080) !== 0 && !isUtf8(c.bytes, start, start + length)) throw malformed(start, 'a string is not valid UTF-8');
  const code = t.count;
  if (code === t.hashes.length) growStrings(t);
  t.hashes[code] = hash;
  t.starts[code] = start;
  t.lengths[code] = length;
  t.count = code + 1;
  if (slot >= 0) t.slots[slot] = code + 1;
  if (t.count * 2 > t.slots.length) growSlots(t, c);
  return code;
}

function internCrowded(t: Interner, c: Cursor, start: number, length: number, hash: number, seen: number): number {
  t.crowded ??= new Map();
  const text = latin1(c.bytes, start, length);
  const known = t.crowded.get(text);
  if (known !== undefined) return known;
  const code = add(t, c, start, length, hash, -1, seen);
  t.crowded.set(text, code);
  return code;
}

/** One UTF-16 unit a byte: a key for a Map, not a text. */
function latin1(bytes: Uint8Array, start: number, length: number): string {
  let text = '';
  const chunk = 4096;
  for (let i = start; i < start + length; i += chunk) {
    text += String.fromCharCode(...bytes.subarray(i, Math.min(i + chunk, start + length)));
  }
  return text;
}

function growStrings(t: Interner): void {
  const grow = (from: Uint32Array): Uint32Array => {
    const to = new Uint32Array(from.length * 2);
    to.set(from);
    return to;
  };
  t.hashes = grow(t.hashes);
  t.starts = grow(t.starts);
  t.lengths = grow(t.lengths);
  t.owner = grow(t.owner);
  t.entry = grow(t.entry);
}

/** Strings of a crowded place move into the table where the larger one has room; those that find none go to the Map. */
function growSlots(t: Interner, c: Cursor): void {
  const slots = new Uint32Array(t.slots.length * 2);
  const mask = slots.length - 1;
  for (let code = 1; code < t.count; code++) {
    let slot = t.hashes[code] & mask;
    let probes = 0;
    while (probes < probesMax && slots[slot] !== 0) {
      slot = (slot + 1) & mask;
      probes++;
    }
    if (probes < probesMax) slots[slot] = code + 1;
    else {
      t.crowded ??= new Map();
      t.crowded.set(latin1(c.bytes, t.starts[code], t.lengths[code]), code);
    }
  }
  t.slots = slots;
}

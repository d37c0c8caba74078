/** Reads attribute lists into columns: one entry a KeyValue, keys and strings interned, duplicate keys folded. */
import type { Cursor } from './cursor.ts';
import { endOf, fields, join, malformed, readLength, readTag, skipUnknown } from './cursor.ts';
import type { Interner } from './intern.ts';
import { intern } from './intern.ts';
import { f64, grow, u32, u8 } from './pack.ts';
import type { DepthGuard, ValueFound } from './read-value.ts';
import { readValue } from './read-value.ts';

export interface AttributeScratch {
  offsets: Uint32Array;
  keys: Uint32Array;
  kinds: Uint8Array;
  numbers: Float64Array;
  starts: Uint32Array;
  lengths: Uint32Array;
  /** Entries so far, those of the owner that is being read included. */
  count: number;
}

/** Shared by all attribute lists of a request. */
export interface AttributeReader extends DepthGuard {
  valueDepth: number;
  /** Attributes that the request may still have. */
  left: number;
  /** Number of the owner being read; never the same twice, so that marks in the interner need no clearing. */
  owner: number;
  readonly found: ValueFound;
  readonly strings: Interner;
}

export function openAttributes(entries: number): AttributeScratch {
  return {
    offsets: new Uint32Array(256),
    keys: new Uint32Array(entries),
    kinds: new Uint8Array(entries),
    numbers: new Float64Array(entries),
    starts: new Uint32Array(entries),
    lengths: new Uint32Array(entries),
    count: 0,
  };
}

/** Call before the first attribute of every owner. */
export function startOwner(r: AttributeReader): void {
  r.owner++;
  if (r.owner > 0xffffffff) {
    r.strings.owner.fill(0);
    r.owner = 1;
  }
}

/** Owner `row` has all entries from where the one before it ended. */
export function endOwner(a: AttributeScratch, row: number): void {
  if (row + 1 >= a.offsets.length) a.offsets = grow(a.offsets, row + 2);
  a.offsets[row + 1] = a.count;
}

const knownOfKeyValue = fields(1, 2);

/** Reads the KeyValue `[c.pos .. end)` of the current owner. */
export function readAttribute(c: Cursor, end: number, a: AttributeScratch, r: AttributeReader): void {
  if (--r.left < 0) throw malformed(c.pos, 'the request has too many attributes');
  const t = r.strings;
  const found = r.found;
  let key = 0;
  let start = 0;
  let length = -1;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) {
      const n = readLength(c, end);
      key = intern(t, c, c.pos, n);
      c.pos += n;
    } else if (tag === 18) {
      const n = readLength(c, end);
      if (length < 0) {
        start = c.pos;
        length = n;
      } else {
        start = join(c, start, length, c.pos, n);
        length += n;
      }
      c.pos += n;
    } else skipUnknown(c, tag, end, knownOfKeyValue);
  }
  endOf(c, end);
  if (length < 0) {
    start = end;
    length = 0;
  }
  c.pos = start;
  readValue(c, start + length, t, r, found);
  c.pos = end;

  let entry = a.count;
  if (t.owner[key] === r.owner) entry = t.entry[key];
  else {
    t.owner[key] = r.owner;
    t.entry[key] = entry;
    if (entry === a.keys.length) growEntries(a);
    a.count = entry + 1;
  }
  a.keys[entry] = key;
  a.kinds[entry] = found.kind;
  a.numbers[entry] = found.number;
  a.starts[entry] = start;
  a.lengths[entry] = length;
}

function growEntries(a: AttributeScratch): void {
  const n = a.keys.length * 2;
  a.keys = grow(a.keys, n);
  a.kinds = grow(a.kinds, n);
  a.numbers = grow(a.numbers, n);
  a.starts = grow(a.starts, n);
  a.lengths = grow(a.lengths, n);
}

export function packAttributes(a: AttributeScratch, owners: number) {
  return {
    offsets: u32(a.offsets, owners + 1),
    keys: u32(a.keys, a.count),
    kinds: u8(a.kinds, a.count),
    numbers: f64(a.numbers, a.count),
    starts: u32(a.starts, a.count),
    lengths: u32(a.lengths, a.count),
  };
}

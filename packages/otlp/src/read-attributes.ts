/** Reads attribute lists into columns: one entry a KeyValue, keys and strings interned, duplicate keys folded. */
import { ValueKind } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { endOf, fields, join, malformed, readLength, readTag, readVarint, skipUnknown } from './cursor.ts';
import type { Interner } from './intern.ts';
import { intern, sameBytes } from './intern.ts';
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
  /**
   * Entry of the owner before that stands where the next attribute does in this one. Senders repeat themselves: most
   * often it has the same key and often the same value, and then comparing bytes saves hashing and reading them.
   */
  guess: number;
  /** Keys that stood twice in one list, so far. */
  duplicates: number;
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

/** Call before the first attribute of owner `row`. */
export function startOwner(r: AttributeReader, a: AttributeScratch, row: number): void {
  r.guess = row > 0 ? a.offsets[row - 1] : a.count;
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

const knownOfKeyValue = fields(1, 2, 3);

/** Reads the KeyValue `[c.pos .. end)` of the current owner. */
export function readAttribute(c: Cursor, end: number, a: AttributeScratch, r: AttributeReader): void {
  if (--r.left < 0) throw malformed(c.pos, 'the request has too many attributes');
  const { bytes } = c;
  const pos = c.pos;
  const keyLength = bytes[pos + 1];
  const valueAt = pos + keyLength + 4;
  // The form that every encoder writes: key, then value, each shorter than 128 bytes.
  if (bytes[pos] !== 10 || keyLength >= 0x80 || valueAt > end || bytes[valueAt - 2] !== 18 || bytes[valueAt - 1] !== end - valueAt || end - valueAt >= 0x80) {
    readOddAttribute(c, end, a, r);
    return;
  }
  const t = r.strings;
  const guess = r.guess++;
  const length = end - valueAt;
  let key: number;
  if (guess < a.count) {
    key = a.keys[guess];
    if (t.lengths[key] !== keyLength || !sameBytes(c.view, t.starts[key], pos + 2, keyLength)) key = intern(t, c, pos + 2, keyLength);
    if (a.lengths[guess] === length && sameBytes(c.view, a.starts[guess], valueAt, length)) {
      c.pos = end;
      addEntry(a, r, key, a.kinds[guess], a.numbers[guess], valueAt, length);
      return;
    }
  } else key = intern(t, c, pos + 2, keyLength);
  if (length >= 2 && bytes[valueAt] === 10 && bytes[valueAt + 1] === length - 2) {
    addEntry(a, r, key, ValueKind.string, intern(t, c, valueAt + 2, length - 2), valueAt, length);
    c.pos = end;
    return;
  }
  c.pos = valueAt;
  readValue(c, end, t, r, r.found);
  addEntry(a, r, key, r.found.kind, r.found.number, valueAt, length);
}

/** A KeyValue in any form: fields in any order, missing, twice, unknown. */
function readOddAttribute(c: Cursor, end: number, a: AttributeScratch, r: AttributeReader): void {
  const t = r.strings;
  r.guess++;
  let key = 0;
  let start = end;
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
    } else if (tag === 24) readVarint(c);
    else skipUnknown(c, tag, end, knownOfKeyValue);
  }
  endOf(c, end);
  if (length < 0) length = 0;
  c.pos = start;
  readValue(c, start + length, t, r, r.found);
  c.pos = end;
  addEntry(a, r, key, r.found.kind, r.found.number, start, length);
}

/** Adds an entry, or puts it in the place of an earlier one with the same key. */
function addEntry(a: AttributeScratch, r: AttributeReader, key: number, kind: number, number: number, start: number, length: number): void {
  const t = r.strings;
  let entry = a.count;
  if (t.owner[key] === r.owner) {
    entry = t.entry[key];
    r.duplicates++;
  }
  else {
    t.owner[key] = r.owner;
    t.entry[key] = entry;
    if (entry === a.keys.length) growEntries(a);
    a.count = entry + 1;
  }
  a.keys[entry] = key;
  a.kinds[entry] = kind;
  a.numbers[entry] = number;
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

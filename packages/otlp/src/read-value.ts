/** Walks encoded AnyValues: their kind and number for the columns, and that all of what is inside can be read later. */
import { ValueKind } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { endOf, fields, malformed, readLength, readTag, readVarint, signed64, skipBytes, skipUnknown } from './cursor.ts';
import type { Interner } from './intern.ts';
import { intern } from './intern.ts';
import { isUtf8 } from './utf8.ts';

/** What `readValue` found out. */
export interface ValueFound {
  kind: ValueKind;
  /** As in `AttributeColumns.numbers`. */
  number: number;
  /** True when the message is one string member and nothing else. */
  plainString: boolean;
}

/** What the walkers carry along: how deep they may go, and whether something went deeper (it is stepped over unread). */
export interface DepthGuard {
  readonly valueDepth: number;
  deep: boolean;
}

const knownOfValue = fields(1, 2, 3, 4, 5, 6, 7, 8);
const knownOfKeyValue = fields(1, 2, 3);

/** Reads the AnyValue `[c.pos .. end)`; of several members the last one counts. */
export function readValue(c: Cursor, end: number, t: Interner, guard: DepthGuard, out: ValueFound): void {
  out.kind = ValueKind.empty;
  out.number = NaN;
  out.plainString = false;
  let members = 0;
  while (c.pos < end) {
    const tag = readTag(c);
    members++;
    switch (tag) {
      case 10: {
        const length = readLength(c, end);
        out.kind = ValueKind.string;
        out.number = intern(t, c, c.pos, length);
        out.plainString = members === 1;
        c.pos += length;
        break;
      }
      case 16: {
        const lo = readVarint(c);
        out.kind = ValueKind.bool;
        out.number = lo !== 0 || c.hi !== 0 ? 1 : 0;
        break;
      }
      case 24: {
        const lo = readVarint(c);
        out.kind = ValueKind.int;
        out.number = signed64(lo, c.hi);
        break;
      }
      case 33:
        out.kind = ValueKind.double;
        out.number = c.view.getFloat64(c.pos, true);
        c.pos += 8;
        break;
      case 42:
      case 50: {
        const stop = readLength(c, end) + c.pos;
        out.kind = tag === 42 ? ValueKind.array : ValueKind.map;
        out.number = NaN;
        checkList(c, stop, tag === 50, guard, 1);
        break;
      }
      case 58:
        skipBytes(c, end);
        out.kind = ValueKind.bytes;
        out.number = NaN;
        break;
      case 64:
        // An index into a table that only profiles have: there it has been resolved before, elsewhere it means nothing.
        readVarint(c);
        out.kind = ValueKind.empty;
        out.number = NaN;
        break;
      default:
        skipUnknown(c, tag, end, knownOfValue);
    }
  }
  if (members !== 1) out.plainString = false;
  endOf(c, end);
}

/** An ArrayValue or KeyValueList `[c.pos .. end)`: both have their values in field 1. */
function checkList(c: Cursor, end: number, isMap: boolean, guard: DepthGuard, depth: number): void {
  if (depth > guard.valueDepth) {
    guard.deep = true;
    c.pos = end;
    return;
  }
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) {
      const stop = readLength(c, end) + c.pos;
      if (isMap) checkKeyValue(c, stop, guard, depth);
      else checkValue(c, stop, guard, depth);
    } else skipUnknown(c, tag, end, fields(1));
  }
  endOf(c, end);
}

/** A KeyValue `[c.pos .. end)` that gets no column. */
export function checkKeyValue(c: Cursor, end: number, guard: DepthGuard, depth: number): void {
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10) checkString(c, end);
    else if (tag === 18) checkValue(c, readLength(c, end) + c.pos, guard, depth);
    else if (tag === 24) readVarint(c);
    else skipUnknown(c, tag, end, knownOfKeyValue);
  }
  endOf(c, end);
}

export function checkValue(c: Cursor, end: number, guard: DepthGuard, depth: number): void {
  while (c.pos < end) {
    const tag = readTag(c);
    switch (tag) {
      case 10: checkString(c, end); break;
      case 16:
      case 24:
      case 64: readVarint(c); break;
      case 33: c.pos += 8; break;
      case 42:
      case 50: checkList(c, readLength(c, end) + c.pos, tag === 50, guard, depth + 1); break;
      case 58: skipBytes(c, end); break;
      default: skipUnknown(c, tag, end, knownOfValue);
    }
  }
  endOf(c, end);
}

/** A string field whose tag has been read, and that gets no column; returns its length. */
export function checkString(c: Cursor, end: number): number {
  const length = readLength(c, end);
  const start = c.pos;
  c.pos += length;
  const { bytes } = c;
  for (let i = start; i < c.pos; i++) {
    if (bytes[i] < 0x80) continue;
    if (!isUtf8(bytes, i, c.pos)) throw malformed(start, 'a string is not valid UTF-8');
    break;
  }
  return length;
}

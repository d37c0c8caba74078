/** ExportTraceServiceRequest → SpanBatch. */
import type { RefusalReason, SpanBatch } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { endOf, fields, readLength, readTag, readVarint, skipUnknown } from './cursor.ts';
import { intern } from './intern.ts';
import { f64, grow, u32, u64, u8 } from './pack.ts';
import { readAttribute, startOwner } from './read-attributes.ts';
import { readEnvelopes } from './read-envelope.ts';
import { checkKeyValue, checkString } from './read-value.ts';
import type { DepthGuard } from './read-value.ts';
import type { Reader } from './reader.ts';
import { finish, keep, refuse, startItem } from './reader.ts';
import { holds, keepField, startRest } from './rest.ts';

/** Columns of spans. Ids and times are pairs of words, low one first. */
interface SpanScratch {
  traceHi: Uint32Array;
  traceLo: Uint32Array;
  spanId: Uint32Array;
  parentId: Uint32Array;
  startNs: Uint32Array;
  endNs: Uint32Array;
  durationNs: Float64Array;
  name: Uint32Array;
  kind: Uint8Array;
  status: Uint8Array;
  statusMessage: Uint32Array;
  flags: Uint32Array;
  hasException: Uint8Array;
  linkOffsets: Uint32Array;
  linkTraceHi: Uint32Array;
  linkTraceLo: Uint32Array;
  linkSpanId: Uint32Array;
  links: number;
}

const rowsAtFirst = 1024;
const rowsKeptMax = 1 << 16;
const linksAtFirst = 64;

function openSpans(): SpanScratch {
  const words = (): Uint32Array => new Uint32Array(rowsAtFirst * 2);
  const codes = (): Uint32Array => new Uint32Array(rowsAtFirst);
  const small = (): Uint8Array => new Uint8Array(rowsAtFirst);
  const linkWords = (): Uint32Array => new Uint32Array(linksAtFirst * 2);
  return {
    traceHi: words(), traceLo: words(), spanId: words(), parentId: words(), startNs: words(), endNs: words(),
    durationNs: new Float64Array(rowsAtFirst),
    name: codes(), kind: small(), status: small(), statusMessage: codes(), flags: codes(), hasException: small(),
    linkOffsets: new Uint32Array(rowsAtFirst + 1), linkTraceHi: linkWords(), linkTraceLo: linkWords(), linkSpanId: linkWords(), links: 0,
  };
}

let scratch = openSpans();

export function readTraces(r: Reader, end: number): SpanBatch {
  if (scratch.kind.length > rowsKeptMax || scratch.linkSpanId.length > rowsKeptMax) scratch = openSpans();
  scratch.links = 0;
  readEnvelopes(r, end, readSpan);
  const n = r.rows.count;
  const s = scratch;
  const batch = finish(r, {
    traceHi: u64(s.traceHi, n), traceLo: u64(s.traceLo, n), spanId: u64(s.spanId, n), parentId: u64(s.parentId, n),
    name: u32(s.name, n), kind: u8(s.kind, n),
    startNs: u64(s.startNs, n), endNs: u64(s.endNs, n), durationNs: f64(s.durationNs, n),
    status: u8(s.status, n), statusMessage: u32(s.statusMessage, n), flags: u32(s.flags, n),
    linkOffsets: u32(s.linkOffsets, n + 1), linkTraceHi: u64(s.linkTraceHi, s.links), linkTraceLo: u64(s.linkTraceLo, s.links), linkSpanId: u64(s.linkSpanId, s.links),
    hasException: u8(s.hasException, n),
  });
  return { signal: 'traces', ...batch };
}

function growSpans(s: SpanScratch): void {
  const n = s.kind.length * 2;
  for (const key of ['traceHi', 'traceLo', 'spanId', 'parentId', 'startNs', 'endNs'] as const) s[key] = grow(s[key], n * 2);
  for (const key of ['name', 'statusMessage', 'flags'] as const) s[key] = grow(s[key], n);
  for (const key of ['kind', 'status', 'hasException'] as const) s[key] = grow(s[key], n);
  s.linkOffsets = grow(s.linkOffsets, n + 1);
  s.durationNs = grow(s.durationNs, n);
}

const knownOfSpan = fields(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
/** Span kinds and status codes that a column holds; a number unknown today reads as unspecified and stays in `rest`. */
const kindMax = 5;
const statusMax = 2;

function readSpan(r: Reader, end: number): void {
  startItem(r);
  const { c, rows } = r;
  const s = scratch;
  const row = rows.count;
  if (row === s.kind.length) growSpans(s);
  const attributes = rows.attributes;
  const guard = r.attributes;
  const linksBefore = s.links;
  startOwner(guard, rows.attributes, row);
  startRest(rows.rest);
  guard.deep = false;
  s.name[row] = 0;
  s.statusMessage[row] = 0;
  s.status[row] = 0;
  s.kind[row] = 0;
  s.hasException[row] = 0;
  s.flags[row] = 0;
  s.startNs[2 * row] = s.startNs[2 * row + 1] = s.endNs[2 * row] = s.endNs[2 * row + 1] = 0;
  let traceAt = 0;
  let traceLength = 0;
  let spanAt = 0;
  let spanLength = 0;
  let parentAt = 0;
  let parentLength = 0;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    switch (tag) {
      case 74: readAttribute(c, readLength(c, end) + c.pos, attributes, guard); break;
      case 10:
        traceLength = readLength(c, end);
        traceAt = c.pos;
        c.pos += traceLength;
        break;
      case 18:
        spanLength = readLength(c, end);
        spanAt = c.pos;
        c.pos += spanLength;
        break;
      case 34:
        parentLength = readLength(c, end);
        parentAt = c.pos;
        c.pos += parentLength;
        break;
      case 42: {
        const length = readLength(c, end);
        s.name[row] = intern(r.strings, c, c.pos, length);
        c.pos += length;
        break;
      }
      case 57: readFixed64(c, s.startNs, row); break;
      case 65: readFixed64(c, s.endNs, row); break;
      default: readSpanMore(r, tag, start, end, row);
    }
  }
  endOf(c, end);

  const reason = spanRefusal(r, s, row, traceAt, traceLength, spanAt, spanLength, parentAt, parentLength);
  if (reason !== null) {
    s.links = linksBefore;
    refuse(r, reason, { name: s.name[row], idAt: spanAt, idLength: spanLength });
    return;
  }
  const elapsed = (s.endNs[2 * row + 1] - s.startNs[2 * row + 1]) * 4294967296 + (s.endNs[2 * row] - s.startNs[2 * row]);
  s.durationNs[row] = elapsed > 0 ? elapsed : 0;
  s.linkOffsets[row + 1] = s.links;
  keep(r);
}

/** The fields that are small or rare. */
function readSpanMore(r: Reader, tag: number, start: number, end: number, row: number): void {
  const { c } = r;
  const s = scratch;
  const rest = r.rows.rest;
  switch (tag) {
    case 48: {
      const kind = readVarint(c);
      s.kind[row] = kind <= kindMax ? kind : 0;
      if (kind <= kindMax && !holds(rest, tag)) return;
      break;
    }
    case 122:
      if (readStatus(r, readLength(c, end) + c.pos, row) && !holds(rest, tag)) return;
      break;
    case 133:
      s.flags[row] = c.view.getUint32(c.pos, true);
      c.pos += 4;
      return;
    case 26: checkString(c, end); break;
    case 80:
    case 96:
    case 112: readVarint(c); break;
    case 90:
      if (readEvent(c, readLength(c, end) + c.pos, r.attributes)) s.hasException[row] = 1;
      break;
    case 106: readLink(r, readLength(c, end) + c.pos); break;
    default: skipUnknown(c, tag, end, knownOfSpan);
  }
  if (c.pos > end) endOf(c, end);
  keepField(rest, c, tag, start);
}

function spanRefusal(
  r: Reader, s: SpanScratch, row: number,
  traceAt: number, traceLength: number, spanAt: number, spanLength: number, parentAt: number, parentLength: number,
): RefusalReason | null {
  const { c } = r;
  if (traceLength !== 16) return 'trace_id';
  readId(c, traceAt, s.traceHi, row);
  readId(c, traceAt + 8, s.traceLo, row);
  if ((s.traceHi[2 * row] | s.traceHi[2 * row + 1] | s.traceLo[2 * row] | s.traceLo[2 * row + 1]) === 0) return 'trace_id';
  if (spanLength !== 8) return 'span_id';
  readId(c, spanAt, s.spanId, row);
  if ((s.spanId[2 * row] | s.spanId[2 * row + 1]) === 0) return 'span_id';
  if (parentLength === 8) readId(c, parentAt, s.parentId, row);
  else if (parentLength === 0) s.parentId[2 * row] = s.parentId[2 * row + 1] = 0;
  else return 'parent_span_id';
  return r.attributes.deep || r.resourceDeep || r.scopeDeep ? 'value_depth' : null;
}

/** Eight bytes, big-endian, as the two words of value `row`. */
export function readId(c: Cursor, at: number, words: Uint32Array, row: number): void {
  words[2 * row] = c.view.getUint32(at + 4);
  words[2 * row + 1] = c.view.getUint32(at);
}

/** A fixed64 field whose tag has been read, as the two words of value `row`. */
export function readFixed64(c: Cursor, words: Uint32Array, row: number): void {
  words[2 * row] = c.view.getUint32(c.pos, true);
  words[2 * row + 1] = c.view.getUint32(c.pos + 4, true);
  c.pos += 8;
}

const knownOfStatus = fields(2, 3);

/** True where the columns hold all of the status. */
function readStatus(r: Reader, end: number, row: number): boolean {
  const { c } = r;
  const s = scratch;
  let whole = true;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 24) {
      const code = readVarint(c);
      s.status[row] = code <= statusMax ? code : 0;
      if (code > statusMax) whole = false;
    } else if (tag === 18) {
      const length = readLength(c, end);
      s.statusMessage[row] = intern(r.strings, c, c.pos, length);
      c.pos += length;
    } else {
      skipUnknown(c, tag, end, knownOfStatus);
      whole = false;
    }
  }
  endOf(c, end);
  return whole;
}

const knownOfEvent = fields(1, 2, 3, 4);

/** True where the event is called `exception`. */
function readEvent(c: Cursor, end: number, guard: DepthGuard): boolean {
  let isException = false;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 9) c.pos += 8;
    else if (tag === 18) isException = checkString(c, end) === 9 && endsInException(c);
    else if (tag === 26) checkKeyValue(c, readLength(c, end) + c.pos, guard, 0);
    else if (tag === 32) readVarint(c);
    else skipUnknown(c, tag, end, knownOfEvent);
  }
  endOf(c, end);
  return isException;
}

/** Are the nine bytes before the cursor `exception`? */
function endsInException(c: Cursor): boolean {
  const at = c.pos - 9;
  return c.view.getUint32(at) === 0x65786365 && c.view.getUint32(at + 4) === 0x7074696f && c.bytes[at + 8] === 0x6e;
}

const knownOfLink = fields(1, 2, 3, 4, 5, 6);

/** A link with ids that can be followed gets a row in the link columns. */
function readLink(r: Reader, end: number): void {
  const { c } = r;
  const s = scratch;
  let traceAt = -1;
  let spanAt = -1;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 10 || tag === 18) {
      const length = readLength(c, end);
      if (tag === 10) traceAt = length === 16 ? c.pos : -1;
      else spanAt = length === 8 ? c.pos : -1;
      c.pos += length;
    } else if (tag === 26) checkString(c, end);
    else if (tag === 34) checkKeyValue(c, readLength(c, end) + c.pos, r.attributes, 0);
    else if (tag === 40) readVarint(c);
    else if (tag === 53) c.pos += 4;
    else skipUnknown(c, tag, end, knownOfLink);
  }
  endOf(c, end);
  if (traceAt < 0 || spanAt < 0) return;
  const i = s.links;
  if (2 * i === s.linkSpanId.length) {
    s.linkTraceHi = grow(s.linkTraceHi, 4 * i);
    s.linkTraceLo = grow(s.linkTraceLo, 4 * i);
    s.linkSpanId = grow(s.linkSpanId, 4 * i);
  }
  readId(c, traceAt, s.linkTraceHi, i);
  readId(c, traceAt + 8, s.linkTraceLo, i);
  readId(c, spanAt, s.linkSpanId, i);
  const noTrace = (s.linkTraceHi[2 * i] | s.linkTraceHi[2 * i + 1] | s.linkTraceLo[2 * i] | s.linkTraceLo[2 * i + 1]) === 0;
  if (!noTrace && (s.linkSpanId[2 * i] | s.linkSpanId[2 * i + 1]) !== 0) s.links = i + 1;
}

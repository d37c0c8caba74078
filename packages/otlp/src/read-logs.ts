/** ExportLogsServiceRequest → LogBatch. */
import type { LogBatch, RefusalReason } from './batch.ts';
import { ValueKind } from './batch.ts';
import { endOf, fields, readLength, readTag, readVarint, skipUnknown } from './cursor.ts';
import { intern } from './intern.ts';
import { grow, u32, u64, u8 } from './pack.ts';
import { readAttribute, startOwner } from './read-attributes.ts';
import { readEnvelopes } from './read-envelope.ts';
import { readFixed64, readId } from './read-traces.ts';
import { readValue } from './read-value.ts';
import type { Reader } from './reader.ts';
import { finish, keep, nameless, refuse, startItem } from './reader.ts';
import { holds, keepField, startRest } from './rest.ts';

interface LogScratch {
  timeNs: Uint32Array;
  observedNs: Uint32Array;
  traceHi: Uint32Array;
  traceLo: Uint32Array;
  spanId: Uint32Array;
  severity: Uint8Array;
  bodyKind: Uint8Array;
  severityText: Uint32Array;
  body: Uint32Array;
  eventName: Uint32Array;
  flags: Uint32Array;
}

const rowsAtFirst = 1024;
const rowsKeptMax = 1 << 16;
const wordColumns = ['timeNs', 'observedNs', 'traceHi', 'traceLo', 'spanId'] as const;
const codeColumns = ['severityText', 'body', 'eventName', 'flags'] as const;

function openLogs(): LogScratch {
  const words = (): Uint32Array => new Uint32Array(rowsAtFirst * 2);
  const codes = (): Uint32Array => new Uint32Array(rowsAtFirst);
  return {
    timeNs: words(), observedNs: words(), traceHi: words(), traceLo: words(), spanId: words(),
    severity: new Uint8Array(rowsAtFirst), bodyKind: new Uint8Array(rowsAtFirst),
    severityText: codes(), body: codes(), eventName: codes(), flags: codes(),
  };
}

let scratch = openLogs();

export function readLogs(r: Reader, end: number): LogBatch {
  if (scratch.severity.length > rowsKeptMax) scratch = openLogs();
  readEnvelopes(r, end, readLogRecord);
  const n = r.rows.count;
  const s = scratch;
  const batch = finish(r, {
    timeNs: u64(s.timeNs, n), observedNs: u64(s.observedNs, n),
    severity: u8(s.severity, n), severityText: u32(s.severityText, n),
    bodyKind: u8(s.bodyKind, n), body: u32(s.body, n),
    traceHi: u64(s.traceHi, n), traceLo: u64(s.traceLo, n), spanId: u64(s.spanId, n),
    eventName: u32(s.eventName, n), flags: u32(s.flags, n),
  });
  return { signal: 'logs', ...batch };
}

function growLogs(s: LogScratch): void {
  const n = s.severity.length * 2;
  for (const key of wordColumns) s[key] = grow(s[key], n * 2);
  for (const key of codeColumns) s[key] = grow(s[key], n);
  s.severity = grow(s.severity, n);
  s.bodyKind = grow(s.bodyKind, n);
}

const knownOfLogRecord = fields(1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12);
/** FATAL4; a number beyond it reads as unspecified and stays in `rest`. */
const severityMax = 24;

function readLogRecord(r: Reader, end: number): void {
  startItem(r);
  const { c, rows } = r;
  const s = scratch;
  const row = rows.count;
  if (row === s.severity.length) growLogs(s);
  const guard = r.attributes;
  startOwner(guard, rows.attributes, row);
  startRest(rows.rest);
  guard.deep = false;
  clearRow(s, row);
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    switch (tag) {
      case 50: readAttribute(c, readLength(c, end) + c.pos, rows.attributes, guard); break;
      case 9: readFixed64(c, s.timeNs, row); break;
      case 89: readFixed64(c, s.observedNs, row); break;
      case 26: s.severityText[row] = readCode(r, end); break;
      case 98: s.eventName[row] = readCode(r, end); break;
      case 42: readBody(r, tag, start, readLength(c, end) + c.pos, row); break;
      case 69:
        s.flags[row] = c.view.getUint32(c.pos, true);
        c.pos += 4;
        break;
      case 74:
      case 82: readLogId(r, tag, start, readLength(c, end), row); break;
      case 16: {
        const severity = readVarint(c);
        s.severity[row] = severity <= severityMax ? severity : 0;
        if (severity > severityMax || holds(rows.rest, tag)) keepField(rows.rest, c, tag, start);
        break;
      }
      case 56:
        readVarint(c);
        keepField(rows.rest, c, tag, start);
        break;
      default:
        skipUnknown(c, tag, end, knownOfLogRecord);
        keepField(rows.rest, c, tag, start);
    }
  }
  endOf(c, end);
  const reason: RefusalReason | null = guard.deep || r.resourceDeep || r.scopeDeep ? 'value_depth' : null;
  if (reason === null) keep(r);
  else refuse(r, reason, { ...nameless, name: s.eventName[row] });
}

/** One statement a column: a loop over their names would cost as much as reading the record. */
function clearRow(s: LogScratch, row: number): void {
  s.timeNs[2 * row] = s.timeNs[2 * row + 1] = 0;
  s.observedNs[2 * row] = s.observedNs[2 * row + 1] = 0;
  s.traceHi[2 * row] = s.traceHi[2 * row + 1] = 0;
  s.traceLo[2 * row] = s.traceLo[2 * row + 1] = 0;
  s.spanId[2 * row] = s.spanId[2 * row + 1] = 0;
  s.severityText[row] = s.body[row] = s.eventName[row] = s.flags[row] = 0;
  s.severity[row] = s.bodyKind[row] = 0;
}

function readCode(r: Reader, end: number): number {
  const { c } = r;
  const length = readLength(c, end);
  const code = intern(r.strings, c, c.pos, length);
  c.pos += length;
  return code;
}

/** A string has a column; any other body, and one that is more than a string, goes to `rest` as it is. */
function readBody(r: Reader, tag: number, start: number, end: number, row: number): void {
  const { c } = r;
  const { found } = r.attributes;
  const rest = r.rows.rest;
  readValue(c, end, r.strings, r.attributes, found);
  if (found.kind !== ValueKind.empty) {
    scratch.bodyKind[row] = found.kind;
    scratch.body[row] = found.kind === ValueKind.string ? found.number : 0;
  }
  if (!found.plainString || holds(rest, tag)) keepField(rest, c, tag, start);
}

/** An id that is none leaves the record unassociated; its bytes stay in `rest`. */
function readLogId(r: Reader, tag: number, start: number, length: number, row: number): void {
  const { c } = r;
  const s = scratch;
  const at = c.pos;
  c.pos += length;
  const whole = length === (tag === 74 ? 16 : 8);
  if (tag === 82) {
    if (whole) readId(c, at, s.spanId, row);
    else s.spanId[2 * row] = s.spanId[2 * row + 1] = 0;
  } else if (whole) {
    readId(c, at, s.traceHi, row);
    readId(c, at + 8, s.traceLo, row);
  } else s.traceHi[2 * row] = s.traceHi[2 * row + 1] = s.traceLo[2 * row] = s.traceLo[2 * row + 1] = 0;
  if ((!whole && length > 0) || holds(r.rows.rest, tag)) keepField(r.rows.rest, c, tag, start);
}

/** Reads one data point of any kind into columns and rest. The five messages share meanings but not field numbers. */
import { noRun } from './attribute-runs.ts';
import type { AttributeRuns } from './attribute-runs.ts';
import type { RefusalReason } from './batch.ts';
import { MetricType } from './batch.ts';
import { endOf, fields, malformed, readLength, readTag, readVarint, signed64, skipBytes, skipUnknown, unsigned64 } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { f64, grow, u32, u64, u8 } from './pack.ts';
import { readAttribute, startOwner } from './read-attributes.ts';
import type { Buckets } from './read-buckets.ts';
import { expHistogramFits, foldBuckets, openBuckets, readBounds, readBucketCounts, readExpBuckets } from './read-buckets.ts';
import { readFixed64 } from './read-traces.ts';
import { checkKeyValue } from './read-value.ts';
import type { Reader } from './reader.ts';
import { keep, nameless, refuse, startItem } from './reader.ts';
import { holds, keepField, startRest } from './rest.ts';

export interface PointScratch {
  metric: Uint32Array;
  startNs: Uint32Array;
  timeNs: Uint32Array;
  value: Float64Array;
  isInt: Uint8Array;
  countOf: Float64Array;
  min: Float64Array;
  max: Float64Array;
  flags: Uint32Array;
  bucketOffsets: Uint32Array;
  runStart: Uint32Array;
  runLength: Uint32Array;
  readonly buckets: Buckets;
  readonly run: Run;
}

/** The attributes of the point at hand, as far as they were met. */
interface Run {
  known: AttributeRuns | null;
  start: number;
  length: number;
  count: number;
  /** Its bytes are those of a run that was read before: its attributes are in no column. */
  isKnown: boolean;
  isBroken: boolean;
  /** Before it: a run with a key twice is read each time, since the sender is told of it each time. */
  duplicates: number;
}

const rowsAtFirst = 1024;
const rowsKeptMax = 1 << 16;

/** Empty scratch: `used` again, unless a large request made it too large to keep. */
export function openPoints(used?: PointScratch): PointScratch {
  if (used !== undefined && used.isInt.length <= rowsKeptMax && used.buckets.counts.length <= rowsKeptMax) {
    used.buckets.count = 0;
    used.buckets.infinite = 0;
    return used;
  }
  return {
    metric: new Uint32Array(rowsAtFirst),
    startNs: new Uint32Array(rowsAtFirst * 2), timeNs: new Uint32Array(rowsAtFirst * 2),
    value: new Float64Array(rowsAtFirst), isInt: new Uint8Array(rowsAtFirst), countOf: new Float64Array(rowsAtFirst),
    min: new Float64Array(rowsAtFirst), max: new Float64Array(rowsAtFirst), flags: new Uint32Array(rowsAtFirst),
    bucketOffsets: new Uint32Array(rowsAtFirst + 1), buckets: openBuckets(),
    runStart: new Uint32Array(rowsAtFirst), runLength: new Uint32Array(rowsAtFirst), run: { known: null, start: 0, length: 0, count: 0, isKnown: false, isBroken: false, duplicates: 0 },
  };
}

function growPoints(p: PointScratch): void {
  const n = p.isInt.length * 2;
  for (const key of ['startNs', 'timeNs'] as const) p[key] = grow(p[key], n * 2);
  for (const key of ['value', 'countOf', 'min', 'max'] as const) p[key] = grow(p[key], n);
  for (const key of ['metric', 'flags', 'runStart', 'runLength'] as const) p[key] = grow(p[key], n);
  p.isInt = grow(p.isInt, n);
  p.bucketOffsets = grow(p.bucketOffsets, n + 1);
}

export function packPoints(p: PointScratch, n: number) {
  return {
    metric: u32(p.metric, n), runStart: u32(p.runStart, n), runLength: u32(p.runLength, n), startNs: u64(p.startNs, n), timeNs: u64(p.timeNs, n),
    value: f64(p.value, n), isInt: u8(p.isInt, n), countOf: f64(p.countOf, n), min: f64(p.min, n), max: f64(p.max, n), flags: u32(p.flags, n),
    bucketOffsets: u32(p.bucketOffsets, n + 1), bucketCounts: f64(p.buckets.counts, p.buckets.count), bucketBounds: f64(p.buckets.bounds, p.buckets.count),
  };
}

/** Bit 0 of a point's flags: a mark that the series has ended or gapped; its value means nothing. */
const noRecordedValue = 1;
const exactMax = Number.MAX_SAFE_INTEGER;

/** Reads the data point `[c.pos .. end)` of metric `metric`. It is read whole even when `refusal` already says no. */
export function readPoint(r: Reader, p: PointScratch, type: number, end: number, metric: number, refusal: RefusalReason | null): void {
  startItem(r);
  const { c, rows } = r;
  const row = rows.count;
  if (row === p.isInt.length) growPoints(p);
  const guard = r.attributes;
  startOwner(guard, rows.attributes, row);
  startRest(rows.rest);
  guard.deep = false;
  p.metric[row] = metric;
  p.startNs[2 * row] = p.startNs[2 * row + 1] = p.timeNs[2 * row] = p.timeNs[2 * row + 1] = 0;
  p.value[row] = p.min[row] = p.max[row] = NaN;
  p.countOf[row] = p.isInt[row] = p.flags[row] = 0;
  const b = p.buckets;
  const bucketsBefore = b.count;
  b.pointCounts = b.pointBounds = 0;
  startRun(p.run, guard.duplicates);

  let shape: RefusalReason | null = null;
  if (type === MetricType.histogram) readHistogramPoint(r, p, row, end);
  else if (type === MetricType.exponentialHistogram) shape = readExpHistogramPoint(r, p, row, end) ? null : 'histogram_shape';
  else if (type === MetricType.summary) readSummaryPoint(r, p, row, end);
  else shape = readNumberPoint(r, p, row, end) ? null : 'metric_value';
  endOf(c, end);

  const recorded = (p.flags[row] & noRecordedValue) === 0;
  if (type === MetricType.histogram && !foldBuckets(b, recorded ? p.countOf[row] : null) && recorded) shape = 'histogram_shape';
  let reason = refusal;
  if (reason === null && (p.timeNs[2 * row] | p.timeNs[2 * row + 1]) === 0) reason = 'metric_time';
  if (reason === null && recorded) reason = shape;
  if (reason === null && guard.deep) reason = 'value_depth';
  if (reason !== null) {
    b.count = bucketsBefore;
    refuse(r, reason, { ...nameless, name: r.itemName });
    return;
  }
  p.bucketOffsets[row + 1] = b.count;
  endRun(r, p, row);
  keep(r);
}

function startRun(run: Run, duplicates: number): void {
  run.start = run.length = run.count = 0;
  run.duplicates = duplicates;
  run.isKnown = run.isBroken = false;
}

/** Takes down where the attributes of the row stand, and remembers them when they are new. */
function endRun({ c, attributes }: Reader, { run, runStart, runLength }: PointScratch, row: number): void {
  runStart[row] = run.start;
  runLength[row] = run.isBroken ? noRun : run.length;
  if (run.known === null || run.isKnown || run.isBroken || run.length === 0 || attributes.duplicates !== run.duplicates) return;
  if (run.known.find(c.view, run.start, run.length, run.count) === 0) run.known.clear();
}

/** An attribute of a point, whose tag begins at `start`: with all that follow it when they are the run that is expected here. */
function readPointAttribute(r: Reader, { run }: PointScratch, start: number, end: number): void {
  const { c } = r;
  if (run.count === 0) {
    run.start = start;
    const id = run.known === null ? 0 : run.known.ahead(c.view, start, end);
    if (run.known !== null && id !== 0) {
      run.isKnown = true;
      run.count = run.known.attributesOf(id);
      run.length = run.known.lengthOf(id);
      r.attributes.left -= run.count;
      if (r.attributes.left < 0) throw malformed(start, 'the request has too many attributes');
      c.pos = start + run.length;
      return;
    }
  } else if (run.start + run.length !== start) {
    if (run.isKnown) readKnown(r, run);
    run.isBroken = true;
  }
  run.count++;
  readAttribute(c, readLength(c, end) + c.pos, r.rows.attributes, r.attributes);
  if (!run.isBroken) run.length = c.pos - run.start;
}

/** More attributes come behind other fields: those that were passed over have to be read after all. */
function readKnown(r: Reader, run: Run): void {
  const { c } = r;
  const { pos } = c;
  const end = run.start + run.length;
  for (c.pos = run.start; c.pos < end;) {
    readTag(c);
    readAttribute(c, readLength(c, end) + c.pos, r.rows.attributes, r.attributes);
  }
  c.pos = pos;
  run.isKnown = false;
}

const knownOfNumber = fields(2, 3, 4, 5, 6, 7, 8);

/** True where the point has a value. */
function readNumberPoint(r: Reader, p: PointScratch, row: number, end: number): boolean {
  const { c, rows } = r;
  let valueTag = 0;
  let valueAt = 0;
  let valueEnd = 0;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    switch (tag) {
      case 58: readPointAttribute(r, p, start, end); break;
      case 17: readFixed64(c, p.startNs, row); break;
      case 25: readFixed64(c, p.timeNs, row); break;
      case 33:
      case 49:
        p.value[row] = tag === 33 ? c.view.getFloat64(c.pos, true) : signed64(c.view.getUint32(c.pos, true), c.view.getUint32(c.pos + 4, true));
        valueTag = tag;
        valueAt = start;
        c.pos += 8;
        valueEnd = c.pos;
        break;
      case 64: p.flags[row] = readVarint(c); break;
      case 42:
        checkExemplar(r, readLength(c, end) + c.pos);
        keepField(rows.rest, c, tag, start);
        break;
      default:
        skipUnknown(c, tag, end, knownOfNumber);
        keepField(rows.rest, c, tag, start);
    }
  }
  if (c.pos > end || valueTag === 0) return false;
  p.isInt[row] = valueTag === 49 ? 1 : 0;
  // What the column cannot tell: an integer that a double rounds, and a NaN that was sent from one that was not.
  const value = p.value[row];
  if (valueTag === 49 ? Math.abs(value) > exactMax : value !== value) keepSlice(r, valueTag, valueAt, valueEnd);
  return true;
}

function keepSlice(r: Reader, tag: number, start: number, end: number): void {
  const { c } = r;
  const after = c.pos;
  c.pos = end;
  keepField(r.rows.rest, c, tag, start);
  c.pos = after;
}

/** An explicit double field; NaN is kept in rest too, because in the column it means unset. */
function readOptionalDouble(r: Reader, column: Float64Array, row: number, tag: number, start: number): void {
  const { c } = r;
  const value = c.view.getFloat64(c.pos, true);
  column[row] = value;
  c.pos += 8;
  if (value !== value || holds(r.rows.rest, tag)) keepField(r.rows.rest, c, tag, start);
}

function readCount(r: Reader, p: PointScratch, row: number, tag: number, start: number): void {
  const { c } = r;
  const count = unsigned64(c.view.getUint32(c.pos, true), c.view.getUint32(c.pos + 4, true));
  p.countOf[row] = count;
  c.pos += 8;
  if (count > exactMax || holds(r.rows.rest, tag)) keepField(r.rows.rest, c, tag, start);
}

const knownOfHistogram = fields(2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

function readHistogramPoint(r: Reader, p: PointScratch, row: number, end: number): void {
  const { c, rows } = r;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    switch (tag) {
      case 74: readPointAttribute(r, p, start, end); continue;
      case 17: readFixed64(c, p.startNs, row); continue;
      case 25: readFixed64(c, p.timeNs, row); continue;
      case 33: readCount(r, p, row, tag, start); continue;
      case 41: readOptionalDouble(r, p.value, row, tag, start); continue;
      case 80: p.flags[row] = readVarint(c); continue;
      case 89: readOptionalDouble(r, p.min, row, tag, start); continue;
      case 97: readOptionalDouble(r, p.max, row, tag, start); continue;
      case 49:
      case 50: readBucketCounts(c, tag === 50 ? readLength(c, end) : 8, p.buckets); break;
      case 57:
      case 58: readBounds(c, tag === 58 ? readLength(c, end) : 8, p.buckets); break;
      case 66: checkExemplar(r, readLength(c, end) + c.pos); break;
      default: skipUnknown(c, tag, end, knownOfHistogram);
    }
    if (c.pos > end) endOf(c, end);
    keepField(rows.rest, c, tag, start);
  }
}

const knownOfExpHistogram = fields(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);

/** True where scale, indexes and counts can belong to numbers. The buckets themselves are not unfolded here. */
function readExpHistogramPoint(r: Reader, p: PointScratch, row: number, end: number): boolean {
  const { c, rows } = r;
  const e = p.buckets.exponential;
  e.scale = e.zeroCount = 0;
  for (const side of [e.positive, e.negative]) {
    side.offset = side.length = side.total = 0;
    side.first = side.last = -1;
  }
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    switch (tag) {
      case 10: readPointAttribute(r, p, start, end); continue;
      case 17: readFixed64(c, p.startNs, row); continue;
      case 25: readFixed64(c, p.timeNs, row); continue;
      case 33: readCount(r, p, row, tag, start); continue;
      case 41: readOptionalDouble(r, p.value, row, tag, start); continue;
      case 80: p.flags[row] = readVarint(c); continue;
      case 97: readOptionalDouble(r, p.min, row, tag, start); continue;
      case 105: readOptionalDouble(r, p.max, row, tag, start); continue;
      case 48: e.scale = zigzag(readVarint(c)); break;
      case 57:
        e.zeroCount = unsigned64(c.view.getUint32(c.pos, true), c.view.getUint32(c.pos + 4, true));
        c.pos += 8;
        break;
      case 66: readExpBuckets(c, readLength(c, end) + c.pos, e.positive); break;
      case 74: readExpBuckets(c, readLength(c, end) + c.pos, e.negative); break;
      case 90: checkExemplar(r, readLength(c, end) + c.pos); break;
      case 113: c.pos += 8; break;
      default: skipUnknown(c, tag, end, knownOfExpHistogram);
    }
    if (c.pos > end) endOf(c, end);
    keepField(rows.rest, c, tag, start);
  }
  return c.pos > end || expHistogramFits(e, p.countOf[row]);
}

/** sint32 of a varint's low word. */
function zigzag(n: number): number {
  return (n >>> 1) ^ -(n & 1);
}

const knownOfSummary = fields(2, 3, 4, 5, 6, 7, 8);

function readSummaryPoint(r: Reader, p: PointScratch, row: number, end: number): void {
  const { c, rows } = r;
  p.value[row] = 0;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    switch (tag) {
      case 58: readPointAttribute(r, p, start, end); continue;
      case 17: readFixed64(c, p.startNs, row); continue;
      case 25: readFixed64(c, p.timeNs, row); continue;
      case 33: readCount(r, p, row, tag, start); continue;
      case 41: readOptionalDouble(r, p.value, row, tag, start); continue;
      case 64: p.flags[row] = readVarint(c); continue;
      case 50: checkQuantile(c, readLength(c, end) + c.pos); break;
      default: skipUnknown(c, tag, end, knownOfSummary);
    }
    if (c.pos > end) endOf(c, end);
    keepField(rows.rest, c, tag, start);
  }
}

function checkQuantile(c: Cursor, end: number): void {
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 9 || tag === 17) c.pos += 8;
    else skipUnknown(c, tag, end, fields(1, 2));
  }
  endOf(c, end);
}

const knownOfExemplar = fields(2, 3, 4, 5, 6, 7);

function checkExemplar(r: Reader, end: number): void {
  const { c } = r;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 58) checkKeyValue(c, readLength(c, end) + c.pos, r.attributes, 0);
    else if (tag === 17 || tag === 25 || tag === 49) c.pos += 8;
    else if (tag === 34 || tag === 42) skipBytes(c, end);
    else skipUnknown(c, tag, end, knownOfExemplar);
  }
  endOf(c, end);
}

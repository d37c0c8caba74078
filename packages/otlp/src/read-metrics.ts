/** ExportMetricsServiceRequest → PointBatch: the metrics, and which points of theirs are kept. Points: read-points.ts. */
import type { AttributeRuns } from './attribute-runs.ts';
import type { PointBatch, RefusalReason } from './batch.ts';
import { MetricType } from './batch.ts';
import { endOf, fields, readLength, readTag, readVarint, skipBytes, skipUnknown } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { intern } from './intern.ts';
import { grow, u32, u8 } from './pack.ts';
import { readEnvelopes } from './read-envelope.ts';
import { openPoints, packPoints, readPoint } from './read-points.ts';
import { checkKeyValue } from './read-value.ts';
import type { Reader } from './reader.ts';
import { finish } from './reader.ts';

interface MetricScratch {
  count: number;
  name: Uint32Array;
  unit: Uint32Array;
  description: Uint32Array;
  type: Uint8Array;
  temporality: Uint8Array;
  monotonic: Uint8Array;
  starts: Uint32Array;
  lengths: Uint32Array;
}

const metricsAtFirst = 256;
const metricsKeptMax = 1 << 15;

function openMetrics(): MetricScratch {
  const codes = (): Uint32Array => new Uint32Array(metricsAtFirst);
  const small = (): Uint8Array => new Uint8Array(metricsAtFirst);
  return { count: 0, name: codes(), unit: codes(), description: codes(), type: small(), temporality: small(), monotonic: small(), starts: codes(), lengths: codes() };
}

let scratch = openMetrics();
let points = openPoints();

export function readMetrics(r: Reader, end: number, runs: AttributeRuns | null): PointBatch {
  if (scratch.type.length > metricsKeptMax) scratch = openMetrics();
  points = openPoints(points);
  points.run.known = runs;
  scratch.count = 0;
  readEnvelopes(r, end, readMetric);
  r.infiniteBounds = points.buckets.infinite;
  const m = scratch;
  const n = m.count;
  const batch = finish(r, {
    metrics: {
      count: n,
      name: u32(m.name, n), unit: u32(m.unit, n), description: u32(m.description, n),
      type: u8(m.type, n), temporality: u8(m.temporality, n), monotonic: u8(m.monotonic, n),
      starts: u32(m.starts, n), lengths: u32(m.lengths, n),
    },
    ...packPoints(points, r.rows.count),
  });
  return { signal: 'metrics', ...batch };
}

/** Wire tag of a Metric's data member → type. */
const typeOfTag: Readonly<Record<number, MetricType>> = {
  42: MetricType.gauge, 58: MetricType.sum, 74: MetricType.histogram, 82: MetricType.exponentialHistogram, 90: MetricType.summary,
};
const knownOfMetric = fields(1, 2, 3, 5, 7, 9, 10, 11, 12);

function readMetric(r: Reader, end: number): void {
  const { c } = r;
  const m = scratch;
  const i = m.count;
  if (i === m.type.length) growMetrics(m);
  m.name[i] = m.unit[i] = m.description[i] = 0;
  m.type[i] = m.temporality[i] = m.monotonic[i] = 0;
  m.starts[i] = c.pos;
  m.lengths[i] = end - c.pos;
  r.attributes.deep = false;
  // Where the member that counts starts: of several the last, and all of its kind without another between them.
  let dataTag = 0;
  let dataAt = 0;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    if (typeOfTag[tag] !== undefined) {
      if (tag !== dataTag) {
        dataTag = tag;
        dataAt = start;
        m.temporality[i] = m.monotonic[i] = 0;
      }
      readDataHead(c, readLength(c, end) + c.pos, tag, i);
    } else if (tag === 10 || tag === 18 || tag === 26) {
      const length = readLength(c, end);
      (tag === 10 ? m.name : tag === 18 ? m.description : m.unit)[i] = intern(r.strings, c, c.pos, length);
      c.pos += length;
    } else if (tag === 98) checkKeyValue(c, readLength(c, end) + c.pos, r.attributes, 0);
    else skipUnknown(c, tag, end, knownOfMetric);
  }
  endOf(c, end);
  if (dataTag === 0) return;
  m.type[i] = typeOfTag[dataTag];
  r.itemName = m.name[i];
  readDataPoints(r, dataTag, dataAt, end, metricRefusal(r, i));
}

/** Why no point of metric `i` can be kept, or null. */
function metricRefusal(r: Reader, i: number): RefusalReason | null {
  const { name, type, temporality } = scratch;
  if (name[i] === 0) return 'metric_name';
  const needsTemporality = type[i] === MetricType.sum || type[i] === MetricType.histogram || type[i] === MetricType.exponentialHistogram;
  if (needsTemporality && temporality[i] === 0) return 'metric_temporality';
  return r.attributes.deep || r.resourceDeep || r.scopeDeep ? 'value_depth' : null;
}

/** Temporality (2) and monotonicity (3) of a data member; its points are jumped over. */
function readDataHead(c: Cursor, end: number, tag: number, i: number): void {
  const isSum = tag === 58;
  const known = tag === 42 || tag === 90 ? fields(1) : isSum ? fields(1, 2, 3) : fields(1, 2);
  while (c.pos < end) {
    const field = readTag(c);
    if (field === 10) skipBytes(c, end);
    else if (field === 16 && (known & 4) !== 0) {
      const temporality = readVarint(c);
      scratch.temporality[i] = temporality <= 2 ? temporality : 0;
    } else if (field === 24 && isSum) {
      const lo = readVarint(c);
      scratch.monotonic[i] = lo !== 0 || c.hi !== 0 ? 1 : 0;
    } else skipUnknown(c, field, end, known);
  }
  endOf(c, end);
}

function readDataPoints(r: Reader, dataTag: number, from: number, end: number, refusal: RefusalReason | null): void {
  const { c } = r;
  const rowsBefore = r.rows.count;
  const type = scratch.type[scratch.count];
  c.pos = from;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag !== dataTag) {
      skipUnknown(c, tag, end, 0);
      continue;
    }
    const stop = readLength(c, end) + c.pos;
    while (c.pos < stop) {
      const field = readTag(c);
      if (field === 10) readPoint(r, points, type, readLength(c, stop) + c.pos, scratch.count, refusal);
      else skipUnknown(c, field, stop, 0);
    }
  }
  if (r.rows.count > rowsBefore) scratch.count++;
}

function growMetrics(m: MetricScratch): void {
  const n = m.type.length * 2;
  for (const key of ['name', 'unit', 'description', 'starts', 'lengths'] as const) m[key] = grow(m[key], n);
  for (const key of ['type', 'temporality', 'monotonic'] as const) m[key] = grow(m[key], n);
}


/**
 * Where the times and numbers of a metrics request stand. All of them have a fixed width, so a sender that exports the same
 * series again sends a request of the same length in which only these bytes differ.
 */
import type { PointBatch } from './batch.ts';
import { MetricType } from './batch.ts';
import { openCursor, readLength, readTag, readVarint, skipBytes } from './cursor.ts';
import type { Cursor } from './cursor.ts';

/** Places in the request by row; 0 where the row has no such field. */
export interface PointSlots {
  readonly start: Uint32Array;
  readonly time: Uint32Array;
  /** Number points: the value, 64 bits of either kind. Histograms: the sum. */
  readonly value: Uint32Array;
  /** Rows with buckets, a count, a minimum or a maximum, and the places of these. */
  readonly histograms: readonly HistogramSlots[];
}

export interface HistogramSlots {
  readonly row: number;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  /** The packed bucket counts: where, how many, and where the same bytes stand in `rest`. */
  readonly buckets: number;
  readonly bucketCount: number;
  readonly restAt: number;
}

interface Walk {
  readonly c: Cursor;
  readonly batch: PointBatch;
  readonly slots: { readonly start: Uint32Array; readonly time: Uint32Array; readonly value: Uint32Array; readonly histograms: HistogramSlots[] };
  row: number;
}

/**
 * The slots of a request that was read into `batch`; null where something in it may vary otherwise, stands in an unusual way, or
 * was refused or warned of: such a request is read each time.
 */
export function findSlots(bytes: Uint8Array, batch: PointBatch): PointSlots | null {
  if (batch.refusals.count > 0 || batch.warnings.size > 0 || batch.count === 0) return null;
  const column = (): Uint32Array => new Uint32Array(batch.count);
  const walk: Walk = { c: openCursor(bytes), batch, row: 0, slots: { start: column(), time: column(), value: column(), histograms: [] } };
  const isPlain = eachOf(walk, bytes.length, { 10: inGroup({ 18: inGroup({ 18: walkMetric }, 10, 26) }, 10, 26) });
  return isPlain && walk.row === batch.count ? walk.slots : null;
}

type Step = (walk: Walk, end: number) => boolean;

/** Goes through the fields up to `end`: the tags of `steps` are walked into, fields of bytes among `passed` are passed over; false at any other. */
function eachOf(walk: Walk, end: number, steps: Readonly<Record<number, Step>>, ...passed: readonly number[]): boolean {
  const { c } = walk;
  while (c.pos < end) {
    const tag = readTag(c);
    const step = steps[tag];
    if (step !== undefined) {
      const stop = readLength(c, end) + c.pos;
      if (!step(walk, stop)) return false;
    } else if (passed.includes(tag)) skipBytes(c, end);
    else return false;
  }
  return c.pos === end;
}

function inGroup(steps: Readonly<Record<number, Step>>, ...passed: readonly number[]): Step {
  return (walk, end) => eachOf(walk, end, steps, ...passed);
}

/** Tags of Metric: name, description, unit and metadata are passed over; one data member, no more. */
function walkMetric(walk: Walk, end: number): boolean {
  let members = 0;
  const member: Step = (_walk, stop) => ++members === 1 && walkData(walk, stop);
  return eachOf(walk, end, { 42: member, 58: member, 74: member }, 10, 18, 26, 98);
}

/** Gauge, Sum or Histogram: data points, temporality, monotonicity. */
function walkData(walk: Walk, end: number): boolean {
  const { c, batch } = walk;
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 16 || tag === 24) readVarint(c);
    else if (tag === 10) {
      const stop = readLength(c, end) + c.pos;
      if (walk.row >= batch.count) return false;
      const isHistogram = batch.metrics.type[batch.metric[walk.row]] === MetricType.histogram;
      if (!(isHistogram ? walkHistogram(walk, stop) : walkNumber(walk, stop))) return false;
      walk.row++;
    } else return false;
  }
  return c.pos === end;
}

function walkNumber({ c, batch: { rest }, slots, row }: Walk, end: number): boolean {
  while (c.pos < end) {
    const tag = readTag(c);
    if (tag === 58) skipBytes(c, end);
    else if (tag === 64) readVarint(c);
    else if (tag === 17 || tag === 25 || tag === 33 || tag === 49) {
      const into = tag === 17 ? slots.start : tag === 25 ? slots.time : slots.value;
      if (into[row] !== 0) return false;
      into[row] = c.pos;
      c.pos += 8;
    } else return false;
  }
  return c.pos === end && rest.offsets[row + 1] === rest.offsets[row];
}

const slotOfHistogram: Readonly<Record<number, 'start' | 'time' | 'count' | 'value' | 'min' | 'max'>> = { 17: 'start', 25: 'time', 33: 'count', 41: 'value', 89: 'min', 97: 'max' };

function walkHistogram({ c, batch, slots, row }: Walk, end: number): boolean {
  const found = { start: 0, time: 0, count: 0, value: 0, min: 0, max: 0, buckets: 0, bucketCount: 0, restAt: 0 };
  let hasBounds = false;
  let restAt = batch.rest.offsets[row];
  while (c.pos < end) {
    const from = c.pos;
    const tag = readTag(c);
    const slot = slotOfHistogram[tag];
    if (slot !== undefined) {
      if (found[slot] !== 0) return false;
      found[slot] = c.pos;
      c.pos += 8;
    } else if (tag === 74) skipBytes(c, end);
    else if (tag === 80) readVarint(c);
    else if (tag === 50 || tag === 58) {
      const length = readLength(c, end);
      if (tag === 50 ? found.buckets !== 0 : hasBounds) return false;
      if (tag === 50) Object.assign(found, { buckets: c.pos, bucketCount: length / 8, restAt: restAt + c.pos - from });
      else hasBounds = true;
      c.pos += length;
      restAt += c.pos - from;
    } else return false;
  }
  const { start, time, value, ...histogram } = found;
  slots.start[row] = start;
  slots.time[row] = time;
  slots.value[row] = value;
  slots.histograms.push({ row, ...histogram });
  return c.pos === end && restAt === batch.rest.offsets[row + 1] && found.bucketCount === batch.bucketOffsets[row + 1] - batch.bucketOffsets[row];
}

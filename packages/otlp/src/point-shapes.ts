/**
 * A metrics request is known again by all of its bytes that are neither times nor numbers: its *shape*. A sender exports the same
 * series with every request, so who has read one has read all but the numbers of the next. Only those are taken out; everything
 * else of the batch is that of the first request of the shape, the same objects.
 *
 * Bounded; a request for whose shape there is no room is read like any other.
 */
import type { PointBatch } from './batch.ts';
import { freshMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { findSlots } from './point-slots.ts';
import type { HistogramSlots, PointSlots } from './point-slots.ts';

interface Shape extends PointSlots {
  /** What does not vary. Its strings are in the request, in which all times and numbers are zeros. */
  readonly batch: PointBatch;
  /** Places of every 8 bytes that vary. */
  readonly places: Uint32Array;
  readonly bytes: number;
  wasUsed: boolean;
  /** Requests in a row that looked like it and were not. */
  failures: number;
}

type IsEqual = (left: Uint8Array, right: Uint8Array) => boolean;

export interface PointShapesLimits {
  readonly countMax: number;
  /** Of all shapes together, about one and a half times the bytes of the requests. */
  readonly bytesMax: number;
  /** Keeps a sender who knows the hash from making requests that collide; they would only be read each time. */
  readonly seed: number;
}

/** Looked at to find one that gives way to a new one; when all of them were used of late, nothing gives way. */
const victimsMax = 8;
/** Requests that were seen once; forgotten together when there are more. */
const seenMax = 4_096;
const exactMax = Number.MAX_SAFE_INTEGER;

export class PointShapes {
  /** By key, oldest first. */
  private readonly shapes = new Map<number, Shape>();
  private readonly seen = new Set<number>();
  private readonly limits: PointShapesLimits;
  private bytes = 0;
  private scratch = new DataView(new ArrayBuffer(1 << 17));
  private readonly isEqual: IsEqual;
  /** Requests that were known again, and those for whose shape there was no room. */
  known = 0;
  withoutRoom = 0;

  /** `isEqual` compares bytes of one length; a host that has a native way hands it in: it is twenty times as fast. */
  constructor(limits: PointShapesLimits, isEqual: IsEqual = sameBytes) {
    this.limits = limits;
    this.isEqual = isEqual;
  }

  get count(): number {
    return this.shapes.size;
  }

  get heldBytes(): number {
    return this.bytes;
  }

  /** The batch that reading would give, null where the shape is not known. Its numbers lie in `memory`. */
  read(request: Uint8Array, memory: Memory = freshMemory): PointBatch | null {
    const shape = this.shapes.get(keyOf(request, this.limits.seed));
    if (shape === undefined) return null;
    const batch = this.isOf(shape, request) ? readValues(shape, request, memory) : null;
    shape.failures = batch === null ? shape.failures + 1 : 0;
    shape.wasUsed = true;
    if (batch !== null) this.known++;
    return batch;
  }

  /** Remembers the shape of a request that was read after `read` gave null, from the second time that one like it is seen. */
  learn(request: Uint8Array, batch: PointBatch): void {
    const key = keyOf(request, this.limits.seed);
    const before = this.shapes.get(key);
    // Whoever sends something else each time is tried less and less often.
    if (before !== undefined && (before.failures & (before.failures - 1)) !== 0) return;
    if (before === undefined && !this.seen.has(key)) {
      if (this.seen.size >= seenMax) this.seen.clear();
      this.seen.add(key);
      return;
    }
    const slots = findSlots(request, batch);
    if (slots === null) return;
    const shape = makeShape(request, batch, slots);
    if (before !== undefined) {
      shape.failures = before.failures;
      this.forget(key, before);
    }
    if (!this.makeRoom(shape.bytes)) {
      this.withoutRoom++;
      return;
    }
    this.shapes.set(key, shape);
    this.bytes += shape.bytes;
  }

  private forget(key: number, shape: Shape): void {
    this.shapes.delete(key);
    this.bytes -= shape.bytes;
  }

  private makeRoom(bytes: number): boolean {
    let looked = 0;
    for (const [key, shape] of this.shapes) {
      if (this.shapes.size < this.limits.countMax && this.bytes + bytes <= this.limits.bytesMax) break;
      if (++looked > victimsMax) return false;
      this.shapes.delete(key);
      if (shape.wasUsed) {
        shape.wasUsed = false;
        this.shapes.set(key, shape);
      } else this.bytes -= shape.bytes;
    }
    return this.shapes.size < this.limits.countMax && this.bytes + bytes <= this.limits.bytesMax;
  }

  private isOf({ places, batch: { strings } }: Shape, request: Uint8Array): boolean {
    const { length } = request;
    if (length !== strings.bytes.length) return false;
    if (length > this.scratch.byteLength) this.scratch = new DataView(new ArrayBuffer(2 ** Math.ceil(Math.log2(length))));
    const bytes = new Uint8Array(this.scratch.buffer, 0, length);
    bytes.set(request);
    clearPlaces(bytes, places);
    return this.isEqual(bytes, strings.bytes);
  }
}

function clearPlaces(bytes: Uint8Array, places: Uint32Array): void {
  for (let i = 0; i < places.length; i++) {
    const at = places[i];
    bytes[at] = bytes[at + 1] = bytes[at + 2] = bytes[at + 3] = bytes[at + 4] = bytes[at + 5] = bytes[at + 6] = bytes[at + 7] = 0;
  }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  for (let i = 0; i < right.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

function makeShape(request: Uint8Array, batch: PointBatch, slots: PointSlots): Shape {
  const bytes = new Uint8Array(new SharedArrayBuffer(request.length));
  bytes.set(request);
  const places = Uint32Array.from(placesOf(slots));
  clearPlaces(bytes, places);
  const owned = own(batch);
  const sizes = [bytes.length, 2 * places.byteLength, ...Object.values(owned).map((value) => sizeOf(value))];
  return { ...slots, places, bytes: sizes.reduce((sum, size) => sum + size, 0), wasUsed: true, failures: 0, batch: { ...owned, strings: { ...owned.strings, bytes } } };
}

function* placesOf({ start, time, value, histograms }: PointSlots): Generator<number> {
  for (const column of [start, time, value]) for (const place of column) if (place !== 0) yield place;
  for (const { count, min, max, buckets, bucketCount } of histograms) {
    for (const place of [count, min, max]) if (place !== 0) yield place;
    for (let i = 0; i < bucketCount; i++) yield buckets + 8 * i;
  }
}

/** What varies has no place in what is kept. */
const varying = new Set(['startNs', 'timeNs', 'value', 'countOf', 'min', 'max', 'bucketCounts']);

/** The batch in memory of its own: that of the request may be used again. */
function own(batch: PointBatch): PointBatch {
  return copy({ ...batch, strings: { ...batch.strings, bytes: new Uint8Array(0) } }, '') as PointBatch;
}

function copy(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Map || Array.isArray(value)) return value;
  if (value instanceof Uint8Array || value instanceof Uint32Array || value instanceof Float64Array || value instanceof BigUint64Array) return varying.has(name) ? value.slice(0, 0) : shared(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each, key)]));
}

/** A copy that can be posted to threads without being copied again. */
function shared<Column extends Uint8Array | Uint32Array | Float64Array | BigUint64Array>(column: Column): Column {
  const buffer = new SharedArrayBuffer(column.byteLength);
  new Uint8Array(buffer).set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return new (column.constructor as new (memory: SharedArrayBuffer) => Column)(buffer);
}

function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return ArrayBuffer.isView(value) ? value.byteLength : Object.values(value).reduce<number>((sum, each) => sum + sizeOf(each), 0);
}

/** The numbers of a request of this shape; null where one of them is such that reading would not put it into a column alone. */
function readValues(shape: Shape, request: Uint8Array, memory: Memory): PointBatch | null {
  const { batch, start, time, value, histograms } = shape;
  const { count, isInt } = batch;
  const view = new DataView(request.buffer, request.byteOffset, request.length);
  const buffer = memory.take(numberBytes(batch));
  const columns = openColumns(batch, buffer);
  const { startWords: startNs, timeWords: timeNs, value: values } = columns;
  for (let row = 0; row < count; row++) {
    const startAt = start[row];
    startNs[2 * row] = startAt === 0 ? 0 : view.getUint32(startAt, true);
    startNs[2 * row + 1] = startAt === 0 ? 0 : view.getUint32(startAt + 4, true);
    const low = view.getUint32(time[row], true);
    const high = view.getUint32(time[row] + 4, true);
    // Reading refuses a point without a time.
    if ((low | high) === 0) return null;
    timeNs[2 * row] = low;
    timeNs[2 * row + 1] = high;
    const valueAt = value[row];
    const isWhole = isInt[row] === 1;
    const number = valueAt === 0 ? 0 : isWhole ? view.getInt32(valueAt + 4, true) * 4_294_967_296 + view.getUint32(valueAt, true) : view.getFloat64(valueAt, true);
    // Of these the rest has what was sent.
    if (number !== number || (isWhole && Math.abs(number) > exactMax)) return null;
    values[row] = valueAt === 0 ? NaN : number;
  }
  columns.countOf.fill(0);
  columns.min.fill(NaN);
  columns.max.fill(NaN);
  columns.restBytes.set(batch.rest.bytes);
  for (const each of histograms) if (!readHistogram(each, batch, request, view, columns)) return null;
  return assemble({ batch, numbers: buffer }, columns);
}

/** A batch of a known shape taken apart. */
export interface ShapedBatch {
  /** What it has in common with all others of the shape: the same object each time, without numbers. */
  readonly batch: PointBatch;
  /** Its times and numbers. */
  readonly numbers: SharedArrayBuffer;
}

const shaped = new WeakMap<PointBatch, ShapedBatch>();

/** Null for a batch that was read. */
export function shapeOf(batch: PointBatch): ShapedBatch | null {
  return shaped.get(batch) ?? null;
}

/** Puts together again what `shapeOf` took apart: in another thread, where `numbers` are the same memory. */
export function joinShape(parts: ShapedBatch): PointBatch {
  return assemble(parts, openColumns(parts.batch, parts.numbers));
}

function assemble(parts: ShapedBatch, { startNs, timeNs, value, countOf, min, max, bucketCounts, restBytes }: Columns): PointBatch {
  const batch = { ...parts.batch, startNs, timeNs, value, countOf, min, max, bucketCounts, rest: { bytes: restBytes, offsets: parts.batch.rest.offsets } };
  shaped.set(batch, parts);
  return batch;
}

type Columns = ReturnType<typeof openColumns>;

const numberBytes = ({ count, bucketOffsets, rest }: PointBatch): number => 8 * (6 * count + bucketOffsets[count]) + rest.bytes.length;

function openColumns({ count, bucketOffsets, rest }: PointBatch, buffer: SharedArrayBuffer) {
  const buckets = bucketOffsets[count];
  const at = (column: number): number => 8 * count * column;
  return {
    startNs: new BigUint64Array(buffer, at(0), count), startWords: new Uint32Array(buffer, at(0), 2 * count),
    timeNs: new BigUint64Array(buffer, at(1), count), timeWords: new Uint32Array(buffer, at(1), 2 * count),
    value: new Float64Array(buffer, at(2), count), countOf: new Float64Array(buffer, at(3), count),
    min: new Float64Array(buffer, at(4), count), max: new Float64Array(buffer, at(5), count),
    bucketCounts: new Float64Array(buffer, at(6), buckets), restBytes: new Uint8Array(buffer, at(6) + 8 * buckets, rest.bytes.length),
  };
}

const noRecordedValue = 1;

/** False where reading would refuse the point, or put one of its numbers into the rest. */
function readHistogram({ row, count, min, max, buckets, bucketCount, restAt }: HistogramSlots, batch: PointBatch, request: Uint8Array, view: DataView, columns: Columns): boolean {
  const { bucketCounts, restBytes } = columns;
  const total = count === 0 ? 0 : view.getUint32(count + 4, true) * 4_294_967_296 + view.getUint32(count, true);
  if (total > exactMax) return false;
  columns.countOf[row] = total;
  const first = batch.bucketOffsets[row];
  let sum = 0;
  for (let i = 0; i < bucketCount; i++) {
    const at = buckets + 8 * i;
    sum += bucketCounts[first + i] = view.getUint32(at + 4, true) * 4_294_967_296 + view.getUint32(at, true);
  }
  if (bucketCount > 0 && sum !== total && (batch.flags[row] & noRecordedValue) === 0) return false;
  if (bucketCount > 0) restBytes.set(request.subarray(buckets, buckets + 8 * bucketCount), restAt);
  if (min !== 0) columns.min[row] = view.getFloat64(min, true);
  if (max !== 0) columns.max[row] = view.getFloat64(max, true);
  return (min === 0 || columns.min[row] === columns.min[row]) && (max === 0 || columns.max[row] === columns.max[row]);
}

const keyBytesMax = 512;

/** A number for the first resource of a request and for its length. Requests of one shape have the same. */
function keyOf(request: Uint8Array, seed: number): number {
  let hash = seed ^ request.length;
  // Tags and lengths down to the first resource: its group, itself.
  let at = 0;
  let length = 0;
  for (let depth = 0; depth < 2; depth++) {
    if (request[at++] !== 10) return hash >>> 0;
    length = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = request[at++];
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
  }
  const end = Math.min(at + length, at + keyBytesMax, request.length);
  for (; at < end; at++) hash = Math.imul(hash ^ request[at], 0x9e3779b1) ^ (hash >>> 15);
  return (hash ^ (hash >>> 13)) >>> 0;
}

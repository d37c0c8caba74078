import { encodeAttributes, type Attributes } from './attributes.ts';
import { Bytes, putNanos, varintLength } from './bytes.ts';

/** What one process, machine or queue reports about itself: the bytes are laid out once, times and values are put in place. */
export interface Reading {
  readonly name: string;
  readonly unit: string;
  /** A total is cumulative since the start; spent time is the sum of a histogram without buckets. */
  readonly type: 'gauge' | 'updown' | 'total' | 'spent';
  readonly attributes: Attributes;
}

const scope = Uint8Array.from([0x0a, 9, 0x0a, 7, ...[...'runtime'].map((letter) => letter.charCodeAt(0))]);

interface Places { readonly start: number[]; readonly time: number[]; readonly value: number[]; readonly count: number[] }

export class Readings {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #places: Places;
  readonly #startMs: number;

  constructor(resource: Uint8Array, readings: readonly Reading[], startMs: number) {
    const places: Places = { start: [], time: [], value: [], count: [] };
    const metrics = new Bytes();
    for (const reading of readings) {
      const metric = metricOf(reading);
      metrics.varint(2 * 8 + 2);
      metrics.varint(metric.bytes.length);
      shift(metric.places, metrics.length, places);
      metrics.raw(metric.bytes);
    }
    const scoped = scope.length + metrics.length;
    const out = new Bytes();
    out.varint(0x0a);
    out.varint(resource.length + 1 + varintLength(scoped) + scoped);
    out.raw(resource);
    out.varint(0x12);
    out.varint(scoped);
    out.raw(scope);
    const whole: Places = { start: [], time: [], value: [], count: [] };
    shift(places, out.length, whole);
    out.append(metrics);
    this.#bytes = out.taken();
    this.#view = new DataView(this.#bytes.buffer);
    this.#places = whole;
    this.#startMs = startMs;
  }

  /** One ResourceMetrics message; `values` in the order of the readings. */
  write(out: Bytes, atMs: number, values: readonly number[]): void {
    for (const at of this.#places.start) putNanos(this.#view, at, this.#startMs);
    for (const at of this.#places.time) putNanos(this.#view, at, atMs);
    this.#places.value.forEach((at, index) => this.#view.setFloat64(at, values[index], true));
    for (const at of this.#places.count) this.#view.setUint32(at, Math.max(1, (atMs - this.#startMs) / 4_000), true);
    out.raw(this.#bytes);
  }
}

function shift(from: Places, by: number, to: Places): void {
  for (const key of ['start', 'time', 'value', 'count'] as const) for (const at of from[key]) to[key].push(at + by);
}

function metricOf({ name, unit, type, attributes }: Reading): { readonly bytes: Uint8Array; readonly places: Places } {
  const point = new Bytes();
  const places: Places = { start: [], time: [], value: [], count: [] };
  const fixed = (tag: number, into: number[]): void => {
    point.varint(tag);
    into.push(point.length);
    point.double(0);
  };
  if (type !== 'gauge') fixed(0x11, places.start);
  fixed(0x19, places.time);
  if (type === 'spent') fixed(0x21, places.count);
  fixed(type === 'spent' ? 0x29 : 0x21, places.value);
  point.raw(encodeAttributes(type === 'spent' ? 9 : 7, attributes));
  const data = new Bytes();
  data.varint(0x0a);
  data.varint(point.length);
  const inData = data.length;
  data.append(point);
  if (type !== 'gauge') {
    data.varint(2 * 8);
    data.varint(2);
  }
  if (type === 'total') {
    data.varint(3 * 8);
    data.varint(1);
  }
  const out = new Bytes();
  out.text(1, name);
  out.text(3, unit);
  out.varint((type === 'gauge' ? 5 : type === 'spent' ? 9 : 7) * 8 + 2);
  out.varint(data.length);
  const moved: Places = { start: [], time: [], value: [], count: [] };
  shift(places, out.length + inData, moved);
  out.append(data);
  return { bytes: out.taken(), places: moved };
}

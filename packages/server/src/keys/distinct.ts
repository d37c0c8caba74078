import { attributesOfPoint, readText, ValueKind } from '@clew/otlp';
import type { AttributeColumns, Batch, PointAttributes, PointBatch } from '@clew/otlp';

/** Distinct things are counted within windows of an hour, the first of which begins with the first thing. */
export const windowMs = 3_600_000;

/** A set of at most `max` things; forgets all of them when a window ends. */
export interface Distinct {
  /** Milliseconds until the window ends when these do not all fit; 0 when they do. */
  waitMs(things: ReadonlySet<number>, nowMs: number): number;
  add(things: ReadonlySet<number>, nowMs: number): void;
  size(): number;
}

export function makeDistinct(max: number): Distinct {
  const seen = new Set<number>();
  let startedMs = 0;
  const roll = (nowMs: number): void => {
    if (seen.size > 0 && nowMs - startedMs < windowMs) return;
    seen.clear();
    startedMs = nowMs;
  };
  return {
    size: () => seen.size,
    waitMs(things, nowMs) {
      roll(nowMs);
      let fresh = 0;
      for (const thing of things) if (!seen.has(thing)) fresh += 1;
      return seen.size + fresh > max ? startedMs + windowMs - nowMs : 0;
    },
    add(things, nowMs) {
      roll(nowMs);
      for (const thing of things) seen.add(thing);
    },
  };
}

/** Hashes of 53 bits: two things that are taken for one are rarer than anything that is counted here. */
const offset = 0x811c9dc5;
const twoTo32 = 2 ** 32;

/** Services of the resources: namespace and name. */
export function servicesOf({ strings, resources }: Batch): ReadonlySet<number> {
  const services = new Set<number>();
  const { offsets, keys, kinds, numbers } = resources.attributes;
  for (let resource = 0; resource < resources.count; resource++) {
    let name = 'unknown_service';
    let namespace = '';
    for (let entry = offsets[resource]; entry < offsets[resource + 1]; entry++) {
      if (kinds[entry] !== ValueKind.string) continue;
      const key = readText(strings, keys[entry]);
      if (key === 'service.name') name = readText(strings, numbers[entry]);
      else if (key === 'service.namespace') namespace = readText(strings, numbers[entry]);
    }
    services.add(hashBytes(new TextEncoder().encode(`${namespace}/${name}`), 0, -1));
  }
  return services;
}

/** Metric series: resource, metric name, unit and the attributes of the point, in whatever order. None for other signals. */
export function seriesOf(batch: Batch): ReadonlySet<number> {
  const series = new Set<number>();
  if (batch.signal !== 'metrics') return series;
  const { strings, resources, metrics } = batch;
  const text = (code: number): number => hashBytes(strings.bytes, strings.starts[code], strings.lengths[code]);
  const ofResource = Array.from({ length: resources.count }, (_, index) => sumOf(batch, resources.attributes, index));
  const ofMetric = Array.from({ length: metrics.count }, (_, index) => mix(text(metrics.name[index]), text(metrics.unit[index])));
  for (let row = 0; row < batch.count; row++) {
    series.add(mix(mix(ofResource[batch.resource[row]] ?? 0, ofMetric[batch.metric[row]]), sumOfPoint(batch, row)));
  }
  return series;
}

/** Keys of attributes, of items and of resources. */
export function attributeKeysOf(batch: Batch): ReadonlySet<number> {
  const { strings, attributes, resources } = batch;
  const codes = new Set<number>(attributes.keys);
  for (const code of resources.attributes.keys) codes.add(code);
  const keys = new Set([...codes].map((code) => hashBytes(strings.bytes, strings.starts[code], strings.lengths[code])));
  for (let row = 0; batch.signal === 'metrics' && row < batch.count; row++) addKeys(keys, attributesOfPoint(batch, row), batch);
  return keys;
}

/** Those that the reader of the request passed over. */
function addKeys(keys: Set<number>, { attributes, owner, strings }: PointAttributes, batch: Batch): void {
  if (strings === batch.strings) return;
  for (let entry = attributes.offsets[owner]; entry < attributes.offsets[owner + 1]; entry++) {
    const code = attributes.keys[entry];
    keys.add(hashBytes(strings.bytes, strings.starts[code], strings.lengths[code]));
  }
}

function sumOfPoint(batch: PointBatch, row: number): number {
  const { attributes, owner, strings } = attributesOfPoint(batch, row);
  return sumOf({ strings }, attributes, owner);
}

/** A sum does not depend on the order of what is added. */
function sumOf({ strings }: Pick<Batch, 'strings'>, { offsets, keys, starts, lengths }: AttributeColumns, owner: number): number {
  let sum = 0;
  for (let entry = offsets[owner]; entry < offsets[owner + 1]; entry++) {
    const code = keys[entry];
    sum = (sum + mix(hashBytes(strings.bytes, strings.starts[code], strings.lengths[code]), hashBytes(strings.bytes, starts[entry], lengths[entry]))) % Number.MAX_SAFE_INTEGER;
  }
  return sum;
}

/** FNV-1a twice, with different beginnings. A negative length is all of it. */
function hashBytes(bytes: Uint8Array, start: number, length: number): number {
  const end = length < 0 ? bytes.length : start + length;
  let high = offset;
  let low = ~offset;
  for (let i = start; i < end; i++) {
    high = Math.imul(high ^ bytes[i], 0x01000193);
    low = Math.imul(low ^ bytes[i], 0x01000193) + 0x9e37;
  }
  return (high & 0x1fffff) * twoTo32 + (low >>> 0);
}

function mix(a: number, b: number): number {
  const high = Math.imul(Math.floor(a / twoTo32) ^ 0x5bd1e995, 0x85ebca6b) ^ Math.floor(b / twoTo32) ^ (a >>> 0);
  const low = Math.imul((a >>> 0) ^ (b >>> 0), 0xc2b2ae35) ^ Math.imul(b >>> 0, 0x27d4eb2f);
  return (high & 0x1fffff) * twoTo32 + (low >>> 0);
}

/** What a quota counts within a request: each thing is a number that says who it is. */
import { attributesOfPoint, readText, ValueKind } from '@clew/otlp';
import type { AttributeColumns, Batch, PointBatch } from '@clew/otlp';

export interface Things {
  all(): ReadonlySet<number>;
  /** Those that row `row` needs; one may be there twice. */
  ofRow(row: number): readonly number[];
}

/** Hashes of 53 bits: two things that are taken for one are rarer than anything that is counted here. */
const offset = 0x811c9dc5;
const twoTo32 = 2 ** 32;

/** The service of the resource: namespace and name. */
export function servicesOf({ strings, resources, resource }: Batch): Things {
  const services: number[] = [];
  const { offsets, keys, kinds, numbers } = resources.attributes;
  for (let each = 0; each < resources.count; each++) {
    let name = 'unknown_service';
    let namespace = '';
    for (let entry = offsets[each]; entry < offsets[each + 1]; entry++) {
      if (kinds[entry] !== ValueKind.string) continue;
      const key = readText(strings, keys[entry]);
      if (key === 'service.name') name = readText(strings, numbers[entry]);
      else if (key === 'service.namespace') namespace = readText(strings, numbers[entry]);
    }
    services.push(hashBytes(new TextEncoder().encode(`${namespace}/${name}`), 0, -1));
  }
  return { all: () => new Set(services), ofRow: (row) => [services[resource[row]]] };
}

/** Metric series: resource, metric name, unit and the attributes of the point, in whatever order. None for other signals. */
export function seriesOf(batch: Batch): Things {
  if (batch.signal !== 'metrics') return { all: () => new Set(), ofRow: () => [] };
  const { strings, resources, metrics } = batch;
  const text = (code: number): number => hashBytes(strings.bytes, strings.starts[code], strings.lengths[code]);
  const ofResource = Array.from({ length: resources.count }, (_, index) => sumOf(batch, resources.attributes, index));
  const ofMetric = Array.from({ length: metrics.count }, (_, index) => mix(text(metrics.name[index]), text(metrics.unit[index])));
  const series = Float64Array.from({ length: batch.count }, (_, row) => mix(mix(ofResource[batch.resource[row]] ?? 0, ofMetric[batch.metric[row]]), sumOfPoint(batch, row)));
  return { all: () => new Set(series), ofRow: (row) => [series[row]] };
}

/** Keys of attributes, of items and of resources. */
export function attributeKeysOf(batch: Batch): Things {
  const { strings, attributes, resources } = batch;
  const known = new Map<number, number>();
  const hashOf = (code: number): number => {
    const found = known.get(code) ?? hashBytes(strings.bytes, strings.starts[code], strings.lengths[code]);
    known.set(code, found);
    return found;
  };
  const ofResource = Array.from({ length: resources.count }, (_, index) => keysOf(resources.attributes, index, hashOf));
  return {
    all() {
      const keys = new Set([...new Set(attributes.keys)].map(hashOf));
      for (const each of ofResource) for (const key of each) keys.add(key);
      for (let row = 0; batch.signal === 'metrics' && row < batch.count; row++) for (const key of keysPassedOver(batch, row)) keys.add(key);
      return keys;
    },
    ofRow: (row) => [...ofResource[batch.resource[row]] ?? [], ...keysOf(attributes, row, hashOf), ...(batch.signal === 'metrics' ? keysPassedOver(batch, row) : [])],
  };
}

const keysOf = ({ offsets, keys }: AttributeColumns, owner: number, hashOf: (code: number) => number): number[] => Array.from(keys.subarray(offsets[owner], offsets[owner + 1]), hashOf);

/** Of a point whose attributes the reader of the request passed over, because it knows them. */
function keysPassedOver(batch: PointBatch, row: number): number[] {
  const { attributes, owner, strings } = attributesOfPoint(batch, row);
  return strings === batch.strings ? [] : keysOf(attributes, owner, (code) => hashBytes(strings.bytes, strings.starts[code], strings.lengths[code]));
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

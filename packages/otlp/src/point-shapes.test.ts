import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributesOfPoint } from './attribute-runs.ts';
import type { PointBatch } from './batch.ts';
import { anyRequest } from './fixture/arbitrary.ts';
import { rebuild } from './fixture/rebuild.ts';
import { joinShape, PointShapes, shapeOf } from './point-shapes.ts';
import { findSlots } from './point-slots.ts';
import { readRequest } from './read-request.ts';
import { writeRequest } from './write-request.ts';

const openShapes = (more: object = {}): PointShapes => new PointShapes({ countMax: 100, bytesMax: 1 << 24, seed: 7, ...more });

/** A receiver's way: known again, or read and remembered. */
function take(shapes: PointShapes, bytes: Uint8Array): PointBatch {
  const known = shapes.read(bytes);
  if (known !== null) return known;
  const batch = readRequest('metrics', bytes);
  shapes.learn(bytes, batch);
  return batch;
}

/** All columns but the bytes of the request, in which numbers of a known shape mean nothing. */
function columnsOf(batch: PointBatch): unknown {
  const plain = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
    if (value instanceof Map) return [...value];
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)])) : value;
  };
  return plain({ ...batch, strings: { ...batch.strings, bytes: null } });
}

const isSame = (left: PointBatch, right: PointBatch): void => {
  expect(columnsOf(left)).toEqual(columnsOf(right));
  expect(rebuild(left)).toEqual(rebuild(right));
};

const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
const request = (...metrics: object[]): Uint8Array => writeRequest('metrics', { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: 's' }, metrics }] }] } as never);

const numbers = { start: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), time: fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), attributes: fc.constantFrom([], [{ key: 'a', value: { stringValue: 'b' } }]) };
/** A request with the kinds of points that have a shape, and others of the same shape. */
const family = fc.array(fc.record({
  kind: fc.constantFrom('gauge', 'sum', 'histogram'), isInt: fc.boolean(), hasStart: fc.boolean(), hasExtremes: fc.boolean(), flags: fc.constantFrom(0, 1), buckets: fc.integer({ min: 0, max: 4 }), attributes: numbers.attributes,
}), { minLength: 1, maxLength: 6 }).chain((points) => fc.array(fc.tuple(...points.map((point) => fc.record({
  start: numbers.start, time: numbers.time, int: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), double: fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: true }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
  counts: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: point.buckets, maxLength: point.buckets }), low: fc.double({ noNaN: true }),
}))), { minLength: 2, maxLength: 5 }).map((versions) => versions.map((version) => request(...points.map((point, i) => metricOf(point, version[i], i))))));

interface Point { readonly kind: string; readonly isInt: boolean; readonly hasStart: boolean; readonly hasExtremes: boolean; readonly flags: number; readonly attributes: readonly object[] }
interface Numbers { readonly start: bigint; readonly time: bigint; readonly int: bigint; readonly double: number; readonly counts: number[]; readonly low: number }

function metricOf({ kind, isInt, hasStart, hasExtremes, flags, attributes }: Point, { start, time, int, double, counts, low }: Numbers, i: number): object {
  const shared = { attributes, flags, timeUnixNano: time, ...(hasStart ? { startTimeUnixNano: start } : {}) };
  if (kind !== 'histogram') return { name: `m${i}`, [kind]: { ...(kind === 'sum' ? { aggregationTemporality: 2, isMonotonic: true } : {}), dataPoints: [{ ...shared, ...(isInt ? { asInt: int } : { asDouble: double }) }] } };
  const count = counts.reduce((sum, each) => sum + each, 0);
  const explicitBounds = counts.slice(1).map((_, at) => at);
  return { name: `m${i}`, histogram: { aggregationTemporality: 1, dataPoints: [{ ...shared, count, sum: double, bucketCounts: counts, explicitBounds, ...(hasExtremes ? { min: low, max: double } : {}) }] } };
}

describe('shapes of metrics requests', () => {
  test('a request of a known shape says what it says when it is read', () => {
    let known = 0;
    fc.assert(fc.property(family, (versions) => {
      const shapes = openShapes();
      for (const bytes of [versions[0], ...versions, ...versions]) isSame(take(shapes, bytes), readRequest('metrics', bytes));
      known += shapes.known;
    }), { numRuns: 120 });
    // Most are: else this would show nothing.
    expect(known).toBeGreaterThan(120);
  });

  test('whatever is sent twice comes out the same', () => {
    fc.assert(fc.property(anyRequest.metrics, (message) => {
      const shapes = openShapes();
      const bytes = writeRequest('metrics', message as never);
      for (let i = 0; i < 3; i++) isSame(take(shapes, bytes), readRequest('metrics', bytes));
    }), { numRuns: 100 });
  });

  const point = (value: number, time = 5n): object => ({ timeUnixNano: time, startTimeUnixNano: 1n, asInt: value, attributes: [{ key: 'a', value: { stringValue: 'x' } }] });
  const gauge = (...points: object[]): object => ({ name: 'queue.depth', gauge: { dataPoints: points } });

  test('a byte that is no number makes another shape, and any number does not', () => {
    const bytes = request(gauge(point(1), point(2)), { name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: 5n, count: 3, sum: 1.5, bucketCounts: [1, 2], explicitBounds: [1] }] } });
    const shapes = openShapes();
    for (let i = 0; i < 2; i++) take(shapes, bytes);
    const slots = findSlots(bytes, readRequest('metrics', bytes));
    const vary = new Set([...slots!.start, ...slots!.time, ...slots!.value, ...slots!.histograms.flatMap(({ count, buckets }) => [count, buckets, buckets + 8])].filter((place) => place > 0).flatMap((place) => Array.from({ length: 8 }, (_, i) => place + i)));
    for (let at = 0; at < bytes.length; at++) {
      const other = bytes.slice();
      other[at] ^= 1;
      const batch = shapes.read(other);
      if (vary.has(at)) {
        if (batch !== null) isSame(batch, readRequest('metrics', other));
      } else expect(batch, `byte ${at}`).toBeNull();
    }
    expect(shapes.read(bytes.slice(0, -1))).toBeNull();
    expect(shapes.read(bytes)).not.toBeNull();
  });

  test('what reading would refuse or keep apart is read: no time, NaN, more than a double can count, counts that do not add up', () => {
    const histogram = (count: number, sum = 1): object => ({ name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [{ timeUnixNano: 5n, count, sum, bucketCounts: [1, 2], explicitBounds: [1] }] } });
    const pairs: readonly (readonly [Uint8Array, Uint8Array])[] = [
      [request(gauge(point(1))), request(gauge({ ...point(1), timeUnixNano: 0n }))],
      [request(gauge(point(1))), request(gauge({ ...point(1), asInt: 2n ** 60n + 1n }))],
      [request(histogram(3)), request(histogram(4))],
      [request(histogram(3)), request(histogram(3, Number.NaN))],
    ];
    for (const [usual, odd] of pairs) {
      const shapes = openShapes();
      for (let i = 0; i < 3; i++) take(shapes, usual);
      expect(shapes.known).toBe(1);
      if (odd.length === usual.length) expect(shapes.read(odd)).toBeNull();
      isSame(take(shapes, odd), readRequest('metrics', odd));
    }
  });

  test('batches of one shape share what does not vary, and nothing of the request', () => {
    const shapes = openShapes();
    const first = request(gauge(point(1), point(2)));
    for (let i = 0; i < 2; i++) take(shapes, first);
    const bytes = request(gauge(point(7, 9n), point(8, 9n)));
    const [one, two] = [take(shapes, bytes), take(shapes, first)];
    expect([one.strings === two.strings, one.metric === two.metric, one.value === two.value]).toEqual([true, true, false]);
    isSame(joinShape(shapeOf(one)!), one);
    expect([shapeOf(one)!.batch === shapeOf(two)!.batch, shapeOf(readRequest('metrics', bytes))]).toEqual([true, null]);
    bytes.fill(0xff);
    first.fill(0xff);
    expect([...one.value, ...one.timeNs, ...two.value]).toEqual([7, 8, 9n, 9n, 1, 2]);
    expect(attributesOfPoint(one, 1).attributes.kinds).toHaveLength(2);
  });

  test('no room: shapes that were used stay, and the rest is read', () => {
    const of = (name: string): Uint8Array => request(gauge({ ...point(1), attributes: [{ key: name, value: { stringValue: 'x' } }] }));
    const shapes = openShapes({ countMax: 2 });
    const named = (i: number): Uint8Array => of('n'.repeat(i + 1));
    for (let round = 0; round < 3; round++) for (let i = 0; i < 2; i++) take(shapes, named(i));
    expect(shapes.known).toBe(2);
    for (let round = 0; round < 3; round++) for (let i = 0; i < 4; i++) isSame(take(shapes, named(i)), readRequest('metrics', named(i)));
    expect(shapes.count).toBe(2);
    const tight = openShapes({ bytesMax: 10 });
    for (let i = 0; i < 3; i++) take(tight, named(0));
    expect([tight.count, tight.known, tight.withoutRoom, tight.heldBytes]).toEqual([0, 0, 2, 0]);
  });

  test('a sender of ever other requests is learnt less and less often', () => {
    const shapes = openShapes();
    let last: Uint8Array = new Uint8Array(0);
    for (let i = 0; i < 100; i++) take(shapes, last = request({ ...gauge(point(1)), name: `queue.${String(i).padStart(3, '0')}` }));
    expect(shapes.known).toBe(0);
    for (let i = 0; i < 100; i++) take(shapes, last);
    expect(shapes.known).toBeGreaterThan(0);
  });
});

import { readRequest, writeRequest } from '@clew/otlp';
import type { Batch, MetricsData } from '@clew/otlp';
import { expect, test } from 'vitest';
import { makeDistinct, windowMs } from './distinct.ts';
import { attributeKeysOf, seriesOf, servicesOf } from './things.ts';

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const resource = (...attributes: ReturnType<typeof text>[]) => ({ attributes });
function batchOf(points: readonly (readonly ReturnType<typeof text>[])[], { service = 'checkout', name = 'requests' } = {}): Batch {
  const message: MetricsData = { resourceMetrics: [{ resource: resource(text('service.name', service)), scopeMetrics: [{ metrics: [{ name, unit: '1', gauge: { dataPoints: points.map((attributes, index) => ({ timeUnixNano: `${index + 1}`, asDouble: 1, attributes: [...attributes] })) } }] }] }] };
  return readRequest('metrics', writeRequest('metrics', message));
}

test('100,000 series are counted as 100,000', () => {
  const batch = batchOf(Array.from({ length: 100_000 }, (_, index) => [text('user.id', String(index)), text('http.route', `/r/${index % 7}`)]));
  expect(seriesOf(batch).all().size).toBe(100_000);
});

test('the same series is one, at any time and with its attributes in any order', () => {
  const [a, b] = [text('a', '1'), text('b', '2')];
  expect(seriesOf(batchOf([[a, b], [a, b], [b, a]])).all().size).toBe(1);
  expect(seriesOf(batchOf([[text('a', '2'), text('b', '1')], [a, b], [a], []])).all().size).toBe(4);
  expect([...seriesOf(batchOf([[a, b]])).all()]).toEqual([...seriesOf(batchOf([[b, a]])).all()]);
});

test('another service or another metric is another series', () => {
  const all = [batchOf([[]]), batchOf([[]], { service: 'cart' }), batchOf([[]], { name: 'errors' })].flatMap((batch) => [...seriesOf(batch).all()]);
  expect(new Set(all).size).toBe(3);
});

test('services and attribute keys', () => {
  expect([...servicesOf(batchOf([[]])).all()]).toEqual([...servicesOf(batchOf([[], []])).all()]);
  expect([...servicesOf(batchOf([[]])).all()]).not.toEqual([...servicesOf(batchOf([[]], { service: 'cart' })).all()]);
  expect(attributeKeysOf(batchOf([[text('a', '1'), text('b', '2')], [text('a', '3')]])).all().size).toBe(3);
});

test('what does not fit adds nothing, what is known always fits, and an hour later there is room again', () => {
  const seen = makeDistinct(2, undefined, 1_000);
  const fit = (things: readonly number[], nowMs: number): boolean => { seen.roll(nowMs); return seen.fit(things); };
  expect(fit([1, 2, 1], 1_000)).toBe(true);
  seen.add([1, 2]);
  expect([fit([1, 3], 2_000), fit([2, 2, 1], 2_000), seen.size()]).toEqual([false, true, 2]);
  expect(fit([3], 1_000 + windowMs)).toBe(true);
  expect(seen.size()).toBe(0);
});

test('what was saved goes on in its hour; an hour that begins in the future begins now', () => {
  const before = makeDistinct(2, undefined, 5_000);
  before.roll(5_000);
  before.add([1, 2]);
  const fitAt = (atMs: number, openedMs: number): boolean => { const after = makeDistinct(2, before.save(), openedMs); after.roll(atMs); return after.fit([3]); };
  expect([fitAt(6_000, 6_000), fitAt(5_000 + windowMs - 1, 6_000), fitAt(5_000 + windowMs, 6_000), fitAt(1_000 + windowMs, 1_000)]).toEqual([false, false, true, true]);
});

test('a row has the things that the request has of it', () => {
  const batch = batchOf([[text('a', '1')], [text('a', '2'), text('b', '1')], [text('a', '1')]]);
  for (const of of [servicesOf, seriesOf, attributeKeysOf]) {
    const things = of(batch);
    expect(new Set([0, 1, 2].flatMap((row) => things.ofRow(row)))).toEqual(things.all());
  }
  expect([0, 1, 2].map((row) => new Set(attributeKeysOf(batch).ofRow(row)).size)).toEqual([2, 3, 2]);
  expect(seriesOf(batch).ofRow(0)).toEqual(seriesOf(batch).ofRow(2));
});

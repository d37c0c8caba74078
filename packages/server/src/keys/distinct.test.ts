import { readRequest, writeRequest } from '@clew/otlp';
import type { Batch, MetricsData } from '@clew/otlp';
import { expect, test } from 'vitest';
import { attributeKeysOf, makeDistinct, seriesOf, servicesOf, windowMs } from './distinct.ts';

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const resource = (...attributes: ReturnType<typeof text>[]) => ({ attributes });
function batchOf(points: readonly (readonly ReturnType<typeof text>[])[], { service = 'checkout', name = 'requests' } = {}): Batch {
  const message: MetricsData = { resourceMetrics: [{ resource: resource(text('service.name', service)), scopeMetrics: [{ metrics: [{ name, unit: '1', gauge: { dataPoints: points.map((attributes, index) => ({ timeUnixNano: `${index + 1}`, asDouble: 1, attributes: [...attributes] })) } }] }] }] };
  return readRequest('metrics', writeRequest('metrics', message));
}

test('100,000 series are counted as 100,000', () => {
  const batch = batchOf(Array.from({ length: 100_000 }, (_, index) => [text('user.id', String(index)), text('http.route', `/r/${index % 7}`)]));
  expect(seriesOf(batch).size).toBe(100_000);
});

test('the same series is one, at any time and with its attributes in any order', () => {
  const [a, b] = [text('a', '1'), text('b', '2')];
  expect(seriesOf(batchOf([[a, b], [a, b], [b, a]])).size).toBe(1);
  expect(seriesOf(batchOf([[text('a', '2'), text('b', '1')], [a, b], [a], []])).size).toBe(4);
  expect([...seriesOf(batchOf([[a, b]]))]).toEqual([...seriesOf(batchOf([[b, a]]))]);
});

test('another service or another metric is another series', () => {
  const all = [batchOf([[]]), batchOf([[]], { service: 'cart' }), batchOf([[]], { name: 'errors' })].flatMap((batch) => [...seriesOf(batch)]);
  expect(new Set(all).size).toBe(3);
});

test('services and attribute keys', () => {
  expect([...servicesOf(batchOf([[]]))]).toEqual([...servicesOf(batchOf([[], []]))]);
  expect([...servicesOf(batchOf([[]]))]).not.toEqual([...servicesOf(batchOf([[]], { service: 'cart' }))]);
  expect(attributeKeysOf(batchOf([[text('a', '1'), text('b', '2')], [text('a', '3')]])).size).toBe(3);
});

test('what does not fit adds nothing, what is known always fits, and an hour later there is room again', () => {
  const seen = makeDistinct(2);
  seen.add(new Set([1, 2]), 1_000);
  expect(seen.waitMs(new Set([1, 3]), 2_000)).toBe(windowMs - 1_000);
  expect(seen.waitMs(new Set([2]), 2_000)).toBe(0);
  expect(seen.waitMs(new Set([3]), 1_000 + windowMs)).toBe(0);
  expect(seen.size()).toBe(0);
});

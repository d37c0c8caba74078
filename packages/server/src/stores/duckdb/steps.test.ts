import { MetricType } from '@clew/otlp';
import { expect, test } from 'vitest';
import type { Point, SeriesIdentity } from './point.ts';
import { valuesOf } from './steps.ts';

const identity: SeriesIdentity = { metric: 'requests', service: 'service:shop', attributes: {}, unit: '', type: MetricType.sum, temporality: 2, monotonic: true };
const ns = (seconds: number): bigint => BigInt(1_790_000_000 + seconds) * 1_000_000_000n;
const point = (seconds: number, value: number): Point => ({ timeNs: ns(seconds), startNs: ns(-100), value, count: 0, min: NaN, max: NaN, isGap: false, distribution: null, quantiles: [] });
const steps = { fromMs: 1_790_000_000_000, stepMs: 30_000, count: 4 };
const points = Array.from({ length: 12 }, (_, i) => point(i * 10, i * 7));

test.each(['rate', 'value'] as const)('cumulative points that were sent twice read the same: %s', (read) => {
  const twice = points.flatMap((each, i) => (i % 3 === 0 ? [each, each] : [each]));
  const once = valuesOf(identity, points, read, steps);
  expect(once.filter((value) => value !== null).length).toBeGreaterThan(2);
  expect(valuesOf(identity, twice, read, steps)).toEqual(once);
});

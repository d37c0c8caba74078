import { expect, test } from 'vitest';
import type { Red } from '../model/index.ts';
import { shareAbove } from './impact.ts';

const red: Red = { paneMs: 0, count: 100, errors: 0, rate: 10, errorShare: 0, p50Ms: 100, p95Ms: 200, p99Ms: 400 };

test('share of requests above a duration, between the quantiles that are known', () => {
  expect(shareAbove(red, 100)).toBeCloseTo(0.5);
  expect(shareAbove(red, 200)).toBeCloseTo(0.05);
  expect(shareAbove(red, 150)).toBeCloseTo(0.275);
  expect(shareAbove(red, 50)).toBeCloseTo(0.75);
  expect(shareAbove(red, 1_000)).toBe(0);
});

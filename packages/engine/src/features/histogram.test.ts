import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addToHistogram, makeHistogram, mergeHistogram, quantileOf } from './histogram.ts';
import type { Histogram } from './histogram.ts';

const durations = fc.array(fc.double({ min: 0, max: 1e8, noNaN: true }), { maxLength: 200 });

function of(values: readonly number[]): Histogram {
  const made = makeHistogram();
  for (const each of values) addToHistogram(made, each);
  return made;
}

function merged(...parts: readonly Histogram[]): Histogram {
  const made = makeHistogram();
  for (const each of parts) mergeHistogram(made, each);
  return made;
}

test('mergeHistogram equals adding everything to one, in any order and grouping', () => {
  fc.assert(fc.property(durations, durations, durations, (a, b, c) => {
    const whole = of([...a, ...b, ...c]);
    expect(merged(of(a), of(b), of(c))).toEqual(whole);
    expect(merged(of(c), merged(of(b), of(a)))).toEqual(whole);
  }));
});

test('quantileOf is at most 3.2 % off the exact quantile', () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0.001, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 200 }), fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
    const sorted = values.toSorted((left, right) => left - right);
    const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
    expect(Math.abs(quantileOf(of(values), q) - exact) / exact).toBeLessThanOrEqual(0.032);
  }));
});

test('an empty histogram has no quantile; zeros, tiny and huge values count', () => {
  expect(quantileOf(makeHistogram(), 0.5)).toBeNaN();
  const odd = of([0, 0, 1e-9, 1e15]);
  expect(odd.count).toBe(4);
  expect(quantileOf(odd, 1)).toBeLessThanOrEqual(1e15);
  expect(quantileOf(odd, 0)).toBeGreaterThanOrEqual(0);
});

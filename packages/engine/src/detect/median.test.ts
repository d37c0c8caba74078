import { expect, test } from 'vitest';
import { median, spread } from './median.ts';

test('median of odd, even and no values', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('spread is not moved by one wild value', () => {
  expect(spread([10, 11, 9, 10, 1e9])).toBeCloseTo(1.4826);
});

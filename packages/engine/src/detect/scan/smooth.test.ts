import { expect, test } from 'vitest';
import { movingMean, movingRms, rankQuantile } from './smooth.ts';

const values = Float64Array.from([1, 5, 2, 8, -3, 4, 4]);

test.each([1, 2, 3, 5, 20])('a mean over %i points is the mean of those that exist', (width) => {
  const before = width >> 1;
  const expected = [...values].map((_, i) => {
    const near = values.subarray(Math.max(0, i - before), i - before + width);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
  expect([...movingMean(values, width)]).toEqual(expected.map((value) => expect.closeTo(value, 12)));
});

test('the root of the mean square is never below the size of the mean', () => {
  const rms = movingRms(values, 3);
  movingMean(values, 3).forEach((mean, i) => expect(rms[i]).toBeGreaterThanOrEqual(Math.abs(mean)));
  expect(rms[0]).toBeCloseTo(Math.sqrt(13), 12);
});

test('a quantile is one of the values; none of none', () => {
  expect(rankQuantile(values, 0)).toBe(-3);
  expect(rankQuantile(values, 0.5)).toBe(4);
  expect(rankQuantile(values, 1)).toBe(8);
  expect(rankQuantile([], 0.5)).toBeNaN();
});

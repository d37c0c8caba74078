import { expect, test } from 'vitest';
import { addMinute, findTrend, makeMinutes, mannKendall, theilSen } from './trend.ts';

test('Mann-Kendall and Theil-Sen of a known series', () => {
  expect(mannKendall([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBeCloseTo(44 / Math.sqrt(125));
  expect(mannKendall([1, 1, 1, 1])).toBe(0);
  expect(theilSen([0, 2, 4, 100, 8])).toBe(2);
});

const trendOf = (values: readonly number[]) => {
  const minutes = makeMinutes();
  values.forEach((value, minute) => addMinute(minutes, minute * 60_000, value));
  addMinute(minutes, values.length * 60_000, 0);
  return findTrend(minutes);
};

test('steady growth is a trend; saw teeth, a plateau and a single step are none', () => {
  expect(trendOf(Array.from({ length: 25 }, (_, i) => 100 + i * 3))).toMatchObject({ from: expect.closeTo(100), to: expect.closeTo(172) });
  expect(trendOf(Array.from({ length: 40 }, (_, i) => 100 + (i % 8) * 8))).toBeNull();
  expect(trendOf(Array.from({ length: 40 }, () => 100))).toBeNull();
  expect(trendOf(Array.from({ length: 60 }, (_, i) => (i < 50 ? 100 : 160)))).toBeNull();
});

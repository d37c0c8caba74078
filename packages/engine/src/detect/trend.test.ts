import { expect, test } from 'vitest';
import { addMinute, findTrend, isNewHigh, makeMinutes, mannKendall, theilSen } from './trend.ts';

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

/** Minute at which growth is news for the first time, or null. */
function firstNews(values: readonly number[], limit: number | null): number | null {
  const minutes = makeMinutes();
  for (const [minute, value] of values.entries()) {
    if (!addMinute(minutes, minute * 60_000, value)) continue;
    const trend = findTrend(minutes);
    if (trend !== null && isNewHigh(minutes, trend, limit)) return minute;
  }
  return null;
}

/** Memory that swings by a fifth over three quarters of an hour, as caches and collectors have it. */
const swing = (minute: number): number => 0.4 + 0.04 * Math.sin(minute / 6.7);

test('the first half of a swing is no growth, whenever the watching begins', () => {
  for (let from = 0; from < 45; from += 5) expect(firstNews(Array.from({ length: 300 }, (_, minute) => swing(from + minute)), 1)).toBeNull();
});

test('what will soon be full is news in the first hour too; what grows slowly is news once its swing is known', () => {
  const leak = (began: number, perMinute: number) => (_: unknown, minute: number): number => swing(minute) + Math.max(0, minute - began) * perMinute;
  expect(firstNews(Array.from({ length: 40 }, leak(15, 0.04)), 1)).toBeLessThanOrEqual(28);
  expect(firstNews(Array.from({ length: 60 }, leak(15, 0.003)), 1)).toBeNull();
  expect(firstNews(Array.from({ length: 240 }, leak(120, 0.003)), 1)).toBeLessThanOrEqual(170);
});

test('where no limit is known, growth counts in the first hour when it would soon have doubled', () => {
  const bytes = (perMinute: number) => Array.from({ length: 40 }, (_, minute) => 4e8 * (1 + Math.max(0, minute - 10) * perMinute));
  expect(firstNews(bytes(0.06), null)).toBeLessThanOrEqual(25);
  expect(firstNews(bytes(0.012), null)).toBeNull();
});

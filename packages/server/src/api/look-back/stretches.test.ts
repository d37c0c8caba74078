import { describe, expect, test } from 'vitest';
import { makeEven } from './even.ts';
import { pointsMin } from './bounds.ts';
import { lookBack, standsOutFrom } from './stretches.ts';

/** A day's course with noise, the same each time. */
function course(points: number): Float64Array {
  let seed = 7;
  const next = (): number => { seed = (seed * 1_664_525 + 1_013_904_223) >>> 0; return seed / 2 ** 32; };
  const noise = (): number => next() + next() + next() + next() - 2;
  return Float64Array.from({ length: points }, (_, i) => 100 + 30 * Math.sin((i * 2 * Math.PI) / 90) + 8 * noise());
}
function changed(values: Float64Array, from: number, points: number, by: number): Float64Array {
  return values.map((value, i) => (i >= from && i < from + points ? value + by : value));
}

describe('what stands out', () => {
  test('is nothing where nothing happened', () => expect(lookBack(course(720)).stretches).toEqual([]));
  test('is nothing in a constant series', () => expect(lookBack(new Float64Array(720).fill(5)).stretches).toEqual([]));
  test.each([['a spike', 1, 150], ['a level', 30, 80], ['a fall', 20, -90]])('is %s, where it was', (_, points, by) => {
    const { stretches } = lookBack(changed(course(720), 430, points, by));
    expect(stretches).toHaveLength(1);
    expect(stretches[0].score).toBeGreaterThan(standsOutFrom);
    expect(stretches[0].peak).toBeGreaterThanOrEqual(430 - 4);
    expect(stretches[0].peak).toBeLessThan(430 + points + 4);
    expect(stretches[0].to - stretches[0].from).toBeLessThanOrEqual(points + 20);
  });
  test('is also what is smaller beside something large, most unusual first', () => {
    const { stretches } = lookBack(changed(changed(changed(course(1_500), 900, 30, 80), 100, 1, 100), 1_350, 1, -90));
    expect(stretches.map(({ peak }) => Math.round(peak / 50) * 50)).toEqual([900, 100, 1_350]);
    expect(stretches.map(({ score }) => score)).toEqual(stretches.map(({ score }) => score).toSorted((a, b) => b - a));
  });
  test('is not said of a series that is too short, which still has scores', () => {
    const looked = lookBack(changed(course(pointsMin - 1), 60, 5, 300));
    expect(looked.stretches).toEqual([]);
    expect(looked.scores.some((score) => score > 0)).toBe(true);
  });
});

describe('an even series', () => {
  const times = Array.from({ length: 12 }, (_, i) => 1_000 * i);
  test('begins and ends with what is known, with gaps between', () => {
    const even = makeEven(times.slice(0, 6), [null, 1, 2, null, 4, null], 1_000);
    expect(even).toEqual({ times: [1_000, 2_000, 3_000, 4_000], values: Float64Array.of(1, 2, NaN, 4), stepMs: 1_000 });
  });
  test('has the step in which the series reports', () => {
    const even = makeEven(times, [null, 1, null, null, 2, null, null, 3, null, null, 4, null], 1_000);
    expect(even).toEqual({ times: [1_000, 4_000, 7_000, 10_000], values: Float64Array.of(1, 2, 3, 4), stepMs: 3_000 });
  });
  test('is none where nothing is known', () => expect(makeEven(times.slice(0, 2), [null, null], 1_000)).toBeNull());
});

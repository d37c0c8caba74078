import { expect, test } from 'vitest';
import { scan } from './scan.ts';
import { scanMembers } from './members.ts';
import { scanTable } from './table.ts';

const noise = (i: number): number => (Math.imul(Math.imul(i + 1, 2654435761) ^ 0x5bd1e995, 2246822519) >>> 8) / 2 ** 24 - 0.5;
const daily = (change: (value: number, i: number) => number, length = 2000): Float64Array => Float64Array.from({ length }, (_, i) => change(10 + 3 * Math.sin((2 * Math.PI * i) / 288) + 0.4 * noise(i), i));
const within = (from: number, to: number, i: number): boolean => i >= from && i < to;

test.each([
  ['a spike', 1200, 1201, daily((value, i) => value + (i === 1200 ? 5 : 0))],
  ['a dip that stays within the range of the day', 1200, 1220, daily((value, i) => value - (within(1200, 1220, i) ? 2.5 : 0))],
  ['a flat line', 1150, 1250, daily((value, i) => (within(1150, 1250, i) ? 10 : value))],
  ['noise that grows', 1200, 1260, daily((value, i) => value + (within(1200, 1260, i) ? 4 * noise(i * 31) : 0))],
  ['an outage near the end', 1970, 1990, daily((value, i) => (within(1970, 1990, i) ? 0 : value))],
])('%s is the oddest stretch of the series', (_, from, to, values) => {
  const { scores } = scan(values);
  const oddest = scores.indexOf(scores.reduce((most, score) => Math.max(most, score), 0));
  expect(oddest).toBeGreaterThanOrEqual(from - 10);
  expect(oddest).toBeLessThan(to + 10);
});

test('the second, smaller anomaly comes before what merely lies near the first', () => {
  const { scores } = scan(daily((value, i) => value + (within(1000, 1005, i) ? 30 : within(2000, 2005, i) ? 5 : 0), 12_000));
  expect(scores[2002]).toBeGreaterThan(scores[1060]);
  expect(scores[1060]).toBeGreaterThan(scores[500]);
});

test('the same values give the same scores, in any unit, and every score is a number', () => {
  const values = daily((value, i) => (within(700, 760, i) ? NaN : value + (i === 1200 ? 5 : 0)));
  const { scores, members } = scan(values);
  expect(scores).toEqual(scan(values).scores);
  scan(values.map((value) => value * 1024 + 4096)).scores.forEach((score, i) => expect(score).toBeCloseTo(scores[i], 5));
  for (const each of [scores, ...Object.values(members)]) expect(each.every((score) => Number.isFinite(score) && score >= 0)).toBe(true);
});

test('a constant, a short and an empty series have nothing unusual', () => {
  for (const values of [Array.from({ length: 500 }, () => 7), [1, 2, 90, 1], []]) {
    const { scores } = scan(values);
    expect(scores.length).toBe(values.length);
    expect(scores.every((score) => score === 0)).toBe(true);
  }
});

test('where all but a few points are equal, these come first and rounding errors are no unit', () => {
  const { scores, members } = scan(Array.from({ length: 2000 }, (_, i) => (i === 1500 ? 0.1 : noise(i) > 0 ? 0.3 : 0.1 + 0.2)));
  expect(Math.abs(scores.indexOf(scores.reduce((most, score) => Math.max(most, score), 0)) - 1500)).toBeLessThan(10);
  for (const each of [scores, ...Object.values(members)]) expect(Math.max(...each)).toBeLessThan(1e6);
});

test('every member has its weight, and every weight its member', () => {
  expect(scanMembers.map(({ id }) => id).toSorted()).toEqual(Object.keys(scanTable.weights).toSorted());
});

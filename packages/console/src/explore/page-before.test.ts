import { expect, test } from 'vitest';
import { pageBefore } from './page-before.ts';

const rows = (...times: number[]): { timeMs: number }[] => times.map((timeMs) => ({ timeMs }));

test('the next page begins with the oldest millisecond of this one, which may not have been told to its end', () => {
  expect(pageBefore(rows(30, 20, 10.4), 3)).toBe(11);
});
test('a page that is not full is the last', () => {
  expect([pageBefore(rows(30, 20), 3), pageBefore([], 3)]).toEqual([null, null]);
});
test('a millisecond that fills a page does not come again for ever', () => {
  expect(pageBefore(rows(10.9, 10.5, 10.1), 3)).toBe(10);
});

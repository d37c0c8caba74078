import { expect, test } from 'vitest';
import { pushRecent, readRecent } from './recent.ts';

test('the newest come back oldest first, and neighbours in the room stay as they are', () => {
  const recent = { cells: new Uint16Array(9).fill(7), at: 2, recents: 0 };
  expect(readRecent(recent, 1, 4, 4)).toEqual([]);
  for (let value = 1; value <= 10; value++) pushRecent(recent, 1, 4, value);
  expect(readRecent(recent, 1, 4, 4)).toEqual([7, 8, 9, 10]);
  expect(readRecent(recent, 1, 4, 2)).toEqual([9, 10]);
  expect([...recent.cells.subarray(0, 3), ...recent.cells.subarray(7)]).toEqual([7, 7, 7, 7, 7]);
});

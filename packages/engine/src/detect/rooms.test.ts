import { expect, test } from 'vitest';
import { giveRoom, makeRooms, takeRoom } from './rooms.ts';
import type { Room } from './rooms.ts';

test('rooms never overlap, come empty, and are used again', () => {
  const rooms = makeRooms(3);
  const taken = Array.from({ length: 200 }, () => takeRoom(rooms));
  taken.forEach(({ cells, at }, index) => cells.fill(index + 1, at, at + 3));
  const held = ({ cells, at }: Room): number[] => [...cells.subarray(at, at + 3)];
  taken.forEach((room, index) => expect(held(room)).toEqual([index + 1, index + 1, index + 1]));
  giveRoom(rooms, taken[70]);
  const again = takeRoom(rooms);
  expect([again.cells, again.at]).toEqual([taken[70].cells, taken[70].at]);
  expect(held(again)).toEqual([0, 0, 0]);
  expect(held(taken[71])).toEqual([72, 72, 72]);
});

test('a copy of the whole keeps rooms shared, so that it costs no more', () => {
  const rooms = makeRooms(3);
  const copy = structuredClone({ rooms, taken: [takeRoom(rooms), takeRoom(rooms)] });
  expect(copy.taken[0].cells).toBe(copy.taken[1].cells);
  expect(copy.rooms.cells).toBe(copy.taken[0].cells);
  expect(copy.taken[0].cells).not.toBe(rooms.cells);
});

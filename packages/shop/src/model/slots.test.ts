import { expect, test } from 'vitest';
import { book, freeFrom, giveBackLeaked, leak, makeSlots, used } from './slots.ts';

test('a slot that is booked for later is free until then', () => {
  const slots = makeSlots(1);
  book(slots, 1_000, 1_500);
  expect(freeFrom(slots, 100)).toBe(100);
  expect(freeFrom(slots, 1_200)).toBe(1_500);
  expect(used(slots, 100)).toBe(0);
  expect(used(slots, 1_200)).toBe(1);
});

test('whoever finds all slots busy waits for the first that ends', () => {
  const slots = makeSlots(2);
  book(slots, 0, 900);
  book(slots, 0, 400);
  expect(freeFrom(slots, 100)).toBe(400);
  book(slots, 400, 500);
  expect(freeFrom(slots, 100)).toBe(500);
});

test('lost slots do not come back by themselves', () => {
  const slots = makeSlots(2);
  leak(slots, 0);
  leak(slots, 10);
  leak(slots, 20);
  expect(freeFrom(slots, 30)).toBe(Infinity);
  expect(used(slots, 30)).toBe(2);
  giveBackLeaked(slots, 50);
  expect(freeFrom(slots, 60)).toBe(60);
});

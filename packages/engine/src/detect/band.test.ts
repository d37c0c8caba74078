import { expect, test } from 'vitest';
import { makeBand, makeBandRooms, pushBand, readBand } from './band.ts';
import { takeRoom } from './rooms.ts';

const openBand = (length: number): ReturnType<typeof makeBand> => makeBand(takeRoom(makeBandRooms(length)), length);
const expected = (mid: number) => ({ low: mid - 1, mid, high: mid + 1 });

test('values come back by pane, gaps as null, the band as it was before its minute', () => {
  const band = openBand(12);
  pushBand(band, 600, 5, null, null);
  pushBand(band, 601, 5.5, expected(5), 0.25);
  pushBand(band, 604, 9, expected(6), 1e-9);
  const points = readBand(band, 10_000);
  expect(points.map((point) => point.value)).toEqual([5, 5.5, null, null, 9]);
  expect(points.map((point) => point.mid)).toEqual([5, 5, 5, 5, 5]);
  expect(points[1].p).toBeCloseTo(0.25, 2);
  expect(points[4].p).toBeGreaterThan(0.9e-9);
  expect(points[4].p).toBeLessThan(1.1e-9);
  expect(points[2]).toMatchObject({ value: null, p: null, paneMs: 6_020_000 });
});

test('it goes round, and a long silence leaves nothing old behind', () => {
  const band = openBand(12);
  for (let pane = 0; pane < 40; pane++) pushBand(band, pane, pane, expected(pane), 1);
  expect(readBand(band, 1).map((point) => point.value)).toEqual(Array.from({ length: 12 }, (_, i) => 28 + i));
  pushBand(band, 100, 7, expected(7), 1);
  expect(readBand(band, 1)).toEqual([{ paneMs: 100, value: 7, low: 6, mid: 7, high: 8, p: 1 }]);
});

test('an hour costs less than two kilobytes; bands in one array leave each other alone', () => {
  const rooms = makeBandRooms(360);
  expect(2 * rooms.width).toBeLessThan(2_000);
  const [left, right] = [makeBand(takeRoom(rooms), 360), makeBand(takeRoom(rooms), 360)];
  for (let pane = 0; pane < 800; pane++) {
    pushBand(left, pane, 3, expected(3), 0.5);
    pushBand(right, pane, 4, expected(4), 0.5);
  }
  for (const [band, value] of [[left, 3], [right, 4]] as const) expect(readBand(band, 1).every((point) => point.value === value && point.mid === value)).toBe(true);
});

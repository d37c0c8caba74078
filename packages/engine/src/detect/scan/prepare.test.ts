import { expect, test } from 'vitest';
import { prepare } from './prepare.ts';

test('gaps are bridged, at the ends by the nearest value', () => {
  const [a, b, c, d, e, f] = prepare([NaN, 1, NaN, NaN, 4, Infinity]);
  expect(b - a).toBe(0);
  expect(f - e).toBe(0);
  expect(c - b).toBeCloseTo(d - c, 12);
  expect(d - c).toBeCloseTo(e - d, 12);
});

test('unit and offset of the values do not matter', () => {
  const values = Array.from({ length: 50 }, (_, i) => Math.sin(i * i));
  const other = prepare(values.map((value) => 1e6 + 250 * value));
  prepare(values).forEach((value, i) => expect(other[i]).toBeCloseTo(value, 6));
});

test('a constant, an empty and an unknown series are zeros', () => {
  expect([...prepare([5, 5, 5])]).toEqual([0, 0, 0]);
  expect([...prepare([0.3, 0.1 + 0.2, 0.3])]).toEqual([0, 0, 0]);
  expect([...prepare([])]).toEqual([]);
  expect([...prepare([NaN, NaN])]).toEqual([0, 0]);
});

test('one absurd value is kept within bounds, and mostly equal values are not divided by zero', () => {
  const prepared = prepare(Array.from({ length: 100 }, (_, i) => (i === 7 ? 1e300 : i % 10)));
  expect(prepared[7]).toBe(1e4);
  expect(prepare(Array.from({ length: 100 }, (_, i) => (i === 7 ? 1 : 0))).every(Number.isFinite)).toBe(true);
});

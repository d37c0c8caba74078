import { expect, test } from 'vitest';
import { filledOf, keep, makeReservoir } from './reservoir.ts';

test('every vector of the past has about the same chance to be kept', () => {
  const counts = new Float64Array(4);
  for (let seed = 0; seed < 200; seed++) {
    const reservoir = makeReservoir(16, 1, seed);
    for (let i = 0; i < 800; i++) keep(reservoir, Float64Array.of(i), 1);
    expect(filledOf(reservoir)).toBe(16);
    for (const kept of reservoir.rows) counts[Math.floor(kept / 200)]++;
  }
  for (const count of counts) expect(Math.abs(count - 800)).toBeLessThan(120);
});

test('a vector without weight is kept only while there is room', () => {
  const reservoir = makeReservoir(4, 1, 1);
  for (let i = 0; i < 4; i++) keep(reservoir, Float64Array.of(i), 1);
  for (let i = 0; i < 1_000; i++) keep(reservoir, Float64Array.of(99), 0);
  expect([...reservoir.rows]).toEqual([0, 1, 2, 3]);
});

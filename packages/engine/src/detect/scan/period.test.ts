import { expect, test } from 'vitest';
import { findPeriod } from './period.ts';

const noise = (i: number): number => (Math.imul(Math.imul(i + 1, 2654435761) ^ 0x5bd1e995, 2246822519) >>> 8) / 2 ** 24 - 0.5;

test.each([7, 48, 100, 288])('a wave of %i points is found through noise, a trend and outliers, not one of its multiples', (points) => {
  const values = Float64Array.from({ length: 3000 }, (_, i) => Math.sin((2 * Math.PI * i) / points) + noise(i) + i / 1000 + (i % 701 === 0 ? 500 : 0));
  const period = findPeriod(values);
  expect(Math.abs((period?.points ?? 0) - points)).toBeLessThanOrEqual(Math.ceil(points / 50));
  expect(period?.strength).toBeGreaterThan(0.5);
});

test('noise, a line, a constant and nothing at all have no strong period', () => {
  for (const values of [Float64Array.from({ length: 3000 }, (_, i) => noise(i)), Float64Array.from({ length: 500 }, (_, i) => i / 100), new Float64Array(500), new Float64Array(0)]) {
    expect(findPeriod(values)?.strength ?? 0).toBeLessThan(0.3);
  }
});

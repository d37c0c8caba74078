import { expect, test } from 'vitest';
import { subspaceResidual } from './subspace.ts';

test('a wave of two frequencies is rebuilt from four components, a bump in it is not', () => {
  const values = Float64Array.from({ length: 1200 }, (_, i) => Math.sin(i / 5) + 0.5 * Math.cos(i / 3));
  for (const error of subspaceResidual(values, 64, 5)) expect(error).toBeLessThan(0.05);
  for (let i = 600; i < 606; i++) values[i] += 1;
  const errors = subspaceResidual(values, 64, 5);
  expect(errors.indexOf(Math.max(...errors))).toBeGreaterThanOrEqual(599);
  expect(errors.indexOf(Math.max(...errors))).toBeLessThanOrEqual(606);
  expect(errors[603]).toBeGreaterThan(0.5);
});

test('every point is held by a stretch, the last one too; a series shorter than a stretch scores zero', () => {
  const values = Float64Array.from({ length: 203 }, (_, i) => ((i * 7919) % 101) / 101);
  expect(subspaceResidual(values, 64, 3).every((error) => error > 0)).toBe(true);
  expect(subspaceResidual(values.subarray(0, 20), 64, 3).every((error) => error === 0)).toBe(true);
});

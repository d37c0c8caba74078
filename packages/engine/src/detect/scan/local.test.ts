import { expect, test } from 'vitest';
import { localResidual } from './local.ts';

const noise = (i: number): number => ((Math.imul(i + 1, 2654435761) >>> 8) / 2 ** 24 - 0.5) * 0.1;

test('a polynomial of the degree leaves nothing, at the ends neither', () => {
  const values = Float64Array.from({ length: 300 }, (_, i) => 3 - 0.2 * i + 0.001 * i * i);
  for (const residual of localResidual(values, 5, 30, 2)) expect(Math.abs(residual)).toBeLessThan(1e-6);
});

test('a spike has its full height and leaves no echo beside it', () => {
  const values = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i / 60) + noise(i));
  values[250] += 10;
  const residuals = localResidual(values, 5, 30, 2);
  expect(residuals[250]).toBeCloseTo(10, 0);
  for (let i = 200; i < 300; i++) if (i !== 250) expect(Math.abs(residuals[i])).toBeLessThan(0.3);
});

test('a series shorter than the reach is judged with what there is', () => {
  const residuals = localResidual(Float64Array.from([1, 1, 1, 1, 9, 1, 1, 1, 1, 1, 1, 1]), 1, 100, 1);
  expect(residuals.every(Number.isFinite)).toBe(true);
  expect(residuals.indexOf(Math.max(...residuals))).toBe(4);
});

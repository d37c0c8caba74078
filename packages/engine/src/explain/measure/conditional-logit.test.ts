import { expect, test } from 'vitest';
import { descend, softmax } from './conditional-logit.ts';

test('shares sum to 1, follow the utilities, and are more alike the warmer it is', () => {
  const shares = softmax(Float64Array.of(1, 0, -1));
  expect(shares.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
  expect(shares[0] / shares[1]).toBeCloseTo(Math.E, 12);
  expect(softmax(Float64Array.of(1, 0), 10)[0]).toBeLessThan(0.53);
  expect([...softmax(Float64Array.of(1_000, 0))]).toEqual([1, 0]);
  expect([...softmax(new Float64Array(0))]).toEqual([]);
});

test('the lowest place of a bowl is found, and what has no slope stays where it was', () => {
  const weights = Float64Array.of(5, -3, 7);
  descend(weights, (slopes) => { slopes[0] = weights[0] - 1; slopes[1] = 4 * (weights[1] - 2); }, { steps: 2_000, rate: 0.05 });
  expect(weights[0]).toBeCloseTo(1, 3);
  expect(weights[1]).toBeCloseTo(2, 3);
  expect(weights[2]).toBe(7);
});

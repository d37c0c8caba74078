import { expect, test } from 'vitest';
import { learnProportion, makeProportion, proportionOf, proportionScore, signedRoot } from './proportion.ts';

test('signed root: 0 at what is expected, signed, near the normal distance for large counts', () => {
  expect(signedRoot(10, 100, 0.1)).toBe(0);
  expect(signedRoot(150, 1000, 0.1)).toBeCloseTo(50 / Math.sqrt(90), 0);
  expect(signedRoot(50, 1000, 0.1)).toBeLessThan(-5);
  expect(signedRoot(0, 0, 0.1)).toBe(0);
});

test('bursts teach that failures come in bursts', () => {
  const calm = makeProportion();
  const bursty = makeProportion();
  for (let pane = 0; pane < 300; pane++) {
    learnProportion(calm, 1, 100);
    learnProportion(bursty, pane % 10 === 0 ? 10 : 0, 100);
  }
  expect(proportionOf(calm)).toBeCloseTo(0.01, 2);
  expect(proportionScore(bursty, 10, 100)).toBeLessThan(proportionScore(calm, 10, 100) / 1.3);
});

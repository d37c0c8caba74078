import { expect, test } from 'vitest';
import { makeRandom } from './random.ts';

const draw = (seed: number): number[] => {
  const random = makeRandom(seed);
  return Array.from({ length: 1_000 }, () => random.next());
};

test('makeRandom gives the same numbers for the same seed and others for another', () => {
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('makeRandom is even', () => {
  const mean = draw(3).reduce((sum, x) => sum + x, 0) / 1_000;
  expect(mean).toBeGreaterThan(0.46);
  expect(mean).toBeLessThan(0.54);
});

test('hex never gives an id of zeros', () => {
  const random = makeRandom(4);
  for (let i = 0; i < 1_000; i++) expect(random.hex(2)).toMatch(/^(?!0+$)[0-9a-f]{16}$/);
});

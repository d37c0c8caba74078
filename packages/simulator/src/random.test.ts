import { expect, test } from 'vitest';
import { Random } from './random.ts';

const many = 40_000;
const meanOf = (draw: () => number): number => Array.from({ length: many }, draw).reduce((sum, each) => sum + each, 0) / many;

test('the same seeds give the same numbers, other seeds others', () => {
  const draw = (...seeds: number[]): number[] => { const random = new Random(...seeds); return Array.from({ length: 5 }, () => random.word()); };
  expect(draw(1, 2)).toEqual(draw(1, 2));
  expect(draw(1, 2)).not.toEqual(draw(2, 1));
  // Times are larger than 32 bits.
  expect(draw(1, 1_778_572_800_000)).not.toEqual(draw(1, 1_778_572_800_000 + 2 ** 32));
});

test('numbers spread as their names say', () => {
  const random = new Random(7);
  expect(meanOf(() => random.next())).toBeCloseTo(0.5, 1);
  expect(meanOf(() => random.normal())).toBeCloseTo(0, 1);
  expect(meanOf(() => random.normal() ** 2)).toBeCloseTo(1, 1);
  expect(meanOf(() => random.exponential(3)) / 3).toBeCloseTo(1, 1);
  expect(meanOf(() => random.poisson(4)) / 4).toBeCloseTo(1, 1);
  expect(meanOf(() => random.poisson(400)) / 400).toBeCloseTo(1, 1);
});

test('a shuffle keeps everything', () => {
  expect(new Random(3).shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
});

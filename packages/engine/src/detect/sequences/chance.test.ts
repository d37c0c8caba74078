import { expect, test } from 'vitest';
import { learnChance, makeChance, surpriseOf } from './chance.ts';

/** Exponential scores of mean 2, from evenly spread shares in a mixed order. */
function fitted(odd = 0): ReturnType<typeof makeChance> {
  const chance = makeChance();
  for (let i = 0; i < 4_000; i++) {
    const share = ((i * 1_597) % 4_001) / 4_001;
    learnChance(chance, share < odd ? 60 : -2 * Math.log(1 - share));
  }
  return chance;
}

test('p is the share of scores that are as large', () => {
  for (const share of [0.5, 0.1, 0.01, 0.001]) expect(Math.abs((surpriseOf(fitted(), -2 * Math.log(share)) ?? NaN) + Math.log(share))).toBeLessThan(0.5);
});

test('faults that were learnt as well do not make themselves ordinary', () => {
  expect(surpriseOf(fitted(0.05), 60)).toBeGreaterThan(Math.log(1e4));
});

test('unknown before fifty scores; scores all alike are ordinary and what leaves them is not', () => {
  const chance = makeChance();
  for (let i = 0; i < 49; i++) learnChance(chance, 1);
  expect(surpriseOf(chance, 1)).toBeNull();
  for (let i = 0; i < 500; i++) learnChance(chance, 1);
  expect(surpriseOf(chance, 1)).toBeLessThan(Math.log(100));
  expect(surpriseOf(chance, 12)).toBeGreaterThan(Math.log(100));
});

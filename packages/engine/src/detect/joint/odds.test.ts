import { expect, test } from 'vitest';
import { draw } from './draw.ts';
import { learnOdds, makeOdds, surpriseOf } from './odds.ts';

const score = (i: number): number => Math.exp(2 * draw(5, i)) * (1 - Math.log(1 - draw(6, i)));

test('a share of one in a hundred has a surprise of ln 100, whatever the unit', () => {
  for (const unit of [1, 1e-6, 1e6]) {
    const odds = makeOdds();
    for (let i = 0; i < 20_000; i++) learnOdds(odds, unit * score(i), 1);
    const sorted = Array.from({ length: 20_000 }, (_, i) => unit * score(i)).sort((a, b) => a - b);
    expect(surpriseOf(odds, sorted[10_000])).toBeCloseTo(Math.log(2), 0.5);
    expect(Math.abs((surpriseOf(odds, sorted[19_800]) ?? 0) - Math.log(100))).toBeLessThan(0.5);
    expect(Math.abs((surpriseOf(odds, sorted[19_980]) ?? 0) - Math.log(1_000))).toBeLessThan(1.2);
  }
});

test('surprise only rises with the score, without end', () => {
  const odds = makeOdds();
  for (let i = 0; i < 3_000; i++) learnOdds(odds, score(i), 1);
  let before = -1;
  for (let value = 0.01; value < 1e9; value *= 1.5) {
    const surprise = surpriseOf(odds, value) ?? NaN;
    expect(surprise).toBeGreaterThanOrEqual(before);
    before = surprise;
  }
  expect(surpriseOf(odds, 1e9)).toBeGreaterThan(surpriseOf(odds, 1e8) ?? Infinity);
});

test('nothing is known before the warm-up, of NaN, or learnt with no weight', () => {
  const odds = makeOdds();
  learnOdds(odds, 1, 0);
  expect(odds.seen).toBe(0);
  expect(surpriseOf(odds, 1)).toBeNull();
  for (let i = 0; i < 100; i++) learnOdds(odds, score(i), 1);
  expect(surpriseOf(odds, NaN)).toBeNull();
});

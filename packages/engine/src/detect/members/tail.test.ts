import { expect, test } from 'vitest';
import { makeDice } from './dice.ts';
import type { Dice } from './dice.ts';
import { learnTail, makeTail, tailProbability } from './tail.ts';

const levels = [1e-2, 1e-3, 1e-4];

/** Share of points whose p is under each level, over several streams in which nothing ever happens. */
function shares(draw: (dice: Dice) => () => number, points: number, warm: number): number[] {
  const under = levels.map(() => 0);
  let judged = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const next = draw(makeDice(seed));
    const tail = makeTail();
    for (let i = 0; i < points; i++) {
      const score = Math.abs(next());
      const p = tailProbability(tail, score);
      if (i >= warm && p !== null) {
        judged++;
        levels.forEach((level, index) => { if (p < level) under[index]++; });
      }
      learnTail(tail, score);
    }
  }
  return under.map((count) => count / judged);
}

const streams: Readonly<Record<string, (dice: Dice) => () => number>> = {
  normal: (dice) => () => dice.normal(),
  'Student t3': (dice) => () => dice.normal() / Math.sqrt((dice.normal() ** 2 + dice.normal() ** 2 + dice.normal() ** 2) / 3),
  Poisson: (dice) => () => dice.poisson(3),
  'AR(1)': (dice) => {
    let value = 0;
    return () => (value = 0.9 * value + dice.normal());
  },
};

test.each(Object.keys(streams))('a p that promises once in 100, 1,000, 10,000 comes that often: %s', (name) => {
  const [hundredth, thousandth, tenThousandth] = shares(streams[name], 30_000, 500);
  expect(hundredth).toBeGreaterThan(0.005);
  expect(hundredth).toBeLessThan(0.015);
  expect(thousandth).toBeGreaterThan(2e-4);
  expect(thousandth).toBeLessThan(2e-3);
  expect(tenThousandth).toBeLessThan(3e-4);
});

test.each(Object.keys(streams))('a young series does not cry wolf: %s', (name) => {
  const [hundredth, thousandth] = shares(streams[name], 500, 20);
  expect(hundredth).toBeLessThan(0.03);
  expect(thousandth).toBeLessThan(0.006);
});

test('what a member cannot know stays unknown, and is not learned', () => {
  const tail = makeTail();
  for (let i = 0; i < 100; i++) learnTail(tail, NaN);
  expect(tailProbability(tail, 1)).toBeNull();
  for (let i = 0; i < 100; i++) learnTail(tail, i % 7);
  expect(tailProbability(tail, NaN)).toBeNull();
});

test('a spike that keeps coming back stops being news', () => {
  const tail = makeTail();
  const dice = makeDice(1);
  const told: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const score = i % 150 === 149 ? 100 : Math.abs(dice.normal());
    if (i % 150 === 149) told.push(tailProbability(tail, score) ?? 1);
    learnTail(tail, score);
  }
  expect(told[0]).toBeLessThan(1e-4);
  expect(told.at(-1)).toBeGreaterThan(3e-3);
});

test('a series that never moved and then moves is news, not an error', () => {
  const tail = makeTail();
  for (let i = 0; i < 200; i++) learnTail(tail, 0);
  expect(tailProbability(tail, 0)).toBe(1);
  expect(tailProbability(tail, 1)).toBeLessThan(1e-3);
});

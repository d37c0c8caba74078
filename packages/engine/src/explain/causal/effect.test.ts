import { expect, test } from 'vitest';
import { bell, makeDice } from '../../model/sketch.ts';
import { estimateEffect } from './effect.ts';

const rows = 60;
const onset = 45;
const step = (row: number): number => (row >= onset ? 1 : 0);

function series(make: (row: number, noise: () => number) => number, seed: number): Float64Array {
  const dice = makeDice(seed);
  return Float64Array.from({ length: rows }, (_, row) => make(row, () => bell(dice)));
}

test('an effect that is there stands, and is told in its size', () => {
  const own = series((row, noise) => 20 + 300 * step(row) + noise(), 1);
  const outcome = Float64Array.from(series((_, noise) => 50 + noise(), 2), (value, row) => value + 2 * own[row]);
  const effect = estimateEffect({ treatment: own, outcome, adjust: [series((_, noise) => noise(), 3)] }, makeDice(1))!;
  expect(effect.refutedBy).toBeNull();
  expect(effect.slope).toBeCloseTo(2, 1);
  expect(effect.low).toBeLessThanOrEqual(effect.high);
});

test('a release at the very time when something else broke is refuted, once that other thing is known', () => {
  const culprit = series((row, noise) => 20 + 300 * step(row) + noise(), 4);
  const outcome = Float64Array.from(series((_, noise) => 50 + 3 * noise(), 5), (value, row) => value + culprit[row]);
  const release = Float64Array.from({ length: rows }, (_, row) => (row >= onset - 1 ? 1 : 0));
  expect(estimateEffect({ treatment: release, outcome, adjust: [culprit] }, makeDice(1))?.refutedBy).not.toBeNull();
  // Nothing else known: it cannot be told apart from the cause.
  expect(estimateEffect({ treatment: release, outcome, adjust: [] }, makeDice(1))?.refutedBy).toBeNull();
});

test('load that drives both is closed off', () => {
  const load = series((row, noise) => 10 + 2 * noise() + 10 * step(row), 6);
  const treatment = Float64Array.from(series((_, noise) => noise(), 7), (value, row) => value + 3 * load[row]);
  const outcome = Float64Array.from(series((_, noise) => noise(), 8), (value, row) => value + 5 * load[row]);
  expect(estimateEffect({ treatment, outcome, adjust: [] }, makeDice(1))?.refutedBy).toBeNull();
  expect(estimateEffect({ treatment, outcome, adjust: [load] }, makeDice(1))?.refutedBy).not.toBeNull();
});

test('what dice made has no effect, in nineteen of twenty tries', () => {
  let stands = 0;
  for (let seed = 0; seed < 60; seed++) {
    const treatment = series((_, noise) => noise(), 100 + seed);
    const outcome = series((_, noise) => noise(), 500 + seed);
    if (estimateEffect({ treatment, outcome, adjust: [] }, makeDice(seed))?.refutedBy === null) stands++;
  }
  expect(stands).toBeLessThanOrEqual(6);
});

test('what one pane alone shows does not hold', () => {
  const treatment = series((row, noise) => noise() + (row === 50 ? 40 : 0), 9);
  const outcome = series((row, noise) => noise() + (row === 50 ? 90 : 0), 10);
  expect(estimateEffect({ treatment, outcome, adjust: [] }, makeDice(1))?.refutedBy).not.toBeNull();
});

test('too few panes, or a treatment that never changes, say nothing', () => {
  const flat = new Float64Array(rows).fill(1);
  expect(estimateEffect({ treatment: flat, outcome: series((_, noise) => noise(), 11), adjust: [] }, makeDice(1))).toBeNull();
  expect(estimateEffect({ treatment: [1, 2, 3], outcome: [1, 2, 3], adjust: [] }, makeDice(1))).toBeNull();
});

import { expect, test } from 'vitest';
import { bell, makeDice } from '../model/sketch.ts';
import { barsOf, earn, makeBudget, spend, spentOf, weightOf } from './budget.ts';
import { cusumEvidence, makeCusum, stepCusum } from './cusum.ts';
import { addEvidence, logEvidence } from './evidence.ts';
import { detectLimits as limits } from './limits.ts';
import { learnSurprise, makeSurprise, tailOf } from './surprise.ts';

const paneMs = 10_000;
const dayPanes = 8_640;

/** Kinds of noise that detectors meet, as distances whose spread was estimated about right. */
const noises: readonly ((dice: () => number) => () => number)[] = [
  (dice) => () => bell(dice),
  // Student's t with three degrees of freedom, scaled as level.ts would: its tails are a power law.
  (dice) => () => (bell(dice) / Math.sqrt((bell(dice) ** 2 + bell(dice) ** 2 + bell(dice) ** 2) / 3)) * 0.44,
  // Skewed, as latencies are even on a log scale.
  (dice) => () => (-Math.log(1 - dice()) - 1) * 0.75,
  // Slow wander.
  (dice) => {
    let x = 0;
    return () => (x = 0.6 * x + 0.8 * bell(dice));
  },
  // Collector pauses: two panes in a row, three times an hour.
  (dice) => {
    let left = 0;
    return () => {
      if (left === 0 && dice() < 0.008) left = 2;
      return left-- > 0 ? 3 + 3 * dice() : (left = 0, bell(dice));
    };
  },
];

interface Stream { readonly counts: number[]; readonly found: number | null }

/** One stream's false alarms at each height (its evidence starts over after one), then the panes until a shift is found at the middle height. */
function run(kind: number, dice: () => number, heights: readonly number[], shift: number): Stream {
  const next = noises[kind](dice);
  const surprise = makeSurprise();
  const cusum = makeCusum();
  const evidence = heights.map(() => ({ log: 0 }));
  const counts = heights.map(() => 0);
  const see = (pane: number, distance: number): boolean[] => {
    const log = logEvidence(tailOf(surprise, distance, false));
    stepCusum(cusum, distance, pane * paneMs);
    return heights.map((height, i) => {
      // As in track.ts: nothing nearer than `outDistance` is evidence, and no pane alone is enough, for a look neither.
      addEvidence(evidence[i], distance >= limits.outDistance ? log : Math.min(0, log), (height + lookMore) / 2 + 1e-9, height + limits.evidenceRoom);
      return evidence[i].log >= height || (cusumEvidence(cusum) >= height && distance >= limits.outDistance);
    });
  };
  for (let pane = 0; pane < dayPanes; pane++) {
    const distance = next();
    see(pane, distance).forEach((isAlarm, i) => {
      if (!isAlarm) return;
      counts[i]++;
      evidence[i].log = 0;
    });
    learnSurprise(surprise, distance);
  }
  for (let pane = 0; pane < 60; pane++) if (see(dayPanes + pane, shift + next())[1]) return { counts, found: pane + 1 };
  return { counts, found: null };
}

/** Looks ask so much more. */
const lookMore = barsOf(makeBudget(1), 1, paneMs).look(1) - barsOf(makeBudget(1), 1, paneMs).pane(1);

const series = 5_000;
/** A day of 5,000 series is 43 million panes; a tenth of them is drawn, and what is found counts ten times. */
const drawn = 500;
const budgets = [0.1, 1, 10];

function heights(): number[] {
  const weight = weightOf(true, 'service:a', 'service:a');
  return budgets.map((perDay) => barsOf({ ...makeBudget(perDay), weight: series * weight }, perDay, paneMs).pane(weight) + Math.LN2);
}

test('5,000 series of mixed noise, a day: no more false findings than the budget, at three budgets; and what changes is still found', () => {
  const dice = makeDice(17);
  const counts = [0, 0, 0];
  const found: number[][] = noises.map(() => []);
  for (let i = 0; i < drawn; i++) {
    const stream = run(i % noises.length, dice, heights(), i % 2 === 0 ? 12 : 6);
    stream.counts.forEach((count, budget) => { counts[budget] += count; });
    found[i % noises.length].push(stream.found ?? 99);
  }
  const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];
  counts.forEach((count, i) => expect(count * (series / drawn)).toBeLessThanOrEqual(budgets[i]));
  found.forEach((panes) => expect(median(panes)).toBeLessThanOrEqual(5));
  expect(Math.max(...found.flat())).toBeLessThanOrEqual(8);
}, 60_000);

test('the budget is spent as promised, and a confirmed discovery pays for the search around it', () => {
  const budget = makeBudget(1);
  const seen = { weight: 400, series: 100, tests: 150, near: 0 };
  for (let pane = 0; pane < 2 * dayPanes; pane++) spend(budget, 1, paneMs, (pane + 1) * paneMs, seen);
  expect(spentOf(budget, 1)).toBeGreaterThan(0.7);
  expect(spentOf(budget, 1)).toBeLessThanOrEqual(1);
  const before = barsOf({ ...budget, near: 30 }, 1, paneMs).near(1);
  earn(budget);
  expect(barsOf({ ...budget, near: 30 }, 1, paneMs).near(1)).toBeLessThan(before);
  expect(before).toBeLessThan(barsOf(budget, 1, paneMs).pane(1));
});

test('twice the series, twice the evidence; ten times the budget, a tenth of it', () => {
  const bar = (weight: number, perDay: number): number => barsOf({ ...makeBudget(perDay), weight }, perDay, paneMs).pane(1);
  expect(bar(2_000, 1) - bar(1_000, 1)).toBeCloseTo(Math.log(2));
  expect(bar(1_000, 1) - bar(1_000, 10)).toBeCloseTo(Math.log(10));
});

test('e-values of uniform p-values have a mean of at most one; of tiny ones they stay finite', () => {
  let mean = 0;
  const points = 200_000;
  for (let i = 0; i < points; i++) mean += Math.exp(logEvidence((i + 0.5) / points)) / points;
  expect(mean).toBeLessThanOrEqual(1.01);
  expect(mean).toBeGreaterThan(0.8);
  expect(Number.isFinite(logEvidence(0))).toBe(true);
});

import { expect, test } from 'vitest';
import { bell, makeDice } from '../../model/sketch.ts';
import { attributeChange } from './attribute.ts';
import { attributeWithIntervals } from './interval.ts';
import type { CausalQuestion } from './interval.ts';
import { learn, meansOf } from './model.ts';
import type { Samples, Variable } from './model.ts';
import { shapley } from './shapley.ts';

interface Truth { readonly variable: Variable; readonly slopes: readonly number[]; readonly own: number; readonly noise: number }

/** Rows of a made-up system whose mechanisms are known; `own` of some variables may differ in the incident. */
function draw(truth: readonly Truth[], rows: number, dice: () => number, own: Readonly<Record<number, number>> = {}): Samples {
  const values = truth.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    for (const [at, { variable, slopes, own: usual, noise }] of truth.entries()) {
      const mine = (own[at] ?? usual) + noise * bell(dice);
      const parents = variable.parents.map(({ of }) => values[of][row]);
      values[at][row] = variable.kind === 'sum'
        ? mine + parents.reduce((sum, value, place) => sum + slopes[place] * value, 0)
        : 1 - parents.reduce((fine, value, place) => fine * (1 - slopes[place] * value), 1 - Math.min(1, Math.max(0, mine)));
    }
  }
  return { rows, values, weights: values.map(() => new Float64Array(rows).fill(50)) };
}

const parent = (of: number, expected = 1): Variable['parents'][number] => ({ of, expected, spread: 0.2 });
const sum = (own: number, slopes: readonly number[], ...parents: Variable['parents'][number][]): Truth => ({ variable: { kind: 'sum', parents }, slopes, own, noise: 1 });
const either = (own: number, ...parents: Variable['parents'][number][]): Truth => ({ variable: { kind: 'either', parents }, slopes: parents.map(({ expected }) => expected), own, noise: 0.002 });

function ask(truth: readonly Truth[], changed: Readonly<Record<number, number>>, seed: number, rows = 36, incident = 8): CausalQuestion {
  const dice = makeDice(seed);
  return { variables: truth.map(({ variable }) => variable), players: truth.map((_, at) => at), target: truth.length - 1, before: draw(truth, rows, dice), after: draw(truth, incident, dice, changed) };
}

const shareOf = (question: CausalQuestion): number[] => Array.from(attributeWithIntervals(question, makeDice(5)).shares);

test('chain: what began at the end of it is told to the end, what began in the middle to the middle', () => {
  const chain = [sum(50, []), sum(20, [2], parent(0, 2)), sum(10, [1], parent(1))];
  const [end, middle, front] = shareOf(ask(chain, { 0: 150 }, 1));
  expect(end).toBeGreaterThan(190);
  expect(Math.abs(middle) + Math.abs(front)).toBeLessThan(16);
  const second = shareOf(ask(chain, { 1: 120 }, 2));
  expect(second[1]).toBeGreaterThan(90);
  expect(Math.abs(second[0]) + Math.abs(second[2])).toBeLessThan(10);
});

test('fork: one shared callee slows two callees of the target, and neither of them is blamed', () => {
  const fork = [sum(30, []), sum(10, [1], parent(0)), sum(10, [1], parent(0)), sum(5, [1, 1], parent(1), parent(2))];
  const shares = shareOf(ask(fork, { 0: 130 }, 3));
  expect(shares[0]).toBeGreaterThan(185);
  expect(Math.max(...shares.slice(1).map(Math.abs))).toBeLessThan(10);
});

test('collider: of two callees, each is told what it added, also when the other got faster', () => {
  const collider = [sum(100, []), sum(100, []), sum(5, [1, 1], parent(0), parent(1))];
  const shares = shareOf(ask(collider, { 0: 140, 1: 80 }, 4));
  expect(shares[0]).toBeGreaterThan(34);
  expect(shares[0]).toBeLessThan(46);
  expect(shares[1]).toBeLessThan(-14);
});

test('confounder: load that slows both is told to load, once the normal period has shown what it does', () => {
  const load: Truth = { variable: { kind: 'sum', parents: [] }, slopes: [], own: 10, noise: 3 };
  const byLoad = { of: 0, expected: 0, spread: 10 };
  const truth = [load, sum(20, [4], byLoad), sum(5, [1, 2], parent(1), byLoad)];
  const shares = shareOf(ask(truth, { 0: 30 }, 5, 80));
  expect(shares[0]).toBeGreaterThan(100);
  expect(Math.abs(shares[1]) + Math.abs(shares[2])).toBeLessThan(20);
});

test('a normal period without any variation does not unlearn that callers wait for their callees', () => {
  const still = [{ ...sum(50, []), noise: 0.001 }, sum(20, [1], parent(0))];
  expect(shareOf(ask(still, { 0: 350 }, 6))[0]).toBeGreaterThan(290);
  const wild = [{ ...sum(50, []), noise: 20 }, sum(20, [0.5], parent(0))];
  const question = ask(wild, {}, 7, 80);
  expect(learn(question.variables, question.before)[1].slopes[0]).toBeCloseTo(0.5, 1);
});

test('who deals with a failure passes nothing on: the failing callee is not blamed for what came by another way', () => {
  const truth = [either(0.01), either(0.01), either(0.01, parent(0)), either(0, parent(1), parent(2))];
  const question = ask(truth, { 0: 0.5, 1: 0.3 }, 8);
  question.after.values[2].set(question.before.values[2].subarray(0, 8));
  for (let row = 0; row < 8; row++) question.after.values[3][row] = 1 - (1 - question.after.values[1][row]) * (1 - question.after.values[2][row]);
  const { shares, total } = attributeWithIntervals(question, makeDice(1));
  expect(shares[1] / total).toBeGreaterThan(0.85);
  expect(Math.abs(shares[0]) / total).toBeLessThan(0.05);
});

test('two callees that fail at once share what both alone would have done, and shares add up to the whole', () => {
  const truth = [either(0.01), either(0.01), either(0, parent(0), parent(1))];
  const { shares, total } = attributeWithIntervals(ask(truth, { 0: 0.6, 1: 0.6 }, 9), makeDice(1));
  expect(Math.abs(Math.log(shares[0] / shares[1]))).toBeLessThan(0.2);
  expect(shares[0] + shares[1] + shares[2]).toBeCloseTo(total, 6);
});

test('Shapley: exact equals the closed form where all adds up; sampled comes near to exact where it does not', () => {
  const question = ask([sum(50, []), sum(20, [2], parent(0, 2)), sum(10, [1, 1], parent(1), parent(0))], { 0: 90, 1: 40 }, 10);
  const usual = meansOf(question.before);
  const now = meansOf(question.after);
  const mechanisms = learn(question.variables, question.before);
  const { shares, total } = attributeChange(question.variables, question.players, mechanisms, usual, now, 2);
  expect(shares.reduce((all, share) => all + share, 0)).toBeCloseTo(total, 6);
  const game = (joined: readonly boolean[]): number => 1 - joined.reduce((fine, isIn, player) => (isIn ? fine * (1 - 0.1 * (player + 1)) : fine), 1);
  const dice = makeDice(2);
  const exact = shapley(7, game, { exactMax: 7, dice });
  const sampled = shapley(7, game, { exactMax: 3, orders: 4_000, dice });
  for (let player = 0; player < 7; player++) expect(sampled[player]).toBeCloseTo(exact[player], 2);
  expect(sampled.reduce((all, share) => all + share, 0)).toBeCloseTo(game(Array.from({ length: 7 }, () => true)), 9);
});

test('the 90 % interval holds the truth about nine times in ten', () => {
  const chain = [{ ...sum(50, []), noise: 5 }, { ...sum(20, [1], parent(0)), noise: 3 }];
  const tries = 150;
  const covered = [0, 0];
  for (let seed = 0; seed < tries; seed++) {
    const { low, high } = attributeWithIntervals(ask(chain, { 0: 70, 1: 30 }, 1000 + seed, 40, 12), makeDice(seed));
    for (const [player, truth] of [20, 10].entries()) if (low[player] <= truth && truth <= high[player]) covered[player]++;
  }
  for (const hits of covered) {
    expect(hits / tries).toBeGreaterThan(0.82);
    expect(hits / tries).toBeLessThan(0.97);
  }
});

test('the same question with the same dice gives the same answer', () => {
  const question = ask([either(0.01), either(0.02, parent(0)), either(0, parent(1))], { 0: 0.4 }, 12);
  expect(attributeWithIntervals(question, makeDice(3))).toEqual(attributeWithIntervals(question, makeDice(3)));
});

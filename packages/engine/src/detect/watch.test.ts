import { expect, test } from 'vitest';
import { makeDice } from './members/dice.ts';
import { openWatch } from './watch.ts';

const stepMs = 10_000;
const options = { seed: 1, intervalMs: stepMs };

function scoresOf(values: readonly number[], watch = openWatch(options)): number[] {
  return values.map((value, index) => watch.step(index * stepMs, value).score);
}

function noisy(points: number, shape: (index: number) => number): number[] {
  const dice = makeDice(3);
  return Array.from({ length: points }, (_, index) => shape(index) + dice.normal());
}

test('one event is told once: the rest of it does not score again', () => {
  const scores = scoresOf(noisy(2000, (index) => (index >= 1900 && index < 1950 ? 40 : 0)));
  const told = scores.slice(1900, 1950).filter((score) => score > 0.5);
  expect(told.length).toBeGreaterThanOrEqual(1);
  expect(told.length).toBeLessThanOrEqual(3);
  expect(Math.max(...scores.slice(1900, 1903))).toBeGreaterThan(Math.max(...scores.slice(300, 1900)));
});

test('a series of some hours is believed less than one of some days that is the same', () => {
  const values = noisy(2000, (index) => (index === 1900 ? 15 : 0));
  const slow = openWatch({ seed: 1, intervalMs: 60 * stepMs });
  const atLength = values.map((value, index) => slow.step(index * 60 * stepMs, value).score);
  expect(atLength[1900]).toBeGreaterThan(1.1 * scoresOf(values)[1900]);
});

test('a series that is told of again and again is believed less, for a while', () => {
  const watch = openWatch(options);
  scoresOf(noisy(2000, (index) => (index >= 1850 && index < 1900 ? 40 : 0)), watch);
  const state = watch.save();
  expect(state.tells).toBeGreaterThan(0.9);
  const scoreAfter = (tells: number): number => openWatch(options, { ...structuredClone(state), quiet: 1000, tells }).step(2000 * stepMs, 100).score;
  expect(scoreAfter(40)).toBeLessThan(scoreAfter(0) - 0.05);
  const later = openWatch(options, { ...state, tells: 40 });
  for (let index = 2000; index < 12_000; index++) later.step(index * stepMs, 0);
  expect(later.save().tells).toBeLessThan(20);
});

test('a value that is no number is unknown, and does no harm', () => {
  const watch = openWatch(options);
  const values = noisy(300, () => 5);
  scoresOf(values, watch);
  const sight = watch.step(300 * stepMs, NaN);
  expect(sight).toMatchObject({ p: null, score: 0 });
  expect(watch.step(301 * stepMs, 5).p).toBeGreaterThan(0.01);
});

test('a saved watch goes on as if nothing had been', () => {
  const values = noisy(400, () => 0);
  const whole = scoresOf(values);
  const first = openWatch(options);
  scoresOf(values.slice(0, 200), first);
  const second = openWatch(options, first.save());
  expect(values.slice(200).map((value, index) => second.step((index + 200) * stepMs, value).score)).toEqual(whole.slice(200));
});

test('a flat line says nothing', () => {
  expect(Math.max(...scoresOf(Array.from({ length: 1000 }, () => 45)))).toBeLessThan(0.1);
});

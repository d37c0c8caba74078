import { expect, test } from 'vitest';
import { makeDice, poisson } from '../model/sketch.ts';
import { fallEvidence } from './fall.ts';
import { noises } from './noise.ts';

const levelOf = (usual: number, wander = 0) => ({ mid: Math.log(usual + 0.5), variance: wander * wander + 1 / (usual + 1), tail: 1, inverseWeight: 0, panes: 1_000 });

test('mean of at most one while as many come as usual, or as many less as they wander by', () => {
  const dice = makeDice(5);
  for (const usual of [2, 7, 40]) for (const wander of [0, 0.3]) {
    let mean = 0;
    const lower = usual * Math.exp(-2 * Math.max(0.15, wander));
    for (let i = 0; i < 20_000; i++) mean += Math.exp(fallEvidence(levelOf(usual, wander), noises.rate, poisson(dice, lower))) / 20_000;
    expect(mean).toBeLessThan(1.1);
  }
});

test('seven requests that do not come are more evidence than their tail; half of them is evidence against', () => {
  expect(fallEvidence(levelOf(7), noises.rate, 0)).toBeGreaterThan(4.5);
  expect(fallEvidence(levelOf(7), noises.rate, 3)).toBeLessThan(0);
  expect(fallEvidence(levelOf(0.2), noises.rate, 0)).toBeLessThan(0.2);
});

import { expect, test } from 'vitest';
import { makeDice } from './dice.ts';
import type { Member } from './member.ts';
import { judgePanel, learnPanel, makePanel, members } from './panel.ts';
import { weights } from './weights.ts';

const stepMs = 300_000;
const dayPoints = 288;

/** Largest distance from zero that a member gives over some points, after it has learned the rest; null for each that is unknown. */
function scoresOf(id: string, values: readonly number[]): number[] {
  const member = members.find((each) => each.id === id) as Member<unknown>;
  const state = member.make(1);
  return values.map((value, index) => {
    const score = member.judge(state, index * stepMs, value);
    member.learn(state, index * stepMs, value);
    return score;
  });
}

function largest(scores: readonly number[], from: number, to = scores.length): number {
  return Math.max(...scores.slice(from, to).map((score) => (Number.isNaN(score) ? 0 : Math.abs(score))));
}

function noisy(points: number, shape: (index: number) => number, seed = 7): number[] {
  const dice = makeDice(seed);
  return Array.from({ length: points }, (_, index) => shape(index) + dice.normal());
}

const daily = (index: number): number => 20 * Math.sin((2 * Math.PI * index) / dayPoints);

test('after some days the daily rhythm is expected, and a missing peak is not', () => {
  const values = noisy(6 * dayPoints, (index) => (index > 5.2 * dayPoints && index < 5.3 * dayPoints ? 0 : daily(index)));
  for (const id of ['seasonal', 'forecast']) {
    const scores = scoresOf(id, values);
    expect(largest(scores, 4 * dayPoints, 5 * dayPoints), id).toBeLessThan(10);
    expect(largest(scores, Math.ceil(5.2 * dayPoints), Math.floor(5.3 * dayPoints)), id).toBeGreaterThan(12);
  }
});

test('a baseline is of use from the first minutes', () => {
  for (const id of ['seasonal', 'forecast']) {
    const scores = scoresOf(id, noisy(40, (index) => (index === 39 ? 30 : 10)));
    expect(largest(scores, 39), id).toBeGreaterThan(3 * largest(scores, 15, 39));
  }
});

test('a working day in the calendar counts as one', async () => {
  const { openForecast } = await import('./forecast.ts');
  const holiday = (atMs: number): boolean => Math.floor(atMs / 86_400_000) % 3 !== 0;
  const values = noisy(30 * dayPoints, (index) => (holiday(index * stepMs) ? 20 : 0));
  const errorOf = (member: Member<unknown>): number => {
    const state = member.make(1);
    return values.reduce((sum, value, index) => {
      const score = member.judge(state, index * stepMs, value);
      member.learn(state, index * stepMs, value);
      return sum + (index > 20 * dayPoints ? Math.abs(score) : 0);
    }, 0);
  };
  expect(errorOf(openForecast(holiday))).toBeLessThan(0.6 * errorOf(openForecast(() => true)));
});

test('a shift that stays moves the change score, a single spike hardly does', () => {
  const shifted = scoresOf('change', noisy(600, (index) => (index >= 500 ? 5 : 0)));
  const spiked = scoresOf('change', noisy(600, (index) => (index === 500 ? 5 : 0)));
  expect(largest(shifted, 505, 530)).toBeGreaterThan(3.5);
  expect(largest(spiked, 503)).toBeLessThan(2.5);
});

test('the shift score follows a level that stays, and forgets one that has become usual', () => {
  const scores = scoresOf('shift', noisy(2000, (index) => (index >= 900 ? 6 : 0)));
  expect(largest(scores, 905, 960)).toBeGreaterThan(2 * largest(scores, 200, 900));
  expect(largest(scores, 1800)).toBeLessThan(2);
});

test('flapping between usual values is rough, though every value was there before', () => {
  const scores = scoresOf('roughness', noisy(900, (index) => (index >= 800 ? 10 * (index % 2) : 10 * (Math.floor(index / 100) % 2))));
  expect(largest(scores, 820)).toBeGreaterThan(2 * largest(scores, 100, 800));
});

test('a usual level at an unusual hour goes against habit', () => {
  const night = (index: number): boolean => index % dayPoints < dayPoints / 2;
  const scores = scoresOf('habit', noisy(8 * dayPoints, (index) => (night(index) !== (index > 7.2 * dayPoints && index < 7.4 * dayPoints) ? 0 : 20)));
  expect(largest(scores, Math.ceil(7.2 * dayPoints), Math.floor(7.4 * dayPoints))).toBeGreaterThan(1.2 * largest(scores, 4 * dayPoints, 7 * dayPoints));
});

test('a value that was never seen is far for the height, whatever led up to it', () => {
  const scores = scoresOf('height', noisy(900, (index) => daily(index) + (index >= 800 ? 0.3 * (index - 800) : 0)));
  expect(largest(scores, 880)).toBeGreaterThan(1.3 * largest(scores, 0, 800));
});

test('a little off for long is a lean, though no value is far off', () => {
  const values = noisy(8 * dayPoints, (index) => daily(index) + (index > 7.2 * dayPoints && index < 7.4 * dayPoints ? 2 : 0));
  const panel = makePanel(1, ['seasonal', 'lean']);
  const said = values.map((value, index) => {
    const verdict = judgePanel(panel, index * stepMs, value);
    learnPanel(panel, index * stepMs, value, verdict);
    return verdict.votes.map(({ score }) => score);
  });
  const grew = (member: number): number => {
    const scores = said.map((each) => each[member]);
    return largest(scores, Math.ceil(7.2 * dayPoints), Math.floor(7.4 * dayPoints)) / largest(scores, 5 * dayPoints, 7 * dayPoints);
  };
  expect(grew(1)).toBeGreaterThan(1.5);
  expect(grew(1)).toBeGreaterThan(1.2 * grew(0));
});

test('a member is not seated without the one that it follows', () => {
  expect(() => makePanel(1, ['lean'])).toThrow('lean follows seasonal');
  expect(() => makePanel(1, ['lean', 'seasonal'])).toThrow('lean follows seasonal');
});

test('a series that begins to swing around the same level, or goes still, changes its spread', () => {
  const scores = scoresOf('spread', noisy(900, (index) => (index >= 800 ? (index % 2 === 0 ? 8 : -8) : 0)));
  expect(largest(scores, 820)).toBeGreaterThan(2 * largest(scores, 100, 800));
  const still = scoresOf('spread', noisy(800, () => 0).map((value, index) => (index >= 700 ? 0 : value)));
  expect(still.at(-1)).toBe(0);
});

test('a course that was never taken is far, within values that are all usual', () => {
  const wave = (index: number): number => 10 * Math.sin((2 * Math.PI * index) / 40);
  const scores = scoresOf('shape', noisy(1500, (index) => (index >= 1400 && index < 1420 ? 10 : wave(index))));
  expect(largest(scores, 1400, 1425)).toBeGreaterThan(1.3 * largest(scores, 1000, 1400));
});

test('weights share one budget out among all members', () => {
  expect(Object.keys(weights).sort()).toEqual(members.map(({ id }) => id).sort());
  expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
});

test('the combined probability keeps its promise while nothing happens', () => {
  let under = 0;
  let judged = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const panel = makePanel(seed);
    noisy(4000, daily, seed).forEach((value, index) => {
      const verdict = judgePanel(panel, index * stepMs, value);
      learnPanel(panel, index * stepMs, value, verdict);
      if (index < 1000) return;
      judged++;
      if (verdict.p !== null && verdict.p < 1e-2) under++;
    });
  }
  expect(under / judged).toBeLessThan(0.015);
});

test('a panel stays within its bytes, however long it has run', () => {
  const panel = makePanel(1);
  noisy(3000, daily).forEach((value, index) => learnPanel(panel, index * stepMs, value, judgePanel(panel, index * stepMs, value)));
  expect(bytesOf(panel)).toBeLessThan(5500);
});

function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  if (typeof value === 'object' && value !== null) return Object.values(value).reduce((sum: number, each) => sum + bytesOf(each), 0);
  return 8;
}

test('what judges does not learn, and a state that was saved goes on as if nothing had been', () => {
  const panel = makePanel(1);
  const values = noisy(500, daily);
  const step = (to: typeof panel, index: number): number | null => {
    const verdict = judgePanel(to, index * stepMs, values[index]);
    learnPanel(to, index * stepMs, values[index], verdict);
    return verdict.p;
  };
  for (let index = 0; index < 400; index++) step(panel, index);
  const copy = structuredClone(panel);
  for (let times = 0; times < 5; times++) judgePanel(panel, 400 * stepMs, 1e6);
  for (let index = 400; index < 500; index++) expect(step(panel, index)).toBe(step(copy, index));
});

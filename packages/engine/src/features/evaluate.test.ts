import { expect, test } from 'vitest';
import type { Expression } from '../model/index.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './evaluate.ts';
import { wordsOf } from './expression.ts';
import { addToHistogram, countAbove, makeHistogram } from './histogram.ts';

const durations = makeHistogram();
for (const ms of [10, 20, 30, 4_000]) addToHistogram(durations, ms);

/** Ten requests in this window; in whole minutes before 5, 3, nobody knows, 1. */
function scope(requests = 10): Scope {
  const past = [5, 3, null, 1];
  return {
    seconds: 60, sum: (name) => (name === 'requests' ? requests : 0), sketch: (name) => (name === 'duration' ? durations : null), level: (how) => (how === 'max' ? 7 : null),
    calendar: () => 6, distinct: () => 2,
    minute: (back) => (past[back] === null || past[back] === undefined ? null : scope(past[back] * 60)),
  };
}

const cases: readonly (readonly [Expression, number | null, string])[] = [
  [{ divide: [{ sum: 'requests' }, { seconds: 'window' }] }, 10 / 60, 'sum(requests) ÷ seconds'],
  [{ divide: [{ sum: 'requests' }, { sum: 'errors' }] }, null, 'sum(requests) ÷ sum(errors)'],
  [{ add: [{ constant: 1 }, { divide: [{ constant: 1 }, { constant: 0 }] }] }, null, '1 + (1 ÷ 0)'],
  [{ subtract: [{ largest: 'duration' }, { constant: 1 }] }, 3_999, 'largest(duration) − 1'],
  [{ above: [1_000, 'duration'] }, 1, 'above(1000, duration)'],
  [{ quantile: [0.5, 'nothing'] }, null, 'quantile(0.5, nothing)'],
  [{ multiply: [{ level: ['max', 'cpu_utilization'] }, { constant: 2 }] }, 14, 'level(max, cpu_utilization) × 2'],
  [{ level: ['mean', 'cpu_utilization'] }, null, 'level(mean, cpu_utilization)'],
  [{ over: ['mean', 'request_rate_1m', 4] }, 3, 'over(mean, request_rate_1m, 4)'],
  [{ over: ['median', 'request_rate_1m', 4] }, 3, 'over(median, request_rate_1m, 4)'],
  [{ over: ['min', 'request_rate_1m', 4] }, 1, 'over(min, request_rate_1m, 4)'],
  [{ over: ['stddev', 'request_rate_1m', 4] }, 2, 'over(stddev, request_rate_1m, 4)'],
  [{ over: ['stddev', 'request_rate_1m', 1] }, null, 'over(stddev, request_rate_1m, 1)'],
  [{ over: ['slope', 'request_rate_1m', 2] }, 2, 'over(slope, request_rate_1m, 2)'],
  [{ lag: ['request_rate_1m', 1] }, 3, 'lag(request_rate_1m, 1)'],
  [{ lag: ['request_rate_1m', 2] }, null, 'lag(request_rate_1m, 2)'],
  [{ sine: { divide: [{ calendar: 'hour' }, { constant: 6 }] } }, Math.sin(1), 'sine(calendar(hour) ÷ 6)'],
  [{ cosine: { constant: 0 } }, 1, 'cosine(0)'],
  [{ countDistinct: 'upstream' }, 2, 'countDistinct(upstream)'],
  [{ texts: 'upstream' }, null, 'texts(upstream)'],
];

test.each(cases)('%j is %s', (expression, value, words) => {
  const found = evaluate(expression, scope());
  if (value === null) expect(found).toBeNull();
  else expect(found).toBeCloseTo(value, 12);
  expect(wordsOf(expression)).toBe(words);
});

test('how many lie above a value: exact between buckets, all below the least, none at the largest', () => {
  expect([5, 15, 25, 1_000, 4_000, 1e9].map((ms) => countAbove(durations, ms))).toEqual([4, 3, 2, 1, 0, 0]);
});

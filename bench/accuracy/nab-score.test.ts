import { expect, test } from 'vitest';
import { scoreCorpus, worthOf } from './nab-score.ts';

const stamp = (index: number): string => new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString().slice(0, 19);
const timestamps = Array.from({ length: 200 }, (_, index) => stamp(index));
const worth = worthOf({ name: 'made', timestamps, windows: [[stamp(60), stamp(79)], [stamp(150), stamp(169)]] });
const spikes = (at: readonly number[]): Float64Array => new Float64Array(200).map((_, index) => (at.includes(index) ? 1 : 0));

test('a detector that never speaks scores 0, one that finds each window at once 100', () => {
  expect(scoreCorpus([worth], [spikes([])], 'standard').score).toBe(0);
  expect(scoreCorpus([worth], [spikes([60, 150])], 'standard').score).toBeCloseTo(100, 6);
});

test('one window of two is half, whatever follows within it', () => {
  expect(scoreCorpus([worth], [spikes([60, 61, 79])], 'standard').score).toBeCloseTo(50, 6);
});

test('a late detection earns less, by the sigmoid of its place', () => {
  // Middle of the window: s(−0.5) ÷ s(−1) = 0.8483 ÷ 0.9866.
  expect(scoreCorpus([worth], [spikes([70, 150])], 'standard').score).toBeCloseTo((100 * (1 + 0.8483 / 0.9866 + 2)) / 4, 1);
});

test('a false detection costs its share, far from windows in full, and twice for low-FP', () => {
  const scores = spikes([60, 150, 140]);
  expect(scoreCorpus([worth], [scores], 'standard').score).toBeCloseTo((100 * (2 - 0.11 + 2)) / 4, 3);
  expect(scoreCorpus([worth], [scores], 'low-FP').score).toBeCloseTo((100 * (2 - 0.22 + 2)) / 4, 3);
});

test('what is found before the end of probation neither earns nor costs', () => {
  expect(scoreCorpus([worth], [spikes([5, 29, 60, 150])], 'standard').score).toBeCloseTo(100, 6);
});

test('the threshold is the best one, not the lowest', () => {
  const scores = spikes([60, 150]).map((score, index) => (index >= 90 && index < 140 ? 0.5 : score));
  expect(scoreCorpus([worth], [scores], 'standard')).toMatchObject({ threshold: 1, found: 2, falsePositives: 0 });
});

import { expect, test } from 'vitest';
import { periodOf, vusPr } from './vus-pr.ts';

/** The definition read literally: every width, every threshold, every point. */
function slow(labels: readonly number[], scores: readonly number[], window: number): number {
  const n = labels.length;
  const segments: [number, number][] = [];
  for (let i = 0; i < n; i++) {
    if (labels[i] === 1 && labels[i - 1] !== 1) segments.push([i, i]);
    if (labels[i] === 1) segments[segments.length - 1][1] = i;
  }
  const positives = labels.filter((label) => label === 1).length;
  const sorted = scores.toSorted((a, b) => b - a);
  let volume = 0;
  for (let width = 0; width <= window; width++) {
    const half = Math.floor(width / 2);
    const soft = labels.map((label, i) => Math.min(1, segments.reduce((sum, [from, to]) => {
      const distance = i < from ? from - i : i - to;
      return distance > 0 && distance <= half ? sum + Math.sqrt(1 - distance / width) : sum;
    }, label)));
    const wide: [number, number][] = [];
    for (const [from, to] of segments) {
      const last = wide.at(-1);
      if (last !== undefined && last[1] >= from - half) last[1] = to + half;
      else wide.push([Math.max(0, from - half), to + half]);
    }
    let before = 0;
    for (let k = 0; k < 250; k++) {
      const cut = sorted[Math.floor((k * (n - 1)) / 249)];
      const hit = scores.map((score) => score >= cut);
      const truePositives = soft.reduce((sum, label, i) => sum + (hit[i] ? label : 0), 0);
      const labelled = soft.reduce((sum, label, i) => sum + (labels[i] === 1 || hit[i] ? label : 0), 0);
      const existence = wide.filter(([from, to]) => hit.slice(from, to + 1).includes(true)).length / wide.length;
      const recall = Math.min(truePositives / ((positives + labelled) / 2), 1) * existence;
      volume += ((recall - before) * truePositives) / hit.filter(Boolean).length;
      before = recall;
    }
  }
  return volume / (window + 1);
}

const n = 600;
const noise = Array.from({ length: n }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 8) / 2 ** 24);
const marked = (...spans: readonly [number, number][]): number[] => noise.map((_, i) => (spans.some(([from, to]) => i >= from && i <= to) ? 1 : 0));

test.each([
  ['one segment in the middle', marked([300, 340]), noise, 20],
  ['segments at both ends', marked([0, 3], [590, 599]), noise, 31],
  ['many near segments, whose buffers meet and overlap', marked([50, 50], [58, 58], [61, 63], [90, 92], [131, 131]), noise, 40],
  ['many ties', marked([100, 120], [300, 301]), noise.map((value) => Math.round(value * 4)), 25],
  ['scores that know', marked([100, 120], [300, 301]), noise.map((value, i) => value + (i >= 95 && i <= 125 ? 1 : 0)), 25],
  ['no buffer at all', marked([10, 20]), noise, 0],
])('%s: equals the definition', (_, labels, scores, window) => {
  expect(vusPr(labels, scores, window)).toBeCloseTo(slow(labels, scores, window), 10);
});

test('scores that are the labels reach at least nine tenths, chance stays near the share of anomalies', () => {
  const labels = marked([200, 259]);
  expect(vusPr(labels, labels, 0)).toBeCloseTo(1, 10);
  expect(vusPr(labels, labels.map((label, i) => label + noise[i] / 100), 20)).toBeGreaterThan(0.9);
  expect(vusPr(labels, noise, 20)).toBeLessThan(0.2);
});

test('a series without an anomaly and a score that is not a number are refused', () => {
  expect(() => vusPr(marked(), noise, 10)).toThrow('without an anomaly');
  expect(() => vusPr(marked([3, 4]), noise.with(5, NaN), 10)).toThrow('not finite');
});

test('the period is the lag of the highest peak; flat, short and far ones give 125', () => {
  expect(periodOf(Array.from({ length: 2000 }, (_, i) => Math.sin((2 * Math.PI * i) / 48)))).toBe(48);
  expect(periodOf(Array.from({ length: 500 }, () => 3))).toBe(125);
  expect(periodOf(Array.from({ length: 2000 }, (_, i) => Math.sin((2 * Math.PI * i) / 350)))).toBe(125);
});

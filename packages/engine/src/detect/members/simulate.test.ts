import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

test('a seed gives the same series and events, another seed others', () => {
  expect(simulate(5, 500)).toEqual(simulate(5, 500));
  expect(simulate(5, 500).values).not.toEqual(simulate(6, 500).values);
});

test('events lie within the series, after it had time to be learned, and values are numbers', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { values, events } = simulate(seed, 800);
    expect(values.every((value) => Number.isFinite(value))).toBe(true);
    for (const [from, to] of events) {
      expect(from).toBeGreaterThanOrEqual(200);
      expect(to).toBeGreaterThan(from);
      expect(to).toBeLessThan(800);
    }
  }
});

import { expect, test } from 'vitest';
import { outcomesOf, partsOf, sentOf, sumOutcomes } from './outcome.ts';

const counted = { accepted: 90, late: 4, dropped: 6, deduplicated: 7, refusedItems: 3 };

test('what was accepted, late and dropped is told apart, and all of it adds up to what was sent', () => {
  expect(outcomesOf(counted)).toEqual({ stored: 80, late: 4, dropped: 6, deduplicated: 7, refused: 3 });
  expect(sentOf(outcomesOf(counted))).toBe(100);
  expect(sentOf(sumOutcomes([outcomesOf(counted), outcomesOf(counted)]))).toBe(200);
});

test('late and dropped are never more than what was accepted', () => {
  expect(outcomesOf({ ...counted, accepted: 5, late: 4, dropped: 6 })).toMatchObject({ stored: 0, late: 4, dropped: 1 });
});

test('a bar is as wide as it is, and a single item of a million is still seen', () => {
  for (const refusedItems of [0, 1, 30, 1_000_000]) {
    const parts = partsOf(outcomesOf({ ...counted, accepted: 1_000_000, refusedItems }), 160, 2);
    expect(parts.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(160);
    expect(parts.every(({ width }) => width >= 2)).toBe(true);
    expect(parts.map(({ from }) => from)).toEqual(parts.map((_, at) => parts.slice(0, at).reduce((sum, { width }) => sum + width, 0)));
  }
});

test('nothing sent is no bar', () => {
  expect(partsOf(outcomesOf({ accepted: 0, late: 0, dropped: 0, deduplicated: 0, refusedItems: 0 }), 160, 2)).toEqual([]);
});

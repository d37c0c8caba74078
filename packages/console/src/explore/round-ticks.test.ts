import { expect, test } from 'vitest';
import { roundTicks } from './round-ticks.ts';

test.each([[1_466, [0, 500, 1_000]], [1_900, [0, 500, 1_000, 1_500]], [27.6, [0, 10, 20]], [400, [0, 100, 200, 300, 400]], [150_000, [0, 60_000, 120_000]], [0, [0]], [Number.NaN, [0]]])('along %d ms the ticks are round', (durationMs, ticks) => {
  expect(roundTicks(durationMs)).toEqual(ticks);
});

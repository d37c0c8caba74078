import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTicker } from './ticker.ts';
import type { Ticker } from './ticker.ts';

beforeEach(() => { vi.useFakeTimers({ now: 1_000_000 }); });
afterEach(() => { vi.useRealTimers(); });

function setUp(lastDataMs = 0): { ticker: Ticker; ticks: number[] } {
  const ticks: number[] = [];
  const ticker = openTicker({ silenceMs: 10_000, restAfterMs: 60_000, checkEveryMs: 1_000, lastDataMs, nowMs: () => Date.now(), tick: async () => ticks.push(Date.now()) });
  return { ticker, ticks };
}

test('nothing ticks before data was ever received', async () => {
  const { ticks } = setUp();
  await vi.advanceTimersByTimeAsync(100_000);
  expect(ticks).toEqual([]);
});

test('a tick comes after 10 s of silence and every 10 s from then on, until it rests', async () => {
  const { ticker, ticks } = setUp();
  ticker.sawData(Date.now());
  await vi.advanceTimersByTimeAsync(200_000);
  expect(ticks).toEqual([10, 20, 30, 40, 50, 60].map((seconds) => 1_000_000 + seconds * 1_000));
});

test('data keeps ticks away', async () => {
  const { ticker, ticks } = setUp(Date.now());
  for (let second = 0; second < 30; second++) {
    ticker.sawData(Date.now());
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(ticks).toEqual([]);
});

import { expect, test, vi } from 'vitest';
import { collectWhenQuiet } from './quiet.ts';

test('a thread collects once after its work has stood still, again only after more work and a minute, and not once it is closed', () => {
  vi.useFakeTimers();
  let [work, collected] = [1, 0];
  const quiet = collectWhenQuiet(() => work, () => { collected++; });
  const after = (ms: number): number => {
    vi.advanceTimersByTime(ms);
    return collected;
  };
  expect([after(3_000), after(1_500), after(60_000)]).toEqual([0, 1, 1]);
  work++;
  expect([after(3_000), after(1_500)]).toEqual([1, 2]);
  work++;
  expect([after(52_500), after(4_500)]).toEqual([2, 2]);
  expect(after(3_000)).toBe(3);
  work++;
  quiet.close();
  expect(after(60_000)).toBe(3);
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('without --expose-gc there is nothing to call, and no timer', () => {
  vi.useFakeTimers();
  collectWhenQuiet(() => 1, undefined).close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

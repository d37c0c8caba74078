import { getHeapStatistics } from 'node:v8';
import { expect, test, vi } from 'vitest';
import { collectWhenQuiet } from './quiet.ts';

test('garbage is collected once the work has stood still, and the timer can be closed', () => {
  vi.useFakeTimers();
  let work = 1;
  const quiet = collectWhenQuiet(() => work);
  vi.advanceTimersByTime(1_500);
  let garbage: unknown[] | null = Array.from({ length: 3_000_000 }, (_, i) => ({ i }));
  work = garbage.length;
  garbage = null;
  vi.advanceTimersByTime(1_500);
  const full = getHeapStatistics().used_heap_size;
  vi.advanceTimersByTime(3_000);
  expect(full - getHeapStatistics().used_heap_size).toBeGreaterThan(50_000_000);
  quiet.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

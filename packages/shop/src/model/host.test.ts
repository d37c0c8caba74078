import { expect, test } from 'vitest';
import { demand, load, makeHost, slowdown } from './host.ts';

test('a host slows down when more is asked of it than it has', () => {
  const host = makeHost({ name: 'node-9', cores: 2, background: 0, disk: 0, memoryShare: 0, lookBackSeconds: 4 });
  expect(slowdown(host, 10_000)).toBe(1);
  for (let second = 0; second < 10; second++) demand(host, second * 1_000, 1_000);
  expect(load(host, 10_000)).toBeCloseTo(0.5);
  expect(slowdown(host, 10_000)).toBeLessThan(1.02);
  host.extra = 3;
  expect(slowdown(host, 10_000)).toBeGreaterThan(5);
});

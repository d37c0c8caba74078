import { expect, test } from 'vitest';
import { rankShifts } from './metric-shift.ts';
import type { Metric } from './metric-shift.ts';

const mebibyte = 1024 ** 2;
const metric = (node: string, of: Metric['of'], before: number, after: number): Metric => ({
  node, name: `${node}_${of}`, of, before: Array.from({ length: 60 }, (_, i) => before * (1 + 0.01 * Math.sin(i))), after: Array.from({ length: 60 }, (_, i) => after * (1 + 0.01 * Math.cos(i))),
});
const names = (metrics: readonly Metric[]): string[] => rankShifts(metrics).map(({ name }) => name);

test('what moved furthest comes first, whatever its unit', () => {
  expect(names([metric('a', 'other', 1000, 1100), metric('b', 'cpu', 0.01, 0.9), metric('c', 'other', 5, 5)])).toEqual(['b_cpu', 'a_other', 'c_other']);
});

test('memory that ran away is the cause of the CPU on the same node, a few mebibytes more are not', () => {
  expect(names([metric('a', 'cpu', 1, 100), metric('a', 'memory', 300 * mebibyte, 700 * mebibyte)])[0]).toBe('a_memory');
  expect(names([metric('a', 'cpu', 1, 100), metric('a', 'memory', 8 * mebibyte, 18 * mebibyte)])[0]).toBe('a_cpu');
});

test('a metric without values on one side is left out', () => {
  expect(names([metric('a', 'other', 1, 2), { ...metric('b', 'other', 1, 9), after: [NaN] }])).toEqual(['a_other']);
});

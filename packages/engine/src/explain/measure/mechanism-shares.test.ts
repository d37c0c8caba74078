import { expect, test } from 'vitest';
import { bell, makeDice } from '../../model/sketch.ts';
import type { Requests } from './impact-flow.ts';
import { mechanismShares, takeOffLoad } from './mechanism-shares.ts';
import type { Metric } from './metric-shift.ts';

const callees: Readonly<Record<string, readonly string[]>> = { a: ['b', 'c'], b: ['d'], c: ['d'] };

/** `a` calls `b` and `c`, which call `d`; windows of mean latencies, `addedMs` at one node. */
function windows(rows: number, seed: number, added: Readonly<Record<string, number>> = {}): Map<string, Requests> {
  const dice = makeDice(seed);
  const found = new Map<string, { count: number[]; value: number[] }>(['a', 'b', 'c', 'd'].map((node) => [node, { count: [], value: [] }]));
  for (let row = 0; row < rows; row++) {
    const value: Record<string, number> = {};
    for (const node of ['d', 'c', 'b', 'a']) {
      value[node] = 20 + 2 * bell(dice) + (added[node] ?? 0) + (callees[node] ?? []).reduce((sum, callee) => sum + value[callee], 0);
      found.get(node)!.count.push(node === 'd' ? 200 : 100);
      found.get(node)!.value.push(value[node]);
    }
  }
  return found;
}

const ask = (added: Readonly<Record<string, number>>) => mechanismShares({ alarmed: 'a', callees: (node) => callees[node] ?? [], before: windows(60, 1), after: windows(5, 2, added) }, 'latency');

test('from stored metrics: the node whose own time grew comes first, with most of the share', () => {
  for (const node of ['a', 'b', 'd']) {
    const [first] = ask({ [node]: 200 });
    expect(first.node).toBe(node);
    expect(first.share).toBeGreaterThan(0.8);
    expect(first.low).toBeLessThanOrEqual(first.share);
  }
});

test('nobody is named when the node in alarm gained nothing', () => {
  expect(ask({ a: -50 })).toEqual([]);
});

test('what load explains is taken off, what it does not explain stays', () => {
  const dice = makeDice(3);
  const make = (rows: number, load: number, more: number): { load: number[]; cpu: number[] } => {
    const loads = Array.from({ length: rows }, () => load + 5 * bell(dice));
    return { load: loads, cpu: loads.map((value) => 2 * value + more + bell(dice)) };
  };
  const before = make(100, 50, 0);
  const busy = make(30, 100, 0);
  const broken = make(30, 50, 100);
  const metrics = (after: typeof busy): Metric[] => [{ node: 'n', name: 'load', of: 'other', before: before.load, after: after.load }, { node: 'n', name: 'cpu', of: 'cpu', before: before.cpu, after: after.cpu }];
  const meanOf = ([, cpu]: readonly Metric[]): number => Array.from(cpu.after).reduce((sum, value) => sum + value, 0) / cpu.after.length;
  const loadOf = (all: readonly Metric[]) => () => all[0];
  expect(meanOf(takeOffLoad(metrics(busy), loadOf(metrics(busy))))).toBeLessThan(115);
  expect(meanOf(takeOffLoad(metrics(broken), loadOf(metrics(broken))))).toBeGreaterThan(185);
});

import { expect, test } from 'vitest';
import { flowOfImpact } from './impact-flow.ts';
import type { Requests } from './impact-flow.ts';

/** `front` calls `middle` and `side`, `middle` calls `back`. 100 requests a window. */
const calls: Readonly<Record<string, readonly string[]>> = { front: ['middle', 'side'], middle: ['back'] };
const nodes = ['front', 'middle', 'side', 'back'];
const windows = (length: number, value: (at: number) => number, count = 100): Requests => ({ count: new Float64Array(length).fill(count), value: Float64Array.from({ length }, (_, at) => value(at)) });
const restless = (scale: number) => (at: number): number => 20 + scale * Math.abs(Math.sin(7 * at));
const normal = new Map(nodes.map((node) => [node, windows(200, restless(node === 'side' ? 30 : 1))]));
const incident = (extra: Readonly<Record<string, number>>): Map<string, Requests> => new Map(nodes.map((node) => [node, windows(5, (at) => restless(node === 'side' ? 30 : 1)(at) + (extra[node] ?? 0))]));
const ranked = (extra: Readonly<Record<string, number>>): string[] => flowOfImpact({ alarmed: 'front', callees: (node) => calls[node] ?? [], before: normal, after: incident(extra) }).map(({ node }) => node);

test('loss that a callee explains is not the caller\'s', () => {
  expect(ranked({ front: 50, middle: 50, back: 50 })[0]).toBe('back');
  expect(ranked({ front: 50, middle: 50 })[0]).toBe('middle');
  expect(ranked({ front: 50 })[0]).toBe('front');
});

test('a node that is always restless accuses itself of nothing', () => {
  expect(ranked({ front: 50, side: 5 })).toEqual(['front']);
});

test('nothing unusual, no answer', () => {
  expect(ranked({})).toEqual([]);
});

test('a node of which too little is known does not accuse itself', () => {
  const before = new Map([...normal, ['back', windows(200, (at) => (at < 5 ? 20 : NaN))]]);
  expect(flowOfImpact({ alarmed: 'front', callees: (node) => calls[node] ?? [], before, after: incident({ front: 10, back: 500 }) }).map(({ node }) => node)).toEqual(['front']);
});

test('an incident in the normal period hides no later one', () => {
  const spoilt = new Map([...normal].map(([node, { count, value }]) => [node, { count, value: Float64Array.from(value, (each, at) => (node === 'middle' && at > 90 && at < 96 ? each + 400 : each)) }]));
  expect(flowOfImpact({ alarmed: 'front', callees: (node) => calls[node] ?? [], before: spoilt, after: incident({ front: 50, middle: 50 }) })[0]?.node).toBe('middle');
});

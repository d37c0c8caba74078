import { expect, test } from 'vitest';
import type { FlameNode } from '../model.ts';
import { hottest, layFlame, stepFrom } from './flame-layout.ts';

const node = (name: string, self: number, children: readonly FlameNode[] = []): FlameNode => ({ name, self, value: self + children.reduce((sum, each) => sum + each.value, 0), children });
const root = node('', 0, [node('main', 10, [node('pay', 50, [node('parse', 10)]), node('log', 30)])]);

test('frames lie side by side under their caller, as wide as their share', () => {
  const { rows, hidden } = layFlame(root, []);
  expect(rows.map((row) => row.map(({ name, start, width }) => [name, start, width]))).toEqual([[['', 0, 1]], [['main', 0, 1]], [['pay', 0, 0.6], ['log', 0.6, 0.3]], [['parse', 0, 0.1]]]);
  expect(hidden).toBe(0);
});
test('a chosen frame takes the whole width, with its callers above', () => {
  const { rows } = layFlame(root, [0, 0]);
  expect(rows.map((row) => row.map(({ name, width }) => [name, width]))).toEqual([[['', 1]], [['main', 1]], [['pay', 1]], [['parse', 10 / 60]]]);
});
test('what is too narrow is counted, not drawn', () => {
  const many = node('', 0, Array.from({ length: 3_000 }, (_, i) => node(`f${i}`, 1)));
  expect(layFlame(many, [])).toMatchObject({ hidden: 3_000 });
});
test('steps stay where there is nothing', () => {
  expect([stepFrom(root, [0], 'callee'), stepFrom(root, [0, 0], 'narrower'), stepFrom(root, [0, 1], 'wider'), stepFrom(root, [0, 1], 'narrower'), stepFrom(root, [0, 1], 'callee'), stepFrom(root, [], 'caller')])
    .toEqual([[0, 0], [0, 1], [0, 0], [0, 1], [0, 1], []]);
});
test('functions by their own value, over all callers', () => {
  expect(hottest(node('', 0, [node('a', 1, [node('b', 5)]), node('c', 2, [node('b', 4)])]), 2)).toEqual([{ name: 'b', self: 9 }, { name: 'c', self: 2 }]);
});

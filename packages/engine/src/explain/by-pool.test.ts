import { expect, test } from 'vitest';
import { sketchGraph } from '../model/sketch.ts';
import { byPool, poolRow } from './by-pool.ts';
import type { Facts } from './facts.ts';

const operation = (name: string, ...calls: string[]) => ({ node: `service:${name}`, name: 'go', calls, selfMs: 1 });
const orders = 'database:postgresql/orders';
const store = { node: orders, name: 'SELECT', calls: [], selfMs: 1 };
const graph = sketchGraph({ operations: [operation('cart', `${orders}|SELECT`), operation('stock', `${orders}|SELECT`), operation('billing', `${orders}|SELECT`), operation('mailer'), store] }, 1_000);
const short = (service: string, feature = 'pool_pending', direction = 'up') => [`service:${service}`, [{ id: `${service} ${feature}`, entity: `service:${service}`, node: `service:${service}`, feature, direction, subject: 'main', unit: '1', observed: 9, expected: { mid: 0 }, onsetMs: 1_000 }]] as const;
const facts = (...findings: readonly ReturnType<typeof short>[]): Facts => ({ onsetMs: 1_000, atMs: 1_000, paneMs: 10, graph, byNode: new Map(findings) }) as unknown as Facts;

test('pools that run dry at several callers point at what they call, by the share of its callers', () => {
  const [claimed, ...others] = byPool(facts(short('cart'), short('stock', 'pool_utilization')));
  expect(others).toEqual([]);
  expect(claimed).toMatchObject({ source: 'pool', entity: orders });
  expect(claimed.strength).toBeCloseTo(2 / 3);
  expect(claimed.evidence.map((each) => each.kind === 'series' && each.entity)).toEqual(['service:cart', 'service:stock']);
});

test('one pool that runs dry is its service\'s own matter; connections that are given back say nothing', () => {
  expect(byPool(facts(short('cart')))).toEqual([]);
  expect(byPool(facts(short('cart'), short('stock', 'pool_used', 'down')))).toEqual([]);
  expect(byPool(facts(short('cart'), short('mailer')))).toEqual([]);
});

test('whose pool runs dry with those of others is told so', () => {
  const told = facts(short('cart'), short('stock'));
  const claims = byPool(told);
  const strengths = new Map([[orders, claims[0].strength]]);
  expect(poolRow(told, orders, claims, strengths)).toEqual([2 / 3, 0]);
  expect(poolRow(told, 'service:cart', [], strengths)).toEqual([0, 2 / 3]);
  expect(poolRow(told, 'service:billing', [], strengths)).toEqual([0, 0]);
});

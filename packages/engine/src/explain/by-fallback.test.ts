import { expect, test } from 'vitest';
import type { Finding } from '../model/index.ts';
import { sketchGraph } from '../model/sketch.ts';
import { byFallback, fallbackRow, standInsOf } from './by-fallback.ts';
import type { Facts } from './facts.ts';

const op = (node: string, calls: readonly string[]) => ({ node, name: 'a', selfMs: 1, calls });
/** Items asks a cache and, when that does not know, a database; prices asks the same database; ledger is nobody's concern. */
const graph = sketchGraph({ operations: [op('service:items', ['database:redis/cache|get', 'database:mysql/items|select']), op('service:prices', ['database:mysql/items|select']), op('service:pay', ['database:mysql/ledger|select'])] }, 1e6);
const [cache, items, ledger] = ['database:redis/cache', 'database:mysql/items', 'database:mysql/ledger'];

const found = (entity: string, feature: string, observed: number, onsetMs = 100_000): Finding => ({ id: `${entity} ${feature}`, entity, node: entity, feature, subject: '', unit: '1', direction: 'up', observed, expected: { low: 0, mid: 0, high: 0 }, onsetMs }) as unknown as Finding;
const facts = (...findings: readonly Finding[]): Facts => ({ onsetMs: 100_000, atMs: 130_000, paneMs: 10_000, graph, byNode: Map.groupBy(findings, ({ node }) => node) }) as unknown as Facts;

test('a cache that fails while the database behind it gets slow is named, with both, and the database as its stand-in', () => {
  const claims = byFallback(facts(found(cache, 'error_share', 0.9), found(items, 'latency_p50', 40, 110_000), found(ledger, 'latency_p50', 40)));
  expect(claims).toMatchObject([{ source: 'fallback', entity: cache, strength: 0.9 }]);
  expect(claims[0].evidence.map((each) => each.kind === 'series' && each.entity)).toEqual([cache, items]);
  expect(standInsOf(claims)).toEqual([items]);
  expect([cache, items, ledger].map((entity) => fallbackRow(entity, entity === cache ? claims : [], [{ claims }]))).toEqual([[0.9, 0], [0, 0.9], [0, 0]]);
});

test('nothing is said where few of its requests fail, where both only get slow, and where the database began another time', () => {
  expect(byFallback(facts(found(cache, 'error_share', 0.3), found(items, 'latency_p50', 40)))).toEqual([]);
  expect(byFallback(facts(found(cache, 'latency_p50', 40), found(items, 'latency_p50', 40)))).toEqual([]);
  expect(byFallback(facts(found(cache, 'error_share', 0.9), found(items, 'latency_p50', 40, 150_000)))).toEqual([]);
  expect(byFallback(facts(found(cache, 'error_share', 0.9)))).toEqual([]);
});

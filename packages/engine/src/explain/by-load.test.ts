import { expect, test } from 'vitest';
import { sketchGraph } from '../model/sketch.ts';
import { byLoad } from './by-load.ts';
import type { Facts } from './facts.ts';
import { pathTo } from './path.ts';

const operation = (name: string, entryRate?: number, ...calls: string[]) => ({ node: `service:${name}`, name: 'go', calls: calls.map((each) => `service:${each}|go`), selfMs: 1, ...(entryRate === undefined ? {} : { entryRate }) });
const graph = sketchGraph({ operations: [operation('door', 5, 'shop'), operation('back', 5, 'desk'), operation('shop', undefined, 'stock'), operation('desk'), operation('stock')] }, 1_000);
const found = (service: string, feature: string) => ({ id: `${service} ${feature}`, entity: `service:${service}`, node: `service:${service}`, feature, subject: '', direction: 'up', unit: '1', observed: 40, expected: { mid: 10 }, onsetMs: 1_000, symptom: true });
const facts = (now: Readonly<Record<string, number>>, affected: readonly string[] = ['service:shop', 'service:stock']): Facts => {
  const closure = (node: string): Set<string> => { const seen = new Set([node]); for (const each of seen) for (const callee of graph.callees(each, 1_000)) seen.add(callee); return seen; };
  return {
    atMs: 1_000, onsetMs: 1_000, paneMs: 10, graph, affected, byNode: new Map([['service:door', [found('door', 'request_rate')]], ['service:stock', [found('stock', 'cpu_utilization')]]]),
    load: (node: string) => ({ usual: 10, now: now[node] ?? 10 }), feeds: closure, hurt: (node: string) => ({ 'service:door': 5, 'service:shop': 7, 'service:stock': 9 })[node] ?? 0, hostsOf: () => [],
  } as unknown as Facts;
};

test('several times the usual requests at a front door before those that suffer is a cause of its own, with what ran short', () => {
  const [claimed, ...others] = byLoad(facts({ 'service:door': 40 }));
  expect(others).toEqual([]);
  expect(claimed).toMatchObject({ source: 'load', entity: 'user', strength: 1, detail: 'service:door' });
  expect(claimed.evidence.map((each) => each.kind === 'series' && `${each.entity} ${each.feature}`)).toEqual(['service:door request_rate', 'service:stock cpu_utilization']);
});

test('the day\'s course, a door that those who suffer do not stand behind, and callers that try again are no overload', () => {
  expect(byLoad(facts({ 'service:door': 14 }))).toEqual([]);
  expect(byLoad(facts({ 'service:back': 40 }))).toEqual([]);
  expect(byLoad(facts({ 'service:shop': 40, 'service:stock': 60 }))).toEqual([]);
});

test('twice as many requests are a weak sign, and weaker where only some of those who suffer stand behind that door', () => {
  expect(byLoad(facts({ 'service:door': 20 }))[0].strength).toBeCloseTo(1 / 3);
  expect(byLoad(facts({ 'service:door': 20 }, ['service:shop', 'service:desk']))[0].strength).toBeCloseTo(1 / 6);
});

test('the way of an overload leads from who gave way most up to the door', () => {
  expect(pathTo('user', facts({ 'service:door': 40 })).map(({ entity }) => entity)).toEqual(['service:door', 'service:shop', 'service:stock', 'user']);
});

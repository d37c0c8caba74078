import { expect, test } from 'vitest';
import type { EntityId, Finding } from '../../model/index.ts';
import { makeDice, sketchGraph, sketchPane } from '../../model/sketch.ts';
import type { Sketch } from '../../model/sketch.ts';
import { explainLimits } from '../limits.ts';
import { keepPane, makeMemory, tally, tallyTraffic } from '../memory.ts';
import { edgeColumns } from './edge-vector.ts';
import { graphOf } from './graph-of.ts';
import type { Around, NumberedGraph } from './graph-of.ts';
import { nodeColumns } from './node-vector.ts';

const onsetMs = 400_000;
const atMs = 500_000;
const nothing = { gains: [], requests: 0 };

function finding(node: EntityId, entity: EntityId, feature: string, over: Partial<Finding> = {}): Finding {
  return {
    id: entity, series: entity, entity, node, feature, subject: '', direction: 'up', unit: feature === 'error_share' ? '1' : 'ms', observed: 80, expected: { low: 8, mid: 10, high: 12 }, score: 8, p: null, votes: [], contributors: [],
    version: '', verdict: null, text: '', maintenance: null, calendar: null, onsetMs, detectedMs: onsetMs, lastMs: atMs, active: true, detectors: [], exemplars: [], symptom: true, ...over,
  };
}

/** front → back → database, and other services that front calls; the database gets slow. */
function around(name: (id: string) => string = (id) => id, others = 2): Around {
  const [front, back, database] = [`service:${name('front')}`, `service:${name('back')}`, `database:${name('d')}`];
  const sketch = (selfMs: number): Sketch => ({
    operations: [
      { node: front, name: 'GET /', calls: [`${back}|go`, ...Array.from({ length: others }, (_, index) => `service:${name(`other-${index}`)}|go`)], selfMs: 4, entryRate: 12 },
      { node: back, name: 'go', calls: [`${database}|q`], selfMs: 12 }, { node: database, name: 'q', calls: [], selfMs },
      ...Array.from({ length: others }, (_, index) => ({ node: `service:${name(`other-${index}`)}`, name: 'go', calls: [], selfMs: 1 })),
    ],
    hosts: { [front]: `host:${name('one')}`, [back]: `host:${name('one')}` },
  });
  const memory = makeMemory();
  const dice = makeDice(3);
  for (let ms = 0; ms < atMs; ms += 10_000) keepPane(memory, sketchPane(sketch(ms < onsetMs ? 5 : 60), ms, dice));
  const affected = new Set([front]);
  const edge = `edge:${back}→${database}`;
  return {
    atMs, onsetMs, paneMs: 10_000, affected: [front], graph: sketchGraph(sketch(5), 1_000_000),
    byNode: new Map([[front, [finding(front, front, 'latency_p95')]], [back, [finding(back, edge, 'latency_p95'), finding(back, back, 'cpu_usage', { onsetMs: onsetMs - 60_000, symptom: false })]]]),
    before: tally(memory, affected, 0, onsetMs), after: tally(memory, affected, onsetMs, atMs), trafficBefore: () => tallyTraffic(memory, 0, onsetMs), trafficAfter: () => tallyTraffic(memory, onsetMs, atMs),
    changes: [{ id: 'c', kind: 'deployment', entity: back, atMs: onsetMs - 60_000, what: '', from: '', to: '' }],
  };
}

function told(graph: NumberedGraph | null, id: EntityId, column: string): number | undefined {
  return graph?.nodes[graph.ids.indexOf(id) * nodeColumns.length + nodeColumns.indexOf(column)];
}

test('each row and column says what it is called', () => {
  const graph = graphOf(around(), nothing, nothing);
  expect(graph?.nodes).toHaveLength((graph?.ids.length ?? 0) * nodeColumns.length);
  expect(graph?.edges).toHaveLength((graph?.ends.length ?? 0) / 2 * edgeColumns.length);
  expect(told(graph, 'service:front', 'is service')).toBe(1);
  expect(told(graph, 'host:one', 'is host')).toBe(1);
  expect(told(graph, 'user', 'is user')).toBe(1);
  expect([told(graph, 'service:front', 'affected'), told(graph, 'service:back', 'affected')]).toEqual([1, 0]);
  expect(told(graph, 'service:front', 'latency up')).toBeGreaterThan(0.5);
  // What back sees of its database is told at the edge, not at back.
  expect(told(graph, 'service:back', 'latency up')).toBe(0);
  expect(told(graph, 'service:back', 'lead resource')).toBeGreaterThan(told(graph, 'service:front', 'lead latency') ?? Infinity);
  expect(told(graph, 'service:back', 'change deployment')).toBeCloseTo(Math.exp(-0.1), 5);
  expect(told(graph, 'service:front', 'time after ÷ before')).toBeGreaterThan(0.3);
  expect(told(graph, 'service:other-1', 'times as slow')).toBe(0);
  const at = (from: EntityId, to: EntityId, column: string): number | undefined => {
    if (graph === null) return undefined;
    for (let edge = 0; edge < graph.ends.length / 2; edge++) if (graph.ids[graph.ends[2 * edge]] === from && graph.ids[graph.ends[2 * edge + 1]] === to) return graph.edges[edge * edgeColumns.length + edgeColumns.indexOf(column)];
    return undefined;
  };
  expect(at('service:back', 'database:d', 'slower')).toBeGreaterThan(0.5);
  expect([at('service:front', 'host:one', 'is runs on'), at('service:front', 'service:back', 'is waits')]).toEqual([1, 1]);
});

test('names say nothing: another name for everything gives the same numbers', () => {
  const plain = graphOf(around(), nothing, nothing);
  const renamed = graphOf(around((id) => `a-${id}`), nothing, nothing);
  expect(renamed?.ids).not.toEqual(plain?.ids);
  expect(renamed?.nodes).toEqual(plain?.nodes);
  expect(renamed?.edges).toEqual(plain?.edges);
  expect(renamed?.ends).toEqual(plain?.ends);
});

test('of too many nodes the affected and the nearest stay, and the rest is counted', () => {
  const graph = graphOf(around(undefined, 150), nothing, nothing);
  expect(graph?.ids).toHaveLength(explainLimits.graphNodes);
  expect(graph?.ids.slice(0, 2)).toEqual(['service:front', 'service:back']);
  expect(graph?.dropped).toBeGreaterThan(50);
});

test('without an affected node there is no graph', () => {
  expect(graphOf({ ...around(), affected: [] }, nothing, nothing)).toBeNull();
});

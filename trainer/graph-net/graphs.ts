// node trainer/graph-net/graphs.ts --from <folder of record.ts> --out <folder>
// Recorded rankings → the numbers that the network sees, made by the engine's own code, with the truth and what others made of them.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { edgeColumns } from '../../packages/engine/src/explain/graph-net/edge-vector.ts';
import { graphOf } from '../../packages/engine/src/explain/graph-net/graph-of.ts';
import { nodeColumns } from '../../packages/engine/src/explain/graph-net/node-vector.ts';
import type { EntityId } from '../../packages/engine/src/model/index.ts';
import { aroundOf, readRecorded } from './recorded.ts';
import type { Recorded } from './recorded.ts';

const { values } = parseArgs({ options: { from: { type: 'string', default: 'graph-net-data' }, out: { type: 'string', default: 'graph-net-graphs' } } });
mkdirSync(values.out, { recursive: true });
const [nodes, edges, ends]: [Uint8Array[], Uint8Array[], Uint8Array[]] = [[], [], []];
const rankings: object[] = [];
for (const file of readdirSync(values.from).filter((name) => name.endsWith('.rankings')).sort()) {
  for (const recorded of readRecorded(join(values.from, file))) {
    const graph = graphOf(aroundOf(recorded), recorded.latency, recorded.errors);
    if (graph === null) continue;
    const { system, services, fault, kind, twist, inside, atS } = recorded;
    const rowOf = new Map(graph.ids.map((id, row) => [id, row]));
    const rowsOf = (ids: readonly EntityId[]): number[] => ids.flatMap((id) => rowOf.get(id) ?? []);
    rankings.push({
      system, services, fault, kind, twist, inside, atS, nodes: graph.ids.length, edges: graph.ends.length / 2, dropped: graph.dropped, right: rowsOf(recorded.truth),
      fusion: Object.fromEntries(recorded.fused.entities.flatMap((id, at) => (rowOf.has(id) ? [[rowOf.get(id), recorded.fused.shares[at]]] : []))), fusionUnknown: recorded.fused.unknown,
      mostAffected: rowsOf(mostAffected(recorded)), deepest: rowsOf(deepest(recorded)),
    });
    nodes.push(bytesOf(graph.nodes));
    edges.push(bytesOf(graph.edges));
    ends.push(bytesOf(graph.ends));
  }
}
for (const [name, parts] of [['nodes.f32', nodes], ['edges.f32', edges], ['ends.i32', ends]] as const) writeFileSync(join(values.out, name), Buffer.concat(parts));
writeFileSync(join(values.out, 'graphs.json'), JSON.stringify({ nodeColumns, edgeColumns, rankings }));
process.stderr.write(`${rankings.length} graphs\n`);

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Nodes by the most unusual latency or errors that they show. */
function mostAffected({ around }: Recorded): EntityId[] {
  const worst = (id: EntityId): number => Math.max(0, ...(around.byNode.get(id) ?? []).filter(({ entity, symptom }) => symptom && !entity.startsWith('edge:')).map(({ score }) => score));
  return [...around.affected].sort((a, b) => worst(b) - worst(a) || (a < b ? -1 : 1));
}

/** Affected nodes, those farthest from the front doors first, where nothing that they call is affected. */
function deepest({ around: { graph, affected, onsetMs } }: Recorded): EntityId[] {
  const calls = [...graph.edges.values()].filter(({ intervals }) => intervals.some(({ fromMs, toMs }) => fromMs <= onsetMs && toMs >= onsetMs - 60_000));
  const depth = new Map<EntityId, number>([...graph.nodes.keys()].filter((id) => id === 'user' || !calls.some(({ to }) => to === id)).map((id) => [id, 0]));
  for (const [id, steps] of depth) for (const { from, to } of calls) if (from === id && !depth.has(to)) depth.set(to, steps + 1);
  const isEnd = (id: EntityId): number => (calls.some(({ from, to }) => from === id && to !== id && affected.includes(to)) ? 0 : 1);
  return [...affected].sort((a, b) => isEnd(b) - isEnd(a) || (depth.get(b) ?? 0) - (depth.get(a) ?? 0) || (a < b ? -1 : 1));
}

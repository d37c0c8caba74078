import type { EntityId, Observation, Red } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { mergeTally } from './edges.ts';
import type { EdgeTally } from './edges.ts';
import { quantileOf } from './histogram.ts';
import { observe } from './observe.ts';
import { rowWords, Word } from './span-buffer.ts';
import { isServed, makeTally } from './spans.ts';
import type { PaneShape, Tally } from './state.ts';
import { openWorst, refsOf, seeRow } from './worst.ts';
import type { Worst } from './worst.ts';

/** Requests of one entity in a pane. */
export interface Requests { readonly entity: EntityId; readonly node: EntityId; readonly tally: Tally; readonly worst: Worst }

export interface PaneRequests {
  /** Services, operations, edges, virtual nodes: what Pane.red holds. */
  readonly entities: Map<EntityId, Requests>;
  /** Instances of services that had requests on two or more. */
  readonly instances: Map<EntityId, Requests>;
}

/** Sums the tallies of shapes and edges up to every entity that they belong to. Sums are exact, so order does not matter. */
export function sumRequests(shapes: readonly PaneShape[], edges: ReadonlyMap<EntityId, EdgeTally>, assembly: Assembly): PaneRequests {
  const entities = new Map<EntityId, Requests>();
  const instances = new Map<EntityId, Requests>();
  const perService = new Map<EntityId, Set<EntityId>>();
  for (const { served, service, operationId, instance } of shapes) {
    if (served === null) continue;
    mergeTally(requestsOf(entities, operationId, service).tally, served);
    mergeTally(requestsOf(entities, service, service).tally, served);
    if (instance === '') continue;
    mergeTally(requestsOf(instances, instance, service).tally, served);
    perService.set(service, (perService.get(service) ?? new Set()).add(instance));
  }
  for (const each of instances.values()) if ((perService.get(each.node)?.size ?? 0) < 2) instances.delete(each.entity);
  for (const edge of edges.values()) {
    entities.set(edge.id, { entity: edge.id, node: edge.from, tally: edge.tally, worst: edge.worst });
    if (edge.peer !== null && edge.to === edge.peer.id) {
      const seen = requestsOf(entities, edge.to, edge.to);
      mergeTally(seen.tally, edge.tally);
      for (const row of [...edge.worst.slow, ...edge.worst.failed]) see(seen.worst, assembly, row);
    }
  }
  const { rows: { ids, count } } = assembly;
  for (let row = 0; row < count; row++) {
    const at = row * rowWords;
    const { kind, operationId, service, instance } = assembly.shapes[ids[at + Word.shape]];
    if (ids[at + Word.age] !== 0 || !isServed(kind, ids[at + Word.parent] === 0 && ids[at + Word.parent + 1] === 0)) continue;
    for (const entity of [operationId, service]) {
      const found = entities.get(entity);
      if (found !== undefined) see(found.worst, assembly, row);
    }
    const found = instances.get(instance);
    if (found !== undefined) see(found.worst, assembly, row);
  }
  return { entities, instances };
}

function see(worst: Worst, assembly: Assembly, row: number): void {
  if (worst.slow.includes(row) && worst.failed.includes(row)) return;
  if (!worst.slow.includes(row)) seeRow(worst, assembly, row, assembly.rows.times[2 * row + 1], false);
  if (assembly.rows.ids[row * rowWords + Word.error] !== 0 && !worst.failed.includes(row)) seeRow(worst, assembly, row, -1, true);
}

function requestsOf(all: Map<EntityId, Requests>, entity: EntityId, node: EntityId): Requests {
  let found = all.get(entity);
  if (found === undefined) {
    found = { entity, node, tally: makeTally(), worst: openWorst() };
    all.set(entity, found);
  }
  return found;
}

export function toRed({ count, errors, durations }: Tally, startMs: number, paneMs: number): Red {
  return {
    paneMs: startMs, count, errors, rate: count * 1_000 / paneMs, errorShare: count === 0 ? 0 : errors / count,
    p50Ms: quantileOf(durations, 0.5), p95Ms: quantileOf(durations, 0.95), p99Ms: quantileOf(durations, 0.99),
  };
}

export function observeRequests({ entity, node, worst }: Requests, red: Red, assembly: Assembly): Observation[] {
  const about = { entity, node, weight: red.count };
  const slow = refsOf(assembly, worst.slow);
  return [
    observe({ ...about, feature: 'request_rate', value: red.rate }),
    observe({ ...about, feature: 'error_share', value: red.errorShare, exemplars: refsOf(assembly, worst.failed) }),
    observe({ ...about, feature: 'latency_p50', value: red.p50Ms, exemplars: slow }),
    observe({ ...about, feature: 'latency_p95', value: red.p95Ms, exemplars: slow }),
  ];
}

import type { EntityId, Finding, Graph } from '../../model/index.ts';
import { nodeOf } from '../by-change.ts';
import type { Contrast } from '../contrast.ts';
import type { Facts } from '../facts.ts';
import { explainLimits as limits } from '../limits.ts';
import { callsOf } from './calls-of.ts';
import type { Calls } from './calls-of.ts';
import { edgeColumns, writeEdge } from './edge-vector.ts';
import { nodeColumns, writeNode } from './node-vector.ts';
import type { Moment } from './node-vector.ts';

/** What the network may look at: the part of the facts that is plain data, so that a recording holds it whole. */
export type Around = Pick<Facts, 'atMs' | 'onsetMs' | 'paneMs' | 'affected' | 'byNode' | 'before' | 'after' | 'trafficBefore' | 'trafficAfter' | 'changes'> & Partial<Pick<Facts, 'fromMs'>> & { readonly graph: Pick<Graph, 'nodes' | 'edges'> };

/** The graph as it was around the onset, in numbers. */
export interface NumberedGraph {
  /** Which node each row is; for whoever reads the answer, never for the network. */
  readonly ids: readonly EntityId[];
  /** Row by row, `nodeColumns`. */
  readonly nodes: Float32Array;
  /** Edge by edge: row of the caller, row of the callee. A service stands as the caller of its machine. */
  readonly ends: Int32Array;
  /** Edge by edge, `edgeColumns`. */
  readonly edges: Float32Array;
  /** Nodes and edges near enough to matter that found no place. */
  readonly dropped: number;
}

interface Link { readonly from: EntityId; readonly to: EntityId; readonly kind: Parameters<typeof writeEdge>[1]['kind']; readonly id: EntityId; readonly isLost: boolean; readonly isNew: boolean }

/** The one way from facts to numbers, live and in training. Null when nothing is affected. */
export function graphOf(around: Around, latency: Contrast, errors: Contrast): NumberedGraph | null {
  if (around.affected.length === 0) return null;
  const links = linksOf(around);
  const { ids, dropped } = chosen(around, links);
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  // Of too many, those between the nearest nodes stay.
  const last = ({ from, to }: Link): number => Math.max(rowOf.get(from) ?? 0, rowOf.get(to) ?? 0);
  const kept = links.filter(({ from, to }) => rowOf.has(from) && rowOf.has(to)).sort((a, b) => last(a) - last(b) || (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1));
  const placed = kept.slice(0, limits.graphEdges);
  const calls = callsOf(around);
  return {
    ids, dropped: dropped + kept.length - placed.length, nodes: nodesOf(around, ids, links, { latency, errors, calls }),
    ends: Int32Array.from(placed.flatMap(({ from, to }) => [rowOf.get(from) ?? 0, rowOf.get(to) ?? 0])), edges: edgesOf(around, placed, calls),
  };
}

/** Edges valid just before onset or now, and what runs on which machine. */
function linksOf({ graph, onsetMs, atMs, paneMs }: Around): Link[] {
  const links: Link[] = [];
  for (const { id, from, to, kind, intervals } of graph.edges.values()) {
    const isValid = (ms: number): boolean => intervals.some(({ fromMs, toMs }) => fromMs <= ms && ms <= toMs);
    const [was, is] = [isValid(onsetMs - paneMs), isValid(atMs - paneMs)];
    if (from !== to && (was || is)) links.push({ id, from, to, kind, isLost: was && !is, isNew: is && !was });
  }
  for (const { id, hosts } of graph.nodes.values()) for (const host of hosts) links.push({ id: '', from: id, to: host, kind: 'runs on', isLost: false, isNew: false });
  return links;
}

/** The affected and what has findings first, then what stands nearest to them; of equals, those with more to tell. */
function chosen({ affected, byNode, graph }: Around, links: readonly Link[]): { readonly ids: EntityId[]; readonly dropped: number } {
  const near = new Map<EntityId, Set<EntityId>>();
  const join = (a: EntityId, b: EntityId): void => { (near.get(a) ?? near.set(a, new Set()).get(a))?.add(b); };
  for (const { from, to } of links) {
    join(from, to);
    join(to, from);
  }
  const isNode = (id: EntityId): boolean => near.has(id) || graph.nodes.has(id);
  const steps = new Map<EntityId, number>();
  let front = [...new Set([...affected, ...byNode.keys()])].filter(isNode);
  for (let step = 0; step <= limits.graphSteps && front.length > 0; step++) {
    for (const id of front) steps.set(id, step);
    front = [...new Set(front.flatMap((id) => [...near.get(id) ?? []]))].filter((id) => !steps.has(id));
  }
  const isAffected = new Set(affected);
  const rank = (id: EntityId): number => (steps.get(id) ?? 0) * 1_000 - (isAffected.has(id) ? 500 : 0) - Math.min(400, byNode.get(id)?.length ?? 0);
  const ids = [...steps.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return { ids: ids.slice(0, limits.graphNodes), dropped: Math.max(0, ids.length - limits.graphNodes) };
}

function nodesOf(around: Around, ids: readonly EntityId[], links: readonly Link[], { latency, errors, calls }: { readonly latency: Contrast; readonly errors: Contrast; readonly calls: Calls }): Float32Array {
  const { graph, byNode, onsetMs, atMs, paneMs, affected } = around;
  const rows = new Float32Array(ids.length * nodeColumns.length);
  const moment: Moment = {
    onsetMs, ageMs: atMs - onsetMs, beforePanes: around.fromMs === undefined ? limits.baselinePanes : Math.max(1, (onsetMs - around.fromMs) / paneMs - limits.guardPanes), afterPanes: Math.max(1, (atMs - onsetMs) / paneMs),
    tracedRequests: Math.max(latency.requests, errors.requests), affected: affected.length,
  };
  const isAffected = new Set(affected);
  const [before, after] = [around.trafficBefore(), around.trafficAfter()];
  const [time, failures] = [latency, errors].map(({ gains }) => new Map(gains.map((gain) => [gain.node, gain])));
  const [callers, callees, sharing] = [new Map<EntityId, number>(), new Map<EntityId, number>(), new Map<EntityId, number>()];
  const count = (of: Map<EntityId, number>, id: EntityId): void => { of.set(id, (of.get(id) ?? 0) + 1); };
  for (const { from, to, kind } of links) {
    if (kind === 'runs on') count(sharing, to);
    else {
      count(callers, to);
      count(callees, from);
    }
  }
  const changes = Map.groupBy(around.changes, (change) => nodeOf(change) ?? '');
  for (const [row, id] of ids.entries()) {
    writeNode(rows.subarray(row * nodeColumns.length, (row + 1) * nodeColumns.length), {
      kind: graph.nodes.get(id)?.kind ?? (id === 'user' ? 'user' : 'host'), isAffected: isAffected.has(id), findings: byNode.get(id) ?? [],
      time: time.get(id), isOnTheWay: calls.onTheWay.has(id), errors: failures.get(id), before: before.get(id), after: after.get(id), changes: changes.get(id) ?? [],
      callers: callers.get(id) ?? 0, callees: callees.get(id) ?? 0, sharing: sharing.get(id) ?? 0,
    }, moment);
  }
  return rows;
}

function edgesOf({ byNode }: Around, links: readonly Link[], calls: Calls): Float32Array {
  const findings = new Map<EntityId, Finding[]>();
  for (const finding of [...byNode.values()].flat()) {
    if (!finding.entity.startsWith('edge:')) continue;
    const known = findings.get(finding.entity);
    if (known === undefined) findings.set(finding.entity, [finding]);
    else known.push(finding);
  }
  const rows = new Float32Array(links.length * edgeColumns.length);
  for (const [index, { id, from, to, kind, isLost, isNew }] of links.entries()) {
    const row = rows.subarray(index * edgeColumns.length, (index + 1) * edgeColumns.length);
    writeEdge(row, { kind, isLost, isNew, findings: findings.get(id) ?? [], ...calls.between(from, to) });
  }
  return rows;
}

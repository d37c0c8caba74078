import type { EdgeKind, EngineLimits, EntityId, Graph, Node, NodeKind } from '../model/index.ts';
import { count, edgeGapMs, edgeIntervalsMax, forgetMs, forgetWhenFullMs, virtualNodesMax } from './bounds.ts';
import type { Counters } from './bounds.ts';

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type NodeState = Writable<Node>;
interface Interval { readonly fromMs: number; toMs: number }
interface EdgeState { readonly id: EntityId; readonly from: EntityId; readonly to: EntityId; kind: EdgeKind; readonly intervals: Interval[] }

export interface GraphState {
  readonly nodes: Map<EntityId, NodeState>;
  readonly edges: Map<EntityId, EdgeState>;
  /** Node → edge ids that leave it, that reach it. */
  readonly out: Map<EntityId, Set<EntityId>>;
  readonly in: Map<EntityId, Set<EntityId>>;
  virtualNodes: number;
}

export function openGraphState(): GraphState {
  return { nodes: new Map(), edges: new Map(), out: new Map(), in: new Map(), virtualNodes: 0 };
}

export function edgeId(from: EntityId, to: EntityId): EntityId {
  return `edge:${from}→${to}`;
}

export type NodeWords = Pick<Node, 'id' | 'kind' | 'name' | 'namespace' | 'environment' | 'system' | 'language'>;

/** The node was seen in this pane. Null when it is new, virtual and there is no room (`virtual_nodes_over_limit`). */
export function seeNode(graph: GraphState, words: NodeWords, startMs: number, endMs: number, counters: Counters): NodeState | null {
  const known = graph.nodes.get(words.id);
  if (known !== undefined) {
    known.lastSeenMs = Math.max(known.lastSeenMs, endMs);
    if (words.language !== '') known.language = words.language;
    return known;
  }
  if (isVirtual(words.kind) && graph.virtualNodes >= virtualNodesMax) {
    count(counters, 'virtual_nodes_over_limit');
    return null;
  }
  if (isVirtual(words.kind)) graph.virtualNodes++;
  const node: NodeState = { ...words, versions: [], hosts: [], firstSeenMs: startMs, lastSeenMs: endMs };
  graph.nodes.set(node.id, node);
  return node;
}

/** The edge was seen in this pane: its interval goes on, or a new one begins after a gap. False when there is no room for it (`edges_over_limit`). */
export function seeEdge(graph: GraphState, from: EntityId, to: EntityId, kind: EdgeKind, startMs: number, endMs: number, limits: EngineLimits, counters: Counters): boolean {
  const id = edgeId(from, to);
  let edge = graph.edges.get(id);
  if (edge === undefined) {
    if (graph.edges.size >= limits.edges) {
      count(counters, 'edges_over_limit');
      return false;
    }
    edge = { id, from, to, kind, intervals: [] };
    graph.edges.set(id, edge);
    join(graph.out, from, id);
    join(graph.in, to, id);
  }
  const last = edge.intervals.at(-1);
  if (last !== undefined && startMs - last.toMs <= edgeGapMs) last.toMs = Math.max(last.toMs, endMs);
  else edge.intervals.push({ fromMs: startMs, toMs: endMs });
  if (edge.intervals.length > edgeIntervalsMax) edge.intervals.shift();
  return true;
}

function join(sides: Map<EntityId, Set<EntityId>>, node: EntityId, edge: EntityId): void {
  const ids = sides.get(node) ?? new Set();
  ids.add(edge);
  sides.set(node, ids);
}

/** Lets go of nodes and edges that were not seen for long; sooner when their table is full. */
export function sweepGraph(graph: GraphState, nowMs: number, limits: EngineLimits): void {
  const edgeMs = graph.edges.size >= limits.edges ? forgetWhenFullMs : forgetMs;
  for (const [id, edge] of graph.edges) if (nowMs - (edge.intervals.at(-1)?.toMs ?? 0) > edgeMs) removeEdge(graph, id, edge);
  const nodeMs = graph.virtualNodes >= virtualNodesMax ? forgetWhenFullMs : forgetMs;
  for (const [id, node] of graph.nodes) {
    if (nowMs - node.lastSeenMs <= (node.kind === 'service' ? forgetMs : nodeMs)) continue;
    if (isVirtual(node.kind)) graph.virtualNodes--;
    graph.nodes.delete(id);
    for (const side of [graph.out, graph.in]) {
      for (const each of side.get(id) ?? []) {
        const edge = graph.edges.get(each);
        if (edge !== undefined) removeEdge(graph, each, edge);
      }
      side.delete(id);
    }
  }
}

function removeEdge(graph: GraphState, id: EntityId, edge: EdgeState): void {
  graph.edges.delete(id);
  graph.out.get(edge.from)?.delete(id);
  graph.in.get(edge.to)?.delete(id);
}

/** The graph port over the live state: reads only. An edge is valid from its first pane until the gap after its last one has passed. */
export function viewGraph(state: GraphState): Graph {
  const neighbours = (side: Map<EntityId, Set<EntityId>>, end: 'from' | 'to', node: EntityId, atMs: number): EntityId[] => {
    const found: EntityId[] = [];
    for (const id of side.get(node) ?? []) {
      const edge = state.edges.get(id);
      if (edge !== undefined && edge.intervals.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs + edgeGapMs)) found.push(edge[end]);
    }
    return found.sort();
  };
  return {
    nodes: state.nodes,
    edges: state.edges,
    callers: (node, atMs) => neighbours(state.in, 'from', node, atMs),
    callees: (node, atMs) => neighbours(state.out, 'to', node, atMs),
    onHost: (host) => [...state.nodes.values()].filter((node) => node.hosts.includes(host)).map((node) => node.id).sort(),
  };
}

function isVirtual(kind: NodeKind): boolean {
  return kind !== 'service' && kind !== 'user';
}

import { SpanKind } from '../model/index.ts';
import type { EdgeKind, EntityId, Peer } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { isCall } from './assemble.ts';
import type { Callees } from './callees.ts';
import { edgeId } from './graph.ts';
import { mergeHistogram } from './histogram.ts';
import { rowWords, Word } from './span-buffer.ts';
import { makeTally, tally } from './spans.ts';
import type { PaneShape, Tally } from './state.ts';
import { openWorst, seeRow } from './worst.ts';
import type { Worst } from './worst.ts';

export interface EdgeTally {
  readonly id: EntityId;
  readonly from: EntityId;
  readonly to: EntityId;
  readonly kind: EdgeKind;
  /** The virtual node at either end, for its name. */
  readonly peer: Peer | null;
  readonly tally: Tally;
  readonly worst: Worst;
}

/**
 * Edges of a pane: calls by their client or producer span (with the answering service, else whom the attributes name),
 * `user` → service by root server spans, queue → service by consumer spans, and service → service by server spans whose
 * parent is no call (the caller's client library sends no spans). A queue that is named stands between producer and
 * consumer; only where neither side names it do links join the two services directly.
 */
export function tallyEdges(assembly: Assembly, callees: Callees, paneShapes: readonly PaneShape[]): Map<EntityId, EdgeTally> {
  const edges = new Map<EntityId, EdgeTally>();
  const { rows: { ids, times, count }, kind, parent, answer } = assembly;
  // Which edge it is follows from the row's shape, that of its other end and whether it is a root.
  const known = new Map<number, EdgeTally | null>();
  for (let row = 0; row < count; row++) {
    const at = row * rowWords;
    if (ids[at + Word.age] !== 0 || kind[row] <= SpanKind.internal) continue;
    const other = isCall(kind[row]) ? answer[row] : parent[row];
    const isRoot = ids[at + Word.parent] === 0 && ids[at + Word.parent + 1] === 0;
    const key = ids[at + Word.shape] * 2_097_152 + (other < 0 ? 0 : 2 + 2 * ids[other * rowWords + Word.shape]) + (isRoot ? 1 : 0);
    let edge = known.get(key);
    if (edge === undefined) {
      edge = edgeOf(edges, assembly, callees, row);
      known.set(key, edge);
    }
    if (edge === null) continue;
    const failed = ids[at + Word.error] !== 0;
    tally(edge.tally, times[2 * row + 1] / 1e6, failed);
    seeRow(edge.worst, assembly, row, times[2 * row + 1], failed);
  }
  for (const shape of paneShapes) {
    if (shape.apart === null) continue;
    const edge = edgeOfShape(edges, callees, shape);
    if (edge !== null) mergeTally(edge.tally, shape.apart);
  }
  return edges;
}

export function mergeTally(into: Tally, other: Tally): void {
  into.count += other.count;
  into.errors += other.errors;
  into.totalNs += other.totalNs;
  mergeHistogram(into.durations, other.durations);
}

function edgeOf(edges: Map<EntityId, EdgeTally>, { rows: { ids }, shapes, kind, parent, answer }: Assembly, callees: Callees, row: number): EdgeTally | null {
  const at = row * rowWords;
  const shape = shapes[ids[at + Word.shape]];
  if (isCall(kind[row])) {
    const answering = answer[row] < 0 ? null : shapes[ids[answer[row] * rowWords + Word.shape]];
    if (answering === null || shape.peer?.kind === 'queue') return edgeOfShape(edges, callees, shape);
    if (answering.kind === SpanKind.consumer) return answering.peer === null ? null : open(edges, shape.service, answering.peer.id, 'message', answering.peer);
    return open(edges, shape.service, answering.service, 'call', null);
  }
  if (kind[row] !== SpanKind.server && kind[row] !== SpanKind.consumer) return null;
  const above = parent[row] < 0 ? null : shapes[ids[parent[row] * rowWords + Word.shape]];
  if (kind[row] === SpanKind.consumer) {
    const queue = shape.peer ?? (above?.peer?.kind === 'queue' ? above.peer : null);
    if (queue !== null) return open(edges, queue.id, shape.service, 'message', queue);
    return above === null || above.service === shape.service ? null : open(edges, above.service, shape.service, 'message', null);
  }
  if (above !== null) return isCall(above.kind) || above.service === shape.service ? null : open(edges, above.service, shape.service, 'call', null);
  const isRoot = ids[at + Word.parent] === 0 && ids[at + Word.parent + 1] === 0;
  return isRoot ? open(edges, 'user', shape.service, 'entry', null) : null;
}

function edgeOfShape(edges: Map<EntityId, EdgeTally>, callees: Callees, shape: PaneShape): EdgeTally | null {
  if (shape.kind === SpanKind.server) return open(edges, 'user', shape.service, 'entry', null);
  if (shape.kind === SpanKind.consumer) return shape.peer === null ? null : open(edges, shape.peer.id, shape.service, 'message', shape.peer);
  const callee = callees.ofShape(shape);
  return callee === null ? null : open(edges, shape.service, callee.node, callee.kind, callee.kind === 'call' ? null : callee.peer);
}

function open(edges: Map<EntityId, EdgeTally>, from: EntityId, to: EntityId, kind: EdgeKind, peer: Peer | null): EdgeTally {
  const id = edgeId(from, to);
  let edge = edges.get(id);
  if (edge === undefined) {
    edge = { id, from, to, kind, peer, tally: makeTally(), worst: openWorst() };
    edges.set(id, edge);
  }
  return edge;
}

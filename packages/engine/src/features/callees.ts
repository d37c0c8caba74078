import type { EdgeKind, EntityId, Peer } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { isCall } from './assemble.ts';
import { count, peerNamesMax } from './bounds.ts';
import { rowWords, Word } from './span-buffer.ts';
import type { FeaturesState, PaneShape } from './state.ts';

/** Whom a call reaches: a service, or the virtual node that its attributes name. */
export interface Callee {
  readonly node: EntityId;
  readonly kind: EdgeKind;
  readonly peer: Peer | null;
}

const edgeKinds: Readonly<Record<Peer['kind'], EdgeKind>> = { database: 'database', queue: 'message', external: 'external' };

/** Answers for one pane; made after its assembly, so that what the pane itself shows is known first. */
export interface Callees {
  /** A call without an answering span, by its shape alone. Null when the span names nobody. */
  ofShape(shape: PaneShape): Callee | null;
}

/**
 * Learns from answered calls which service stands behind a peer name, so that a call that nobody answered (the callee is
 * down, its span was not sampled, it is still busy) still counts for that service. A name that several services answer
 * (a proxy) stays a peer of its own.
 */
export function openCallees(state: FeaturesState, assembly: Assembly, startMs: number): Callees {
  learn(state, assembly, startMs);
  const byName = new Map<string, EntityId | null>();
  for (const service of state.services.values()) byName.set(service.name, byName.has(service.name) ? null : service.id);
  const known = new Map<PaneShape, Callee | null>();
  return {
    ofShape(shape) {
      let callee = known.get(shape);
      if (callee === undefined) {
        callee = resolve(state, byName, shape);
        known.set(shape, callee);
      }
      return callee;
    },
  };
}

function learn(state: FeaturesState, { rows: { ids, count: rowCount }, shapes, kind, answer }: Assembly, startMs: number): void {
  for (let row = 0; row < rowCount; row++) {
    if (!isCall(kind[row]) || answer[row] < 0) continue;
    const { peer } = shapes[ids[row * rowWords + Word.shape]];
    if (peer === null || peer.kind !== 'external') continue;
    const { service } = shapes[ids[answer[row] * rowWords + Word.shape]];
    const known = state.peers.get(peer.id);
    if (known !== undefined) {
      known.lastMs = Math.max(known.lastMs, startMs);
      if (known.service !== service) known.service = '';
    } else if (state.peers.size < peerNamesMax) state.peers.set(peer.id, { service, lastMs: startMs });
    else count(state.counters, 'peer_names_over_limit');
  }
}

function resolve(state: FeaturesState, byName: ReadonlyMap<string, EntityId | null>, { service, peer }: PaneShape): Callee | null {
  if (peer === null) return null;
  if (peer.kind === 'external') {
    const learned = state.peers.get(peer.id);
    const answered = learned?.service ?? namedService(state, byName, service, peer);
    if (answered !== '' && answered !== service) return { node: answered, kind: 'call', peer };
  }
  return { node: peer.id, kind: edgeKinds[peer.kind], peer };
}

/** A service of that name beside the caller, or the only one of that name anywhere. */
function namedService(state: FeaturesState, byName: ReadonlyMap<string, EntityId | null>, caller: EntityId, peer: Peer): EntityId {
  const from = state.services.get(caller);
  for (const name of peer.serviceNames) {
    const found = byName.get(name);
    if (typeof found === 'string') return found;
    if (found === null && from !== undefined) {
      for (const each of state.services.values()) {
        if (each.name === name && each.namespace === from.namespace && each.environment === from.environment) return each.id;
      }
    }
  }
  return '';
}

import type { TrainedModel } from '../model/index.ts';
import type { Contrast } from './contrast.ts';
import { claim } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { rowOf } from './graph-net/graph-net.ts';
import { graphOf } from './graph-net/graph-of.ts';
import { strengthOf } from './kinds.ts';
import type { Memory } from './memory.ts';

/** Shares below this are chance; those above the second are worth a line of evidence, and a place among the candidates. */
const leastShare = 0.005;
const tellingShare = 0.3;

/**
 * What a graph network that was trained on simulated incidents makes of the graph as it was around the onset: its share for each
 * node is the strength of the claim. It sees kinds, findings, requests and edges, never names (docs/models/graph-net.md). It says
 * where, never what is wrong, and nothing when no node is affected or the model does not answer.
 */
export function byGraphNet(facts: Facts, latency: Contrast, errors: Contrast, model: TrainedModel, counted: Pick<Memory, 'graphDropped' | 'graphUnanswered'>): Claim[] {
  const graph = graphOf(facts, latency, errors);
  if (graph === null) return [];
  counted.graphDropped = (counted.graphDropped ?? 0) + graph.dropped;
  const row = rowOf(graph);
  const shares = row === null ? null : model.run(row, 1);
  if (shares === null) {
    counted.graphUnanswered = (counted.graphUnanswered ?? 0) + 1;
    return [];
  }
  return graph.ids.flatMap((entity, place) => {
    const share = shares[place];
    if (share < leastShare) return [];
    return [claim('graph_net', entity, share, share >= tellingShare ? [{ kind: 'graph_pattern', share }] : [])];
  });
}

/** Is this the network's word, and a clear one? */
export function pointsAt({ source, strength }: Claim): boolean {
  return source === 'graph_net' && strength >= tellingShare;
}

export const graphNetColumns = ['graph_net', 'most graph_net', 'graph_net log'] as const;
export const graphNetUnknownColumns = ['most graph_net', 'graph_net elsewhere'] as const;

/** The share, whether it is the highest, and its logarithm: 0 at the least share, 1 at 1. */
export function graphNetEvidence(claims: readonly Claim[], most: number): number[] {
  const share = strengthOf(claims, 'graph_net');
  return [share, share > 0 && share === most ? 1 : 0, share < leastShare ? 0 : 1 - Math.log(share) / Math.log(leastShare)];
}

/** The highest share of a candidate, and what the network gives to none of them; both 0 where it said nothing. */
export function graphNetUnknown(candidates: readonly { readonly claims: readonly Claim[] }[]): number[] {
  const shares = candidates.map(({ claims }) => strengthOf(claims, 'graph_net'));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return total === 0 ? [0, 0] : [Math.max(...shares), Math.max(0, 1 - total)];
}

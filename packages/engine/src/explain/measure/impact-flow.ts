import { interpolatedQuantile } from './interpolated-quantile.ts';

/**
 * Root cause from request metrics alone, when there are no traces. What people lose is a budget that flows through the
 * calls: milliseconds waited, or requests failed, more than usual. A caller's loss is mostly made by its callees; what is
 * left when their loss is taken off began at the node itself. (Self time and error origin of traces are the same idea with
 * every request seen; compare Gan et al. 2019, "Seer", and the traversal baselines of Hardt et al. 2024, "PetShop".)
 *
 * A loss counts by how far it exceeds every stretch of the same length in the normal period, so that a node which is always
 * restless accuses itself of nothing. Says nothing about a node without requests, and nothing at all when the loss of the
 * node in alarm and of everything beneath it is usual.
 */
export interface Requests {
  /** Requests of each window; NaN when nothing was reported. */
  readonly count: ArrayLike<number>;
  /** Mean latency (any unit), or share of failed requests, of each window; NaN when nothing was reported. */
  readonly value: ArrayLike<number>;
}

export interface FlowQuestion {
  readonly alarmed: string;
  /** Nodes that it calls. */
  callees(node: string): readonly string[];
  /** The normal period, by node: windows in order of time. */
  readonly before: ReadonlyMap<string, Requests>;
  /** The incident, windows of the same length. */
  readonly after: ReadonlyMap<string, Requests>;
}

export interface FlowShare {
  readonly node: string;
  /** Loss that is not explained by the node's callees; what the ranking goes by. */
  readonly own: number;
  /** The whole loss of requests through the node, beyond usual. */
  readonly excess: number;
  /** Loss ÷ what the normal period's worst stretches lost; above 1. */
  readonly surprise: number;
}

/**
 * The normal period is cut into so many blocks, and a loss must exceed the worst stretch of most of them to count at all.
 * Counting blocks instead of stretches forgives an incident or two that nobody cut out of the normal period.
 */
const blocks = 20;
const exceeded = 0.9;
const margin = 1.5;
/** Windows of the normal period with requests that it takes to know what is usual. */
const leastKnown = 30;

/** Ranked, best first; empty when nothing unusual is found at the alarmed node or beneath it. */
export function flowOfImpact(question: FlowQuestion): FlowShare[] {
  const nodes = reachable(question);
  const losses = new Map<string, Loss>();
  for (const node of nodes) {
    const before = question.before.get(node);
    const after = question.after.get(node);
    if (before !== undefined && after !== undefined) losses.set(node, lossOf(before, after));
  }
  const loss = (node: string): number => losses.get(node)?.excess ?? 0;
  const callersTotal = new Map<string, number>();
  for (const node of nodes) for (const callee of new Set(question.callees(node))) callersTotal.set(callee, (callersTotal.get(callee) ?? 0) + loss(node));
  const shares: FlowShare[] = [];
  for (const [node, { excess, surprise }] of losses) {
    if (excess <= 0) continue;
    let explained = 0;
    for (const callee of new Set(question.callees(node))) {
      // What a callee loses is shared out among its callers by what they lose.
      if (callee !== node) explained += (loss(callee) * excess) / Math.max(callersTotal.get(callee) ?? 0, excess);
    }
    shares.push({ node, own: Math.max(0, excess - explained), excess, surprise });
  }
  return shares.filter((each) => each.own > 0).sort((a, b) => b.own - a.own || (a.node < b.node ? -1 : 1));
}

function reachable({ alarmed, callees }: FlowQuestion): Set<string> {
  const seen = new Set([alarmed]);
  for (const node of seen) for (const callee of callees(node)) seen.add(callee);
  return seen;
}

interface Loss { readonly excess: number; readonly surprise: number }

function lossOf(before: Requests, after: Requests): Loss {
  let known = 0;
  for (let at = 0; at < before.value.length; at++) if (Number.isFinite(before.value[at])) known++;
  if (known < leastKnown) return { excess: 0, surprise: 0 };
  const usual = interpolatedQuantile(before.value, 0.5);
  const length = after.value.length;
  const normal: number[] = [];
  for (let from = 0; from + length <= before.value.length; from++) normal.push(lossFrom(before, from, length, usual));
  const lost = lossFrom(after, 0, length, usual);
  const bound = margin * interpolatedQuantile(worstOfBlocks(normal), exceeded);
  if (!(lost > bound)) return { excess: 0, surprise: 0 };
  return { excess: lost - interpolatedQuantile(normal, 0.5), surprise: lost / Math.max(bound, Number.MIN_VALUE) };
}

function worstOfBlocks(values: readonly number[]): number[] {
  const size = Math.max(1, Math.ceil(values.length / blocks));
  const worst: number[] = [];
  for (let from = 0; from < values.length; from += size) worst.push(Math.max(...values.slice(from, from + size)));
  return worst;
}

function lossFrom({ count, value }: Requests, from: number, length: number, usual: number): number {
  let sum = 0;
  for (let at = from; at < from + length; at++) {
    const lost = count[at] * Math.max(0, value[at] - usual);
    if (lost > 0) sum += lost;
  }
  return sum;
}

import type { CausalQuestion } from './interval.ts';
import type { Parent, Samples, Variable } from './model.ts';

/**
 * The structural model of services: what a node's requests take is made by the node's own time, which may grow with load, and
 * by what its callees take; what fails, by what fails at its callees. Faults travel from callee to caller, load from caller to
 * callee. Load is one player, *traffic*: who is asked more often is not at fault for it.
 */
export interface NodeSeries {
  /** Requests of each row, failed ones, mean time of a request and the mean time spent at the node itself; NaN where unknown. */
  readonly count: Float64Array;
  readonly errors: Float64Array;
  readonly mean: Float64Array;
  readonly own: Float64Array;
}

export interface Stretch {
  readonly rows: number;
  series(node: string): NodeSeries | null;
  /** Calls from one node to another, by row; null where nobody counts them. */
  calls(caller: string, callee: string): ArrayLike<number> | null;
}

export interface ServiceQuestion extends CausalQuestion {
  /** By player; the first is `traffic`, which is no node. */
  readonly nodes: readonly string[];
  /** By player: the variable that holds what the node itself does, -1 for none. */
  readonly owns: readonly number[];
  /** By player: the variable of its load, -1 for none. */
  readonly loads: readonly number[];
}

export const traffic = 'traffic';

/** A callee's slowness reaches its caller by so many calls a request, give or take this share of it. */
const slopeSpread = 0.2;
/** Own time is all waited for; the clock of another machine may say otherwise. */
const ownSpread = 0.1;
/** Twice the load may make requests half as slow again, as far as is known before looking. */
const loadSpread = 0.5;

/** The target and what it depends on, callees first; calls that close a circle are left out. `callees` is asked for each node once. */
export function ordered(target: string, callees: (node: string) => readonly string[], most: number): Map<string, readonly string[]> {
  const near = new Set([target]);
  const below = new Map<string, readonly string[]>();
  for (const node of near) {
    const own = callees(node).filter((callee) => callee !== node);
    below.set(node, own);
    for (const callee of own) if (near.size < most) near.add(callee);
  }
  const order = new Map<string, readonly string[]>();
  const open = new Set<string>();
  const visit = (node: string): void => {
    open.add(node);
    const own = (below.get(node) ?? []).filter((callee) => near.has(callee) && !open.has(callee));
    for (const callee of own) if (!order.has(callee)) visit(callee);
    open.delete(node);
    order.set(node, own);
  };
  visit(target);
  return order;
}

/**
 * Of the nodes that a target calls, those through which something may have come: a node whose own requests did not change by
 * `leastMoved` of what the target's did, calls counted, passes nothing on, and what it calls need not be looked at.
 */
export function movers(of: 'latency' | 'errors', target: string, before: Stretch, after: Stretch): (node: string) => boolean {
  const moved = (node: string): number => {
    const then = before.series(node);
    const now = after.series(node);
    if (then === null || now === null) return 0;
    const by = of === 'latency' ? meanOf(now.mean, now.count) - meanOf(then.mean, then.count) : shareOf(now) - shareOf(then);
    return Number.isNaN(by) ? 0 : Math.abs(by) * Math.max(total(then.count) / before.rows, total(now.count) / after.rows);
  };
  const whole = moved(target);
  return (node) => node === target || moved(node) >= leastMoved * whole;
}

const leastMoved = 0.01;

interface Drawing {
  readonly variables: Variable[];
  readonly players: number[];
  readonly before: { values: Float64Array[]; weights: Float64Array[] };
  readonly after: { values: Float64Array[]; weights: Float64Array[] };
  readonly nodes: string[];
  readonly owns: number[];
  readonly loads: number[];
}

/** What the target's requests take, or how many of them fail; null where the target was not seen on either side. */
export function serviceQuestion(of: 'latency' | 'errors', order: ReadonlyMap<string, readonly string[]>, before: Stretch, after: Stretch): ServiceQuestion | null {
  const drawing: Drawing = { variables: [], players: [], before: { values: [], weights: [] }, after: { values: [], weights: [] }, nodes: [traffic], owns: [-1], loads: [-1] };
  const outcomes = new Map<string, number>();
  for (const [node, callees] of order) {
    const then = before.series(node);
    const now = after.series(node);
    if (then === null || now === null) continue;
    const player = drawing.nodes.push(node) - 1;
    const parents = callees.flatMap((callee) => {
      const at = outcomes.get(callee);
      return at === undefined ? [] : [{ at, ratio: ratioOf(before, node, callee, then) }];
    }).filter(({ ratio }) => ratio > 0);
    outcomes.set(node, of === 'latency' ? addLatency(drawing, player, then, now, parents) : addErrors(drawing, player, then, now, parents));
  }
  const last = [...order.keys()].at(-1) ?? '';
  const target = outcomes.get(last);
  if (target === undefined || target < 0) return null;
  const question = { variables: drawing.variables, players: drawing.players, target, nodes: drawing.nodes, owns: drawing.owns, loads: drawing.loads, before: toSamples(before.rows, drawing.before), after: toSamples(after.rows, drawing.after) };
  const seen = ({ values, weights }: Samples): boolean => values[target].some((value, row) => weights[target][row] > 0 && !Number.isNaN(value));
  return seen(question.before) && seen(question.after) ? question : null;
}

function toSamples(rows: number, { values, weights }: { values: Float64Array[]; weights: Float64Array[] }): Samples {
  return { rows, values, weights };
}

/** Calls a request, over the whole normal period; once where nobody counts them. */
function ratioOf(before: Stretch, caller: string, callee: string, { count }: NodeSeries): number {
  const calls = before.calls(caller, callee);
  const requests = total(count);
  return calls === null || requests === 0 ? 1 : total(calls) / requests;
}

export function shareOf({ errors, count }: NodeSeries): number {
  return total(errors) / total(count);
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) if (values[at] > 0) sum += values[at];
  return sum;
}

function add(drawing: Drawing, player: number, variable: Variable, then: Float64Array, now: Float64Array, thenCount: Float64Array, nowCount: Float64Array): number {
  drawing.players.push(player);
  drawing.before.values.push(then);
  drawing.before.weights.push(thenCount);
  drawing.after.values.push(now);
  drawing.after.weights.push(nowCount);
  return drawing.variables.push(variable) - 1;
}

function addLatency(drawing: Drawing, player: number, then: NodeSeries, now: NodeSeries, callees: readonly { readonly at: number; readonly ratio: number }[]): number {
  const usual = meanOf(then.mean, then.count);
  if (Number.isNaN(usual)) return -1;
  const perRow = total(then.count) / Math.max(1, then.count.filter((count) => count > 0).length);
  const relative = (count: Float64Array): Float64Array => count.map((each) => each / perRow);
  // Load counts each row the same.
  const rows = (count: Float64Array): Float64Array => count.map((each) => (each > 0 ? 1 : 0));
  const load = add(drawing, 0, { kind: 'sum', parents: [] }, relative(then.count), relative(now.count), rows(then.count), rows(now.count));
  const ownUsual = meanOf(then.own, then.count);
  const isApart = callees.length > 0 && !Number.isNaN(ownUsual);
  const byLoad: Parent = { of: load, expected: 0, spread: loadSpread * (isApart ? ownUsual : usual) };
  const parents: Parent[] = [];
  drawing.loads[player] = load;
  if (isApart) {
    const own = add(drawing, player, { kind: 'sum', parents: [byLoad] }, then.own, now.own, then.count, now.count);
    parents.push({ of: own, expected: 1, spread: ownSpread });
    drawing.owns[player] = own;
  } else parents.push(byLoad);
  // Calls side by side are not waited for one after the other: all of them together take no longer than the request does.
  const given = callees.filter(({ at }) => at >= 0).map(({ at, ratio }) => ({ at, ratio, mean: meanOf(drawing.before.values[at], drawing.before.weights[at]) }));
  const asked = given.reduce((sum, { ratio, mean }) => sum + (Number.isNaN(mean) ? 0 : ratio * mean), 0);
  const waited = Math.max(0, usual - (isApart ? ownUsual : 0));
  const share = asked > 0 ? Math.min(1, waited / asked) : 1;
  for (const { at, ratio } of given) parents.push({ of: at, expected: ratio * share, spread: slopeSpread * ratio });
  const outcome = add(drawing, player, { kind: 'sum', parents }, then.mean, now.mean, then.count, now.count);
  if (!isApart) drawing.owns[player] = outcome;
  return outcome;
}

function addErrors(drawing: Drawing, player: number, then: NodeSeries, now: NodeSeries, callees: readonly { readonly at: number; readonly ratio: number }[]): number {
  const shares = ({ errors, count }: NodeSeries): Float64Array => errors.map((each, row) => (count[row] > 0 ? Math.min(1, each / count[row]) : NaN));
  const parents = callees.filter(({ at }) => at >= 0).map(({ at, ratio }) => ({ of: at, expected: Math.min(1, ratio), spread: slopeSpread * Math.min(1, ratio) }));
  drawing.loads[player] = -1;
  const outcome = add(drawing, player, { kind: 'either', parents }, shares(then), shares(now), then.count, now.count);
  drawing.owns[player] = outcome;
  return outcome;
}

export function meanOf(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  let all = 0;
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row]) || !(weights[row] > 0)) continue;
    sum += weights[row] * values[row];
    all += weights[row];
  }
  return sum / all;
}

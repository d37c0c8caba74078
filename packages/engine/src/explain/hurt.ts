import type { EntityId } from '../model/index.ts';
import type { Memory } from './memory.ts';

/** Requests of one operation over some panes: how many, how many failed, how long they took (buckets of Attribution.durations). */
export interface RequestTally { readonly node: EntityId; requests: number; errors: number; readonly durations: Float64Array }

export interface RequestStretch { readonly operations: ReadonlyMap<EntityId, RequestTally>; readonly panes: number }

const buckets = 164;

/** Of all operations, over panes that start in [fromMs, toMs). */
export function tallyRequests(memory: Memory, fromMs: number, toMs: number): RequestStretch {
  const operations = new Map<EntityId, RequestTally>();
  let panes = 0;
  for (const pane of memory.panes) {
    if (pane.startMs < fromMs || pane.startMs >= toMs) continue;
    panes++;
    for (const each of pane.attributions) {
      let sum = operations.get(each.operation);
      if (sum === undefined) operations.set(each.operation, sum = { node: each.node, requests: 0, errors: 0, durations: new Float64Array(buckets) });
      sum.requests += each.requests;
      sum.errors += each.errors;
      const { durations = [] } = each;
      for (let at = 0; at < durations.length; at += 2) sum.durations[Math.min(buckets - 1, Math.max(0, durations[at]))] += durations[at + 1];
    }
  }
  return { operations, panes };
}

/** Less than this a person could not tell from noise: three more failures in a hundred, a sixth of the requests slower than nine tenths were, half of them gone. */
const [leastErrors, leastSlow, leastLost, leastEvents] = [0.03, 0.15, 0.5, 4];
/** And it must be this many standard deviations from what chance does: there are many operations, and the worst of several minutes is looked at. */
const deviations = 3.3;
/** A median higher by this factor is felt, even where few are slower than the slowest were. */
const [slowerMedian, feltShare] = [1.35, 0.3];

/** Requests a pane of a node that are missing, and that fail or are slow, since onset; each of its worst operation. */
export interface Hurt { readonly missing: number; readonly felt: number }

/** Who suffers; nodes that do not are not in it. */
export function weighHurt(before: RequestStretch, after: RequestStretch): Map<EntityId, Hurt> {
  const hurt = new Map<EntityId, Hurt>();
  for (const [operation, then] of before.operations) {
    const own = hurtOf(then, before.panes, after.operations.get(operation), after.panes);
    if (own === null) continue;
    const known = hurt.get(then.node);
    hurt.set(then.node, known === undefined ? own : { missing: Math.max(known.missing, own.missing), felt: Math.max(known.felt, own.felt) });
  }
  return hurt;
}

/** Who suffers, and requests a pane of every node, usually and while it is at its worst. */
export interface Weighed { readonly hurt: ReadonlyMap<EntityId, Hurt>; readonly usual: ReadonlyMap<EntityId, number>; readonly now: ReadonlyMap<EntityId, number> }

/**
 * What only hurts for a while (callers that need a minute to notice that a machine is gone) is told by its worst minute, all else by
 * all the time since onset, which chance moves less; but by no more than the first minutes, as what comes later may be another's trouble.
 */
export function weighWorst(memory: Memory, before: RequestStretch, fromMs: number, toMs: number): Weighed {
  const sum = (hurt: ReadonlyMap<EntityId, Hurt>): number => [...hurt.values()].reduce((so, { missing, felt }) => so + Math.max(missing, felt), 0);
  const endMs = Math.min(toMs, fromMs + stretchesMax * stretchMs);
  let after = tallyRequests(memory, fromMs, endMs);
  let worst = weighHurt(before, after);
  let most = sum(worst) * clearlyWorse;
  for (let startMs = fromMs; startMs + stretchMs < toMs && startMs < endMs; startMs += stretchMs) {
    const minute = tallyRequests(memory, startMs, startMs + stretchMs);
    const hurt = weighHurt(before, minute);
    if (sum(hurt) <= most) continue;
    most = sum(hurt);
    worst = hurt;
    after = minute;
  }
  return { hurt: worst, usual: requestsOf(before), now: requestsOf(after) };
}

function requestsOf({ operations, panes }: RequestStretch): Map<EntityId, number> {
  const rates = new Map<EntityId, number>();
  for (const { node, requests } of operations.values()) rates.set(node, (rates.get(node) ?? 0) + requests / Math.max(1, panes));
  return rates;
}

/** Of the requests that a node lacks, at least so many must be lacking at those whom it calls. */
const passedOn = 0.3;

/** Who gets nothing asks for nothing. One whose callees have as much to do as ever has lost its spans, not its requests. */
export function isMissed(node: EntityId, callees: readonly EntityId[], { usual, now }: Weighed): boolean {
  const lack = (each: EntityId): number => Math.max(0, (usual.get(each) ?? 0) - (now.get(each) ?? 0));
  const known = callees.filter((callee) => usual.has(callee));
  return known.length === 0 || known.reduce((sum, callee) => sum + lack(callee), 0) >= passedOn * lack(node);
}

const [stretchMs, stretchesMax, clearlyWorse] = [60_000, 6, 1.5];

function hurtOf(then: RequestTally, panesThen: number, now: RequestTally | undefined, panesNow: number): Hurt | null {
  if (panesThen === 0 || panesNow === 0) return null;
  const usual = then.requests / panesThen;
  const rate = (now?.requests ?? 0) / panesNow;
  const lost = 1 - rate / usual;
  const expected = usual * panesNow;
  if (lost >= leastLost && expected * lost >= Math.max(leastEvents, deviations * Math.sqrt(expected * (2 - lost)))) return { missing: usual * lost, felt: 0 };
  if (now === undefined) return null;
  const failing = now.errors / now.requests - then.errors / then.requests;
  if (failing >= leastErrors && isMore(now.errors, then.errors / then.requests * now.requests)) return { missing: 0, felt: rate * failing };
  const high = quantile(then.durations, 0.9) + 1;
  const slowBefore = shareAbove(then.durations, high);
  const slow = shareAbove(now.durations, high) - slowBefore;
  const isSlower = 2 ** ((quantile(now.durations, 0.5) - quantile(then.durations, 0.5)) / 4) >= slowerMedian;
  const share = Math.max(slow, isSlower ? feltShare : 0);
  return share >= leastSlow && isMore((share + slowBefore) * now.requests, slowBefore * now.requests) ? { missing: 0, felt: rate * share } : null;
}

/** By more than chance does, were there none before. */
function isMore(count: number, expected: number): boolean {
  return count - expected >= deviations * Math.sqrt(expected + 1);
}

/** Bucket below which the share lies, with the place in it by even spread. */
function quantile(durations: Float64Array, share: number): number {
  let left = share * durations.reduce((sum, count) => sum + count, 0);
  for (let at = 0; at < durations.length; at++) {
    if (durations[at] >= left && durations[at] > 0) return at + left / durations[at];
    left -= durations[at];
  }
  return durations.length;
}

function shareAbove(durations: Float64Array, bucket: number): number {
  let [above, all] = [0, 0];
  for (let at = 0; at < durations.length; at++) {
    all += durations[at];
    above += durations[at] * Math.max(0, Math.min(1, at + 1 - bucket));
  }
  return all === 0 ? 0 : above / all;
}

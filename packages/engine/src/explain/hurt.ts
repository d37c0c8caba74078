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

/** Less than this a person could not tell from noise: shares of failures, of requests slower than nine tenths were, of those that are gone. */
const [leastErrors, leastSlow, leastLost, leastEvents, deviations] = [0.01, 0.06, 0.5, 4, 2.5];
/** A median higher by this factor is felt, even where few are slower than the slowest were. */
const [slowerMedian, feltShare] = [1.35, 0.3];

/** Node → requests a pane that fail, are slow or are missing since onset, of its worst operation; nodes that do not suffer are not in it. */
export function weighHurt(before: RequestStretch, after: RequestStretch): Map<EntityId, number> {
  const hurt = new Map<EntityId, number>();
  for (const [operation, then] of before.operations) {
    const own = hurtOf(then, before.panes, after.operations.get(operation), after.panes);
    if (own > (hurt.get(then.node) ?? 0)) hurt.set(then.node, own);
  }
  return hurt;
}

/**
 * What only hurts for a while (callers that need a minute to notice that a machine is gone) is told by its worst minute, all else by
 * all the time since onset, which chance moves less.
 */
export function weighWorst(memory: Memory, before: RequestStretch, fromMs: number, toMs: number): Map<EntityId, number> {
  const sum = (hurt: ReadonlyMap<EntityId, number>): number => [...hurt.values()].reduce((so, each) => so + each, 0);
  let worst = weighHurt(before, tallyRequests(memory, fromMs, toMs));
  let most = sum(worst) * clearlyWorse;
  for (let startMs = fromMs; startMs + stretchMs < toMs && startMs < fromMs + stretchesMax * stretchMs; startMs += stretchMs) {
    const hurt = weighHurt(before, tallyRequests(memory, startMs, startMs + stretchMs));
    if (sum(hurt) <= most) continue;
    most = sum(hurt);
    worst = hurt;
  }
  return worst;
}

const [stretchMs, stretchesMax, clearlyWorse] = [60_000, 6, 1.5];

function hurtOf(then: RequestTally, panesThen: number, now: RequestTally | undefined, panesNow: number): number {
  if (panesThen === 0 || panesNow === 0) return 0;
  const usual = then.requests / panesThen;
  const rate = (now?.requests ?? 0) / panesNow;
  const lost = 1 - rate / usual;
  if (lost >= leastLost && usual * panesNow * lost >= leastEvents) return usual * lost;
  if (now === undefined) return 0;
  const failing = now.errors / now.requests - then.errors / then.requests;
  if (failing >= leastErrors && isMore(now.errors, then.errors / then.requests * now.requests)) return rate * failing;
  const high = quantile(then.durations, 0.9) + 1;
  const slowBefore = shareAbove(then.durations, high);
  const slow = shareAbove(now.durations, high) - slowBefore;
  const isSlower = 2 ** ((quantile(now.durations, 0.5) - quantile(then.durations, 0.5)) / 4) >= slowerMedian;
  const share = Math.max(slow, isSlower ? feltShare : 0);
  return share >= leastSlow && isMore((share + slowBefore) * now.requests, slowBefore * now.requests) ? rate * share : 0;
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

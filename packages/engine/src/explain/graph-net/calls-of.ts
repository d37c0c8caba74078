import type { EntityId } from '../../model/index.ts';
import type { Tally } from '../memory.ts';
import type { Around } from './graph-of.ts';

/** What the requests of affected callers say about those that they call. */
export interface Calls {
  between(caller: EntityId, callee: EntityId): { readonly time: number; readonly addedTime: number; readonly addedOnTheWay: number; readonly newErrors: number };
  /** Nodes from which requests take longer on the way to a callee. */
  readonly onTheWay: ReadonlySet<EntityId>;
}

interface Sums { requests: number; totalMs: number; errors: number; readonly selfMs: Map<EntityId, number>; readonly wayMs: Map<EntityId, number>; readonly origins: Map<EntityId, number> }

/** Operations of this name are the way to a callee and back. */
const wayMark = '→ ';
const nothing = { time: 0, addedTime: 0, addedOnTheWay: 0, newErrors: 0 };
const leastRequests = 5;
/** Added time below this, a request, is noise. */
const leastAddedMs = 0.5;

export function callsOf({ before, after }: Pick<Around, 'before' | 'after'>): Calls {
  const [was, is] = [sumUp(before), sumUp(after)];
  const onTheWay = new Set<EntityId>();
  for (const [caller, sums] of is) {
    const earlier = was.get(caller);
    if (earlier === undefined || earlier.requests < leastRequests || sums.requests < leastRequests) continue;
    for (const [callee, ms] of sums.wayMs) if (ms / sums.requests - (earlier.wayMs.get(callee) ?? 0) / earlier.requests >= Math.max(leastAddedMs, 0.2 * sums.totalMs / sums.requests)) onTheWay.add(caller);
  }
  return {
    onTheWay,
    between(caller, callee) {
      const [then, now] = [was.get(caller), is.get(caller)];
      if (then === undefined || now === undefined || then.requests < leastRequests || now.requests < leastRequests) return nothing;
      const added = (of: (sums: Sums) => number): number => of(now) / now.requests - of(then) / then.requests;
      const addedMs = Math.max(leastAddedMs, added(({ totalMs }) => totalMs));
      const share = (part: number, whole: number): number => Math.max(0, Math.min(1, part / whole));
      const failed = added(({ errors }) => errors);
      return {
        time: share(then.selfMs.get(callee) ?? 0, Math.max(1e-6, then.totalMs)), addedTime: share(added(({ selfMs }) => selfMs.get(callee) ?? 0), addedMs),
        addedOnTheWay: share(added(({ wayMs }) => wayMs.get(callee) ?? 0), addedMs), newErrors: failed < 0.005 ? 0 : share(added(({ origins }) => origins.get(callee) ?? 0), failed),
      };
    },
  };
}

/** By the node whose requests they are, over all its operations. */
function sumUp(tallies: ReadonlyMap<EntityId, Tally>): Map<EntityId, Sums> {
  const all = new Map<EntityId, Sums>();
  for (const { node, requests, totalMs, errors, self, origins } of tallies.values()) {
    let sums = all.get(node);
    if (sums === undefined) all.set(node, sums = { requests: 0, totalMs: 0, errors: 0, selfMs: new Map(), wayMs: new Map(), origins: new Map() });
    sums.requests += requests;
    sums.totalMs += totalMs;
    sums.errors += errors;
    for (const each of self.values()) {
      const isWay = each.node === node && each.operation.startsWith(wayMark);
      const [to, key] = isWay ? [sums.wayMs, `service:${each.operation.slice(wayMark.length)}`] : [sums.selfMs, each.node];
      to.set(key, (to.get(key) ?? 0) + each.selfMs);
    }
    for (const each of origins.values()) sums.origins.set(each.node, (sums.origins.get(each.node) ?? 0) + each.count);
  }
  return all;
}

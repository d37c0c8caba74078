import type { StoredPlace, StoredWalk, WalkedAt } from '@clew/engine';
import type { RefinedGain } from '../api/types.ts';

/** Places of an answer. */
const gainsMax = 8;
/** Self time that grew by less (ms a trace, and share of what it was) is noise, as in the engine's own contrast. */
const leastAddedMs = 0.5;
const leastAddedShare = 0.15;
/** Fewer traces on either side say nothing. */
export const leastTraces = 20;

/** What traces gained at each place, most first: self time, or errors that begin there. Empty where too few traces were seen. */
export function gainsOf(before: StoredWalk, after: StoredWalk, of: 'time' | 'errors'): RefinedGain[] {
  if (before.traces < leastTraces || after.traces < leastTraces) return [];
  const amount = ({ selfMs, origins }: WalkedAt): number => (of === 'time' ? selfMs : origins);
  const was = new Map(before.places.map((place) => [keyOf(place), place]));
  const gained = after.places.flatMap((place) => {
    const old = was.get(keyOf(place));
    const [is, then] = [amount(place) / after.traces, old === undefined ? 0 : amount(old) / before.traces];
    const least = of === 'time' ? Math.max(leastAddedMs, leastAddedShare * then) : 0;
    if (is - then <= least) return [];
    return [{
      service: place.service, operation: place.operation, kind: place.kind, share: is - then,
      before: then, after: is, callsBefore: old === undefined ? 0 : old.calls / before.traces, callsAfter: place.calls / after.traces,
    }];
  });
  const all = gained.reduce((sum, { share }) => sum + share, 0);
  return gained.map((each) => ({ ...each, share: each.share / all })).sort((a, b) => b.share - a.share || (keyOf(a) < keyOf(b) ? -1 : 1)).slice(0, gainsMax);
}

export function keyOf({ service, operation, kind }: StoredPlace): string {
  return `${service}\u0001${operation}\u0001${kind}`;
}

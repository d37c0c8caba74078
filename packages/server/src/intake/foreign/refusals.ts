import type { Partial } from '../receive.ts';
import { foreignReasons } from './reasons.ts';
import type { ForeignReason } from './reasons.ts';
import type { Refusal } from './route.ts';

/** Items of one request that are refused while the rest is kept, counted by reason with the place of the first. */
export interface Refusals {
  /** Null, so that a reader can refuse and give up in one word. */
  add(reason: ForeignReason, place: string, items?: number): null;
  list(): readonly Refusal[];
  count(): number;
  /** All reasons in words, with those of the OTLP reader; empty when nothing was refused. */
  words(partial: Partial): string;
}

const placeCharsMax = 100;

export function refusals(): Refusals {
  const byReason = new Map<ForeignReason, { items: number; readonly place: string }>();
  const list = (): Refusal[] => [...byReason].map(([reason, { items, place }]) => ({ reason, items, place }));
  return {
    add(reason, place, items = 1) {
      const known = byReason.get(reason);
      if (known === undefined) byReason.set(reason, { items, place: place.slice(0, placeCharsMax) });
      else known.items += items;
      return null;
    },
    list,
    count: () => list().reduce((sum, { items }) => sum + items, 0),
    words: (partial) => [
      ...list().map(({ reason, items, place }) => `${items} × ${foreignReasons[reason]}${place === '' ? '' : ` (first at ${place})`}`),
      ...(partial === null ? [] : [partial.message]),
    ].join('; '),
  };
}

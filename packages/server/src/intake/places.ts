import type { Position } from '@clew/engine';
import type { Signal } from '@clew/otlp';

/** Who sent the record at a position. */
export interface Place { readonly source: string; readonly signal: Signal; readonly requestId: string }

/** Records that the engine has not told of yet; beyond it the oldest are forgotten, and what it says about them is counted as of others. */
export const placesMax = 100_000;

export interface Places {
  put(position: Position, place: Place): void;
  get(position: Position): Place | undefined;
  /** Up to and with `to`. */
  forget(to: Position): void;
}

/** Positions of accepted requests until the engine has taken them. The log's records do not say who sent them. */
export function makePlaces(): Places {
  const held = new Map<Position, Place>();
  return {
    get: (position) => held.get(position),
    put(position, place) {
      held.set(position, place);
      if (held.size <= placesMax) return;
      const [oldest] = held.keys();
      held.delete(oldest);
    },
    forget(to) {
      for (const position of held.keys()) {
        if (position > to) return;
        held.delete(position);
      }
    },
  };
}

/** Distinct things are counted within windows of an hour, the first of which begins with the first thing. */
export const windowMs = 3_600_000;

/** A set of at most `max` things; forgets all of them when a window ends. */
export interface Distinct {
  /** Begins the next window where this one has ended; told before the others. */
  roll(nowMs: number): void;
  /** Whether all of these are known or find room. */
  fit(things: Iterable<number>): boolean;
  add(things: Iterable<number>): void;
  size(): number;
  save(): SavedDistinct;
}

export interface SavedDistinct { readonly startedMs: number; readonly things: Float64Array }

/** A window that was saved goes on; never one that begins in the future, as after a clock that was wrong. */
export function makeDistinct(max: number, saved: SavedDistinct | undefined, nowMs: number): Distinct {
  const seen = new Set<number>(saved?.things ?? []);
  let startedMs = Math.min(saved?.startedMs ?? 0, nowMs);
  return {
    size: () => seen.size,
    roll(atMs) {
      if (seen.size > 0 && atMs - startedMs < windowMs) return;
      seen.clear();
      startedMs = atMs;
    },
    fit(things) {
      const fresh = new Set<number>();
      for (const thing of things) if (!seen.has(thing)) fresh.add(thing);
      return seen.size + fresh.size <= max;
    },
    add(things) {
      for (const thing of things) seen.add(thing);
    },
    save: () => ({ startedMs, things: Float64Array.from(seen) }),
  };
}

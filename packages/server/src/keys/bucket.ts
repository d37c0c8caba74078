/** Ten seconds of the rate may come at once: exporters send in batches, every five seconds or so. */
export const burstSeconds = 10;

/**
 * A token bucket that may go into debt: who has anything left may take, however much it is, and then waits until the debt
 * is paid. So a request that is larger than the burst is not refused for ever, and what is taken is known when it is known.
 */
export interface Bucket {
  /** Milliseconds until something may be taken again; 0 when it may be now. */
  waitMs(nowMs: number): number;
  take(amount: number, nowMs: number): void;
  save(): SavedBucket;
}

export interface SavedBucket { readonly level: number; readonly atMs: number }

/** One that was saved is refilled for the time between; a time in the future, as after a clock that was wrong, counts as now. */
export function makeBucket(perSecond: number, nowMs: number, saved?: SavedBucket): Bucket {
  const capacity = perSecond * burstSeconds;
  let level = saved?.level ?? capacity;
  let atMs = Math.min(saved?.atMs ?? nowMs, nowMs);
  const refill = (toMs: number): void => {
    level = Math.min(capacity, level + (Math.max(0, toMs - atMs) / 1_000) * perSecond);
    atMs = Math.max(atMs, toMs);
  };
  return {
    waitMs(nowMs) {
      refill(nowMs);
      return level > 0 ? 0 : Math.ceil(((1 - level) / perSecond) * 1_000);
    },
    take(amount, nowMs) {
      refill(nowMs);
      level -= amount;
    },
    save: () => ({ level, atMs }),
  };
}

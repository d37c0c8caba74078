import { CodedError } from '../errors.ts';

/** Bytes of request bodies that are in memory at once, over all connections. */
export interface Budget {
  open(): Ticket;
  usedBytes(): number;
}

/** What one request holds. */
export interface Ticket {
  /** Throws `overload` when the budget would be exceeded; a request that is alone is always let through. */
  take(bytes: number): void;
  /** From now on what it holds counts for this source, which may hold a share of the budget and no more. */
  belongTo(source: string): void;
  /** Gives all of it back; may be called twice. */
  release(): void;
}

/** One source may hold this much of the budget, so that the most eager one leaves room for others. */
const shareOfSource = 0.75;

export function makeBudget(bytesMax: number): Budget {
  let used = 0;
  const bySource = new Map<string, number>();
  const count = (source: string | null, bytes: number): void => {
    if (source === null) return;
    const sum = (bySource.get(source) ?? 0) + bytes;
    if (sum === 0) bySource.delete(source);
    else bySource.set(source, sum);
  };
  return {
    usedBytes: () => used,
    open() {
      let held = 0;
      let owner: string | null = null;
      return {
        take(bytes) {
          if (used > held && used + bytes > bytesMax) throw new CodedError('overload', 'too many requests are in memory');
          const ofSource = owner === null ? 0 : (bySource.get(owner) ?? 0);
          if (ofSource > held && ofSource + bytes > bytesMax * shareOfSource) throw new CodedError('overload', 'too many requests of this source are in memory');
          used += bytes;
          held += bytes;
          count(owner, bytes);
        },
        belongTo(source) {
          count(owner, -held);
          owner = source;
          count(owner, held);
        },
        release() {
          used -= held;
          count(owner, -held);
          held = 0;
        },
      };
    },
  };
}

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
  /** Gives all of it back; may be called twice. */
  release(): void;
}

export function makeBudget(bytesMax: number): Budget {
  let used = 0;
  return {
    usedBytes: () => used,
    open() {
      let held = 0;
      return {
        take(bytes) {
          if (used > held && used + bytes > bytesMax) throw new CodedError('overload', 'too many requests are in memory');
          used += bytes;
          held += bytes;
        },
        release() {
          used -= held;
          held = 0;
        },
      };
    },
  };
}

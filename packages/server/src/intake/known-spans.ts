import { eachSpanIdentity, identityOfRow, openIdentities, spanIdentityWords } from '@clew/otlp';
import type { SpanBatch } from '@clew/otlp';
import { addPrint, makePrints, removePrint, sweepPrints, turnPrints } from './prints.ts';

export interface KnownSpansOptions {
  /** A span is known for at least so long after it came, and at most twice as long. */
  readonly windowMs: number;
  /** Spans remembered at once; beyond it the older half is forgotten early. 0: none, every span is new. */
  readonly spansMax: number;
  /** Two random words, so that nobody can make spans that are taken for others. */
  readonly seed: readonly [number, number];
}

/**
 * Which spans were here before, by identity: trace id, span id, kind, start and end. Each is held as 63 bits of a hash, so
 * that a new span is taken for a known one with a chance of (spans held) / 2^63: at 4 million held and 150,000 a second, once in half a year.
 */
export interface KnownSpans {
  /** Appends of spans under way: who sends a known one has to wait for them. Kept by those who append. */
  readonly inFlight: Set<Promise<unknown>>;
  /** Marks rows that are known with 1, within the batch as well, and remembers the others. Null when none is known. */
  screen(batch: SpanBatch, nowMs: number): { readonly rows: Uint8Array; readonly count: number } | null;
  /** Takes back what `screen` remembered: rows that are not marked. */
  forget(batch: SpanBatch, rows: Uint8Array | null): void;
  /** Spans of a request that was taken earlier; in the order of arrival. Gives how many. */
  recall(request: Uint8Array, atMs: number): number;
  /** Gives up what is out of the window; for times without traffic. */
  tidy(nowMs: number): void;
  size(): number;
  /** Spans that were forgotten before their window was over, because there were too many. */
  forgottenEarly(): number;
}

export function makeKnownSpans({ windowMs, spansMax, seed }: KnownSpansOptions): KnownSpans {
  /** Spans are added to the young generation, which becomes the old one after the window, or when it is full. */
  const prints = makePrints();
  const words = new Uint32Array(spanIdentityWords);
  const print = new Uint32Array(2);
  const youngMax = Math.ceil(spansMax / 2);
  const isOff = spansMax === 0 || windowMs === 0;
  let youngFromMs = -Infinity;
  let oldToMs = -Infinity;
  let forgottenEarly = 0;

  function turn(nowMs: number): void {
    const isFull = prints.young >= youngMax && prints.young > 0;
    if (!isFull && nowMs < youngFromMs + windowMs) return;
    if (isFull && oldToMs + windowMs > nowMs) forgottenEarly += prints.old;
    if (!isFull && nowMs >= youngFromMs + 2 * windowMs) turnPrints(prints);
    turnPrints(prints);
    oldToMs = nowMs;
    youngFromMs = nowMs;
  }

  function isNew(): boolean {
    printOf(words, seed, print);
    return addPrint(prints, print[0], print[1]);
  }

  return {
    inFlight: new Set(),
    size: () => prints.young + prints.old,
    forgottenEarly: () => forgottenEarly,
    tidy(nowMs) {
      turn(nowMs);
      sweepPrints(prints);
    },
    screen(batch, nowMs) {
      if (isOff) return null;
      const columns = openIdentities(batch);
      let rows: Uint8Array | null = null;
      let count = 0;
      for (let row = 0; row < batch.count; row++) {
        // A batch may be larger than what is left.
        if ((row & 1_023) === 0) turn(nowMs);
        identityOfRow(columns, row, words);
        if (isNew()) continue;
        rows ??= new Uint8Array(batch.count);
        rows[row] = 1;
        count += 1;
      }
      return rows === null ? null : { rows, count };
    },
    forget(batch, rows) {
      if (isOff) return;
      const columns = openIdentities(batch);
      for (let row = 0; row < batch.count; row++) {
        if (rows?.[row] === 1) continue;
        identityOfRow(columns, row, words);
        printOf(words, seed, print);
        removePrint(prints, print[0], print[1]);
      }
    },
    recall(request, atMs) {
      let count = 0;
      if (isOff) return count;
      eachSpanIdentity(request, (identity) => {
        count += 1;
        words.set(identity);
        turn(atMs);
        isNew();
      });
      return count;
    },
  };
}

/** Two lanes of multiply and shift over all words, then the finalizer of MurmurHash3 (Appleby) over both. */
function printOf(words: Uint32Array, seed: readonly [number, number], into: Uint32Array): void {
  let low = seed[0];
  let high = seed[1];
  for (let at = 0; at < spanIdentityWords; at++) {
    const word = words[at];
    low = Math.imul(low ^ word, 0xcc9e2d51);
    low ^= low >>> 15;
    high = Math.imul(high ^ word, 0x1b873593);
    high ^= high >>> 13;
  }
  into[0] = finish(low ^ Math.imul(high, 0x9e3779b1));
  into[1] = finish(high + low);
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

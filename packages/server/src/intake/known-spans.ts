import { eachSpanIdentity, identityOfRow, openIdentities, spanIdentityWords } from '@clew/otlp';
import type { SpanBatch } from '@clew/otlp';
import { addPrint, hasPrint, makePrints, removePrint } from './prints.ts';
import type { Prints } from './prints.ts';

export interface KnownSpansOptions {
  /** A span is known for at least so long after it came, and at most twice as long. */
  readonly windowMs: number;
  /** Spans remembered at once; beyond it the older half is forgotten early. 0: none, every span is new. */
  readonly spansMax: number;
  /** Two random words, so that nobody can make spans that are taken for others. */
  readonly seed: readonly [number, number];
}

/**
 * Which spans were here before, by identity: trace id, span id, kind, start and end. Each is held as 64 bits of a hash, so
 * that one new span in 2^64 / (spans held) is taken for a known one: at 4 million held and 150,000 a second, one in ten years of that.
 */
export interface KnownSpans {
  /** Appends of spans under way: who sends a known one has to wait for them. Kept by those who append. */
  readonly inFlight: Set<Promise<unknown>>;
  /** Marks rows that are known with 1, within the batch as well, and remembers the others. Null when none is known. */
  screen(batch: SpanBatch, nowMs: number): { readonly rows: Uint8Array; readonly count: number } | null;
  /** Takes back what `screen` remembered: rows that are not marked. */
  forget(batch: SpanBatch, rows: Uint8Array | null): void;
  /** Spans of a request that was taken earlier; in the order of arrival. */
  recall(request: Uint8Array, atMs: number): void;
  /** Gives up what is out of the window; for times without traffic. */
  tidy(nowMs: number): void;
  size(): number;
  /** Spans that were forgotten before their window was over, because there were too many. */
  forgottenEarly(): number;
}

/** Two generations: spans are added to the young one, which becomes the old one after the window or when it is full. */
interface Generations { young: Prints; old: Prints; youngFromMs: number; oldToMs: number; forgottenEarly: number }

export function makeKnownSpans({ windowMs, spansMax, seed }: KnownSpansOptions): KnownSpans {
  const held: Generations = { young: makePrints(), old: makePrints(), youngFromMs: -Infinity, oldToMs: -Infinity, forgottenEarly: 0 };
  const words = new Uint32Array(spanIdentityWords);
  const print = new Uint32Array(2);
  const youngMax = Math.ceil(spansMax / 2);

  function turn(nowMs: number): void {
    const isFull = held.young.size >= youngMax && held.young.size > 0;
    if (!isFull && nowMs < held.youngFromMs + windowMs) return;
    if (isFull && held.oldToMs + windowMs > nowMs) held.forgottenEarly += held.old.size;
    const isAllOld = !isFull && nowMs >= held.youngFromMs + 2 * windowMs;
    held.old = isAllOld ? makePrints() : held.young;
    held.oldToMs = nowMs;
    held.young = makePrints();
    held.youngFromMs = nowMs;
  }

  function isNew(): boolean {
    printOf(words, seed, print);
    return !hasPrint(held.old, print[0], print[1]) && addPrint(held.young, print[0], print[1]);
  }

  return {
    inFlight: new Set(),
    size: () => held.young.size + held.old.size,
    forgottenEarly: () => held.forgottenEarly,
    tidy: turn,
    screen(batch, nowMs) {
      if (spansMax === 0 || windowMs === 0) return null;
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
      if (spansMax === 0 || windowMs === 0) return;
      const columns = openIdentities(batch);
      for (let row = 0; row < batch.count; row++) {
        if (rows?.[row] === 1) continue;
        identityOfRow(columns, row, words);
        printOf(words, seed, print);
        if (!removePrint(held.young, print[0], print[1])) removePrint(held.old, print[0], print[1]);
      }
    },
    recall(request, atMs) {
      if (spansMax === 0 || windowMs === 0) return;
      eachSpanIdentity(request, (identity) => {
        words.set(identity);
        turn(atMs);
        isNew();
      });
    },
  };
}

/** MurmurHash3 (Appleby), x86 32-bit, twice with two seeds and two sets of constants. */
function printOf(words: Uint32Array, seed: readonly [number, number], into: Uint32Array): void {
  let low = seed[0];
  let high = seed[1];
  for (let at = 0; at < spanIdentityWords; at++) {
    const word = words[at];
    let k = Math.imul(word, 0xcc9e2d51);
    low ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    low = Math.imul((low << 13) | (low >>> 19), 5) + 0xe6546b64;
    k = Math.imul(word, 0x239b961b);
    high ^= Math.imul((k << 16) | (k >>> 16), 0xab0e9789);
    high = Math.imul((high << 17) | (high >>> 15), 5) + 0x561ccd1b;
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

import type { TraceRef } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { rowWords, Word } from './span-buffer.ts';

/** Exemplars told with an observation. */
const exemplarsMax = 3;

/** The slowest and the failed rows of some entity, a few of each. */
export interface Worst {
  readonly slow: number[];
  readonly failed: number[];
  /** Slowest duration held last, by which most rows are turned away at once. */
  readonly slowNs: number[];
}

export function openWorst(): Worst {
  return { slow: [], failed: [], slowNs: [] };
}

export function seeRow(worst: Worst, { rows: { ids } }: Assembly, row: number, durationNs: number, failed: boolean): void {
  const { slow, slowNs } = worst;
  const last = slow.length - 1;
  if (slow.length < exemplarsMax || durationNs > slowNs[last] || (durationNs === slowNs[last] && isBefore(ids, row, slow[last]))) {
    let at = slow.length;
    while (at > 0 && (durationNs > slowNs[at - 1] || (durationNs === slowNs[at - 1] && isBefore(ids, row, slow[at - 1])))) at--;
    slow.splice(at, 0, row);
    slowNs.splice(at, 0, durationNs);
    if (slow.length > exemplarsMax) {
      slow.pop();
      slowNs.pop();
    }
  }
  if (!failed) return;
  let at = worst.failed.length;
  while (at > 0 && isBefore(ids, row, worst.failed[at - 1])) at--;
  if (at >= exemplarsMax) return;
  worst.failed.splice(at, 0, row);
  if (worst.failed.length > exemplarsMax) worst.failed.pop();
}

/** A total order of spans that has nothing to do with arrival. */
export function isBefore(ids: Uint32Array, left: number, right: number): boolean {
  for (const word of [Word.traceLo, Word.traceLo + 1, Word.span, Word.span + 1]) {
    const difference = ids[left * rowWords + word] - ids[right * rowWords + word];
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Bytes as text: many ids are told a pane. */
const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(word: number): string {
  return bytes[word >>> 24] + bytes[(word >>> 16) & 255] + bytes[(word >>> 8) & 255] + bytes[word & 255];
}

export function refOf({ rows: { ids } }: Assembly, row: number): TraceRef {
  const at = row * rowWords;
  const word = (index: number): string => hex(ids[at + index]);
  return {
    traceId: word(Word.traceHi + 1) + word(Word.traceHi) + word(Word.traceLo + 1) + word(Word.traceLo),
    spanId: word(Word.span + 1) + word(Word.span),
  };
}

export function refsOf(assembly: Assembly, rows: readonly number[]): TraceRef[] {
  return rows.map((row) => refOf(assembly, row));
}

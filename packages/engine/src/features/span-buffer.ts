import { mix } from './span-set.ts';

/** Words of one row in `ids`: trace id (4), span id (2), parent id (2), shape, error type and flags, link, age in panes. */
export const Word = { traceHi: 0, traceLo: 2, span: 4, parent: 6, shape: 8, error: 9, link: 10, age: 11 } as const;
export const rowWords = 12;
/** In `ids[.. + Word.error]`: error type + 1, 0 = not failed. In `ids[.. + Word.link]`: link number + 1, 0 = none. */

/** Spans of a pane that wait for assembly, row after row. Times are whole nanoseconds from the pane's start, so their sums are exact in any order. */
export interface SpanBuffer {
  count: number;
  ids: Uint32Array;
  /** [2 i] end, [2 i + 1] duration. */
  times: Float64Array;
  /** First link of those rows that have one: trace id (low half) and span id, four words each. */
  links: number[];
  /** Traces whose hash has any of its `level` top bits set are left out. */
  level: number;
}

export function openBuffer(rows = 256): SpanBuffer {
  return { count: 0, ids: new Uint32Array(rows * rowWords), times: new Float64Array(rows * 2), links: [], level: 0 };
}

/** Makes room for one more row and gives its number. */
export function newRow(buffer: SpanBuffer): number {
  if (buffer.count * rowWords === buffer.ids.length) {
    const ids = new Uint32Array(buffer.ids.length * 2);
    ids.set(buffer.ids);
    buffer.ids = ids;
    const times = new Float64Array(buffer.times.length * 2);
    times.set(buffer.times);
    buffer.times = times;
  }
  return buffer.count++;
}

export function isKept(level: number, traceLow: number, traceHigh: number): boolean {
  return level === 0 || mix(traceLow, traceHigh) >>> (32 - level) === 0;
}

/** Raises the level until no more than `rowsMax` rows are left; `drop` sees each row that goes before it is overwritten. Order-free: the level depends on the set of traces alone. */
export function thin(buffer: SpanBuffer, rowsMax: number, drop: (row: number) => void): void {
  const { ids, times } = buffer;
  while (buffer.count > rowsMax && buffer.level < 31) {
    buffer.level++;
    let kept = 0;
    for (let row = 0; row < buffer.count; row++) {
      const at = row * rowWords;
      if (!isKept(buffer.level, ids[at + Word.traceLo], ids[at + Word.traceLo + 1])) {
        drop(row);
        continue;
      }
      if (kept !== row) {
        ids.copyWithin(kept * rowWords, at, at + rowWords);
        times.copyWithin(kept * 2, row * 2, row * 2 + 2);
      }
      kept++;
    }
    buffer.count = kept;
  }
}

/** Copies a row over to another buffer, with its link. */
export function copyRow(from: SpanBuffer, row: number, to: SpanBuffer): number {
  const at = newRow(to);
  to.ids.set(from.ids.subarray(row * rowWords, (row + 1) * rowWords), at * rowWords);
  to.times[2 * at] = from.times[2 * row];
  to.times[2 * at + 1] = from.times[2 * row + 1];
  const link = from.ids[row * rowWords + Word.link];
  if (link !== 0) {
    to.links.push(...from.links.slice((link - 1) * 4, link * 4));
    to.ids[at * rowWords + Word.link] = to.links.length / 4;
  }
  return at;
}

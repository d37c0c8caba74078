/**
 * A request without some of its items, everything else as it was sent, unknown fields too. Items are spans, data points, log
 * records and profiles, by their place among all of the request: 0 for the first. `readRequest` reads them in the same order.
 */
import type { Batch, Signal } from './batch.ts';
import type { Cursor } from './cursor.ts';
import { openCursor, readLength, readTag, skipUnknown } from './cursor.ts';
import { endLength, openSink, startLength, writeRaw, writeVarint, written } from './sink.ts';
import type { Sink } from './sink.ts';

/** Tags that lead to what a scope holds: the same in all signals. */
const levelTags = [10, 18, 18] as const;
const lastLevel = levelTags.length - 1;
/** Data of a metric: gauge, sum, histogram, exponential histogram, summary. Points are field 1 of each. */
const dataTags: ReadonlySet<number> = new Set([42, 58, 74, 82, 90]);
const pointTag = 10;

interface Copying { readonly c: Cursor; readonly sink: Sink; readonly ofMetrics: boolean; place: number; isDropped(place: number): boolean }

export function withoutItems(signal: Signal, request: Uint8Array, isDropped: (place: number) => boolean): Uint8Array {
  const c = openCursor(request);
  const sink = openSink();
  copyLevel({ c, sink, ofMetrics: signal === 'metrics', place: 0, isDropped }, 0, request.length);
  return written(sink);
}

/** Place of each row of the batch among all items of its request: refused ones have none. */
export function placesOfRows({ count, refusals }: Pick<Batch, 'count' | 'refusals'>): Uint32Array {
  const places = new Uint32Array(count);
  let next = 0;
  for (let row = 0, place = 0; row < count; place++) {
    if (refusals.places[next] === place) next++;
    else places[row++] = place;
  }
  return places;
}

function copyLevel(copying: Copying, level: number, end: number): void {
  const { c, sink } = copying;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    if (tag !== levelTags[level]) {
      skipUnknown(c, tag, end, 0);
      copySince(copying, start);
      continue;
    }
    const until = readLength(c, end) + c.pos;
    if (level === lastLevel && !copying.ofMetrics) {
      c.pos = until;
      if (!copying.isDropped(copying.place++)) copySince(copying, start);
      continue;
    }
    writeVarint(sink, tag);
    const at = startLength(sink);
    if (level < lastLevel) copyLevel(copying, level + 1, until);
    else copyMetric(copying, until);
    endLength(sink, at);
  }
}

/** Of several data members the last counts, and all of its kind without another between them: points of the others are no items. */
function copyMetric(copying: Copying, end: number): void {
  const { c, sink } = copying;
  const from = c.pos;
  const counts = dataThatCounts(c, end);
  c.pos = from;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    if (tag !== counts.tag || start < counts.at) {
      skipUnknown(c, tag, end, 0);
      copySince(copying, start);
      continue;
    }
    const until = readLength(c, end) + c.pos;
    writeVarint(sink, tag);
    const at = startLength(sink);
    copyPoints(copying, until);
    endLength(sink, at);
  }
}

function copyPoints(copying: Copying, end: number): void {
  const { c } = copying;
  while (c.pos < end) {
    const start = c.pos;
    const tag = readTag(c);
    skipUnknown(c, tag, end, 0);
    if (tag !== pointTag || !copying.isDropped(copying.place++)) copySince(copying, start);
  }
}

function dataThatCounts(c: Cursor, end: number): { readonly tag: number; readonly at: number } {
  let counts = { tag: 0, at: end };
  while (c.pos < end) {
    const at = c.pos;
    const tag = readTag(c);
    if (dataTags.has(tag) && tag !== counts.tag) counts = { tag, at };
    skipUnknown(c, tag, end, 0);
  }
  return counts;
}

function copySince({ c, sink }: Copying, start: number): void {
  writeRaw(sink, c.bytes.subarray(start, c.pos));
}

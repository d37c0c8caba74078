import { SpanKind } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { assembledPanes, carriedSpansMax, count } from './bounds.ts';
import type { Counters } from './bounds.ts';
import { copyRow, openBuffer, rowWords, thin, Word } from './span-buffer.ts';
import type { SpanBuffer } from './span-buffer.ts';
import type { Carried, PaneShape, PaneState } from './state.ts';

export function openCarried(): Carried {
  return { startMs: 0, spans: openBuffer(1), shapes: [], errorTypes: [] };
}

/** The spans of a pane together with those carried to it, times counted from the pane's start; ages go up. */
export function withCarried(carried: Carried, pane: PaneState, paneMs: number): { rows: SpanBuffer; shapes: PaneShape[]; errorTypes: string[] } {
  const { spans } = carried;
  const count0 = spans.count;
  const n = count0 + pane.spans.count;
  const rows: SpanBuffer = { count: n, ids: new Uint32Array(n * rowWords), times: new Float64Array(n * 2), links: [...spans.links, ...pane.spans.links], level: 0 };
  rows.ids.set(spans.ids.subarray(0, count0 * rowWords));
  rows.ids.set(pane.spans.ids.subarray(0, pane.spans.count * rowWords), count0 * rowWords);
  rows.times.set(spans.times.subarray(0, count0 * 2));
  rows.times.set(pane.spans.times.subarray(0, pane.spans.count * 2), count0 * 2);
  const older = Math.round((pane.startMs - carried.startMs) / paneMs);
  const earlierNs = (pane.startMs - carried.startMs) * 1e6;
  for (let row = 0; row < count0; row++) {
    rows.ids[row * rowWords + Word.age] += older;
    rows.times[2 * row] -= earlierNs;
  }
  for (let row = count0; row < n; row++) {
    const at = row * rowWords;
    rows.ids[at + Word.shape] += carried.shapes.length;
    if (rows.ids[at + Word.error] !== 0) rows.ids[at + Word.error] += carried.errorTypes.length;
    if (rows.ids[at + Word.link] !== 0) rows.ids[at + Word.link] += spans.links.length / 4;
  }
  return { rows, shapes: [...carried.shapes, ...pane.shapes], errorTypes: [...carried.errorTypes, ...pane.errorTypes] };
}

/**
 * What the next pane needs: spans of trees whose top still waits for a parent, and producers, which consumers may link to
 * later. For at most `assembledPanes`; beyond `carriedSpansMax` traces are kept by a hash of their id.
 */
export function carryOver(assembly: Assembly, startMs: number, counters: Counters): Carried {
  const { rows, shapes, errorTypes, above, order, kind } = assembly;
  const { ids } = rows;
  const waits = new Uint8Array(rows.count);
  for (const row of order) {
    const at = row * rowWords;
    if (above[row] >= 0) waits[row] = waits[above[row]];
    else if (kind[row] !== SpanKind.consumer && (ids[at + Word.parent] !== 0 || ids[at + Word.parent + 1] !== 0)) waits[row] = 1;
  }
  const spans = openBuffer();
  for (let row = 0; row < rows.count; row++) {
    if (ids[row * rowWords + Word.age] + 1 >= assembledPanes) continue;
    if (waits[row] === 1 || kind[row] === SpanKind.producer) copyRow(rows, row, spans);
  }
  if (spans.count > carriedSpansMax) thin(spans, carriedSpansMax, () => count(counters, 'carried_spans_thinned'));
  return { startMs, spans, ...compact(spans, shapes, errorTypes) };
}

/** Shapes and error types that the carried rows still name, renumbered. Tallies stay behind: they are counted. */
function compact(spans: SpanBuffer, shapes: readonly PaneShape[], errorTypes: readonly string[]): Pick<Carried, 'shapes' | 'errorTypes'> {
  const kept: PaneShape[] = [];
  const keptTypes: string[] = [];
  const shapeNow = new Map<number, number>();
  const typeNow = new Map<string, number>();
  for (let row = 0; row < spans.count; row++) {
    const at = row * rowWords;
    const shape = spans.ids[at + Word.shape];
    let now = shapeNow.get(shape);
    if (now === undefined) {
      now = kept.push({ ...shapes[shape], served: null, late: null, moments: [], apart: null }) - 1;
      shapeNow.set(shape, now);
    }
    spans.ids[at + Word.shape] = now;
    const error = spans.ids[at + Word.error];
    if (error === 0) continue;
    const text = errorTypes[error - 1];
    let type = typeNow.get(text);
    if (type === undefined) {
      type = keptTypes.push(text) - 1;
      typeNow.set(text, type);
    }
    spans.ids[at + Word.error] = type + 1;
  }
  return { shapes: kept, errorTypes: keptTypes };
}

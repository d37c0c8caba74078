import { SpanKind } from '../model/index.ts';
import { count } from './bounds.ts';
import type { Counters } from './bounds.ts';
import { rowWords, Word } from './span-buffer.ts';
import type { SpanBuffer } from './span-buffer.ts';
import { mix } from './span-set.ts';
import type { PaneShape } from './state.ts';

/** Spans of a closing pane and those carried to it, joined into trees. All arrays are by row; -1 = none. */
export interface Assembly {
  readonly rows: SpanBuffer;
  readonly shapes: readonly PaneShape[];
  readonly errorTypes: readonly string[];
  readonly kind: Uint8Array;
  /** Row of the parent span (for consumers also by link). */
  readonly parent: Int32Array;
  /** The parent for time and errors: a consumer starts work of its own, so it has none. */
  readonly above: Int32Array;
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  /** Rows, parents before children. */
  readonly order: Int32Array;
  /** Begin and end, skew taken out, clipped to the parent's. */
  readonly begin: Float64Array;
  readonly end: Float64Array;
  /** Own time: duration minus the union of the children's intervals. */
  readonly selfNs: Float64Array;
  /** The server or consumer span that answers this client or producer span. */
  readonly answer: Int32Array;
}

export function assemble(rows: SpanBuffer, shapes: readonly PaneShape[], errorTypes: readonly string[], counters: Counters): Assembly {
  const n = rows.count;
  const made: Assembly = {
    rows, shapes, errorTypes, kind: new Uint8Array(n), parent: new Int32Array(n).fill(-1), above: new Int32Array(n).fill(-1),
    firstChild: new Int32Array(n).fill(-1), nextSibling: new Int32Array(n).fill(-1), order: new Int32Array(n),
    begin: new Float64Array(n), end: new Float64Array(n), selfNs: new Float64Array(n), answer: new Int32Array(n).fill(-1),
  };
  for (let row = 0; row < n; row++) made.kind[row] = shapes[rows.ids[row * rowWords + Word.shape]].kind;
  join(made, counters);
  orderRows(made, counters);
  placeInTime(made);
  takeSelfTimes(made);
  return made;
}

export const isCall = (kind: number): boolean => kind === SpanKind.client || kind === SpanKind.producer;

function join(made: Assembly, counters: Counters): void {
  const { rows: { ids, count: n, links }, kind, parent, above, answer } = made;
  let slots = 1_024;
  while (slots < 2 * n) slots *= 2;
  const table = new Int32Array(slots).fill(-1);
  const shared = new Map<number, number>();
  for (let row = 0; row < n; row++) {
    const at = row * rowWords;
    const slot = slotOf(ids, table, ids[at + Word.traceLo], ids[at + Word.traceLo + 1], ids[at + Word.span], ids[at + Word.span + 1]);
    const twin = table[slot];
    if (twin < 0) table[slot] = row;
    else if (isCall(kind[twin]) && !isCall(kind[row])) {
      // Zipkin's way: client and server share one span id. The server stands beneath the client, and children beneath the server.
      shared.set(row, twin);
      table[slot] = row;
    } else if (isCall(kind[row]) && !isCall(kind[twin])) shared.set(twin, row);
    else count(counters, 'span_ids_reused');
  }
  const find = (traceLow: number, traceHigh: number, spanLow: number, spanHigh: number): number =>
    (spanLow === 0 && spanHigh === 0 ? -1 : table[slotOf(ids, table, traceLow, traceHigh, spanLow, spanHigh)]);
  for (let row = 0; row < n; row++) {
    const at = row * rowWords;
    let found = shared.get(row) ?? find(ids[at + Word.traceLo], ids[at + Word.traceLo + 1], ids[at + Word.parent], ids[at + Word.parent + 1]);
    if (found === row) {
      count(counters, 'spans_own_parent');
      found = -1;
    }
    const isConsumer = kind[row] === SpanKind.consumer;
    const link = ids[at + Word.link];
    if (isConsumer && link !== 0 && (found < 0 || !isCall(kind[found]))) {
      const linked = find(links[link * 4 - 4], links[link * 4 - 3], links[link * 4 - 2], links[link * 4 - 1]);
      if (linked >= 0 && linked !== row) found = linked;
    }
    parent[row] = found;
    if (found < 0) continue;
    if (isCall(kind[found]) && (isConsumer || kind[row] === SpanKind.server) && (answer[found] < 0 || endsLater(made, row, answer[found]))) answer[found] = row;
    if (!isConsumer) above[row] = found;
  }
}

/** Of several answers (retries beneath one client span) the last one counts; ties by span id, so that order of arrival does not matter. */
function endsLater({ rows: { times, ids } }: Assembly, row: number, other: number): boolean {
  if (times[2 * row] !== times[2 * other]) return times[2 * row] > times[2 * other];
  return ids[row * rowWords + Word.span] > ids[other * rowWords + Word.span];
}

function slotOf(ids: Uint32Array, table: Int32Array, traceLow: number, traceHigh: number, spanLow: number, spanHigh: number): number {
  const mask = table.length - 1;
  let slot = mix(spanLow ^ traceLow, spanHigh ^ Math.imul(traceHigh, 0x9e3779b1)) & mask;
  for (let row = table[slot]; row >= 0; row = table[slot]) {
    const at = row * rowWords;
    if (ids[at + Word.span] === spanLow && ids[at + Word.span + 1] === spanHigh && ids[at + Word.traceLo] === traceLow && ids[at + Word.traceLo + 1] === traceHigh) return slot;
    slot = (slot + 1) & mask;
  }
  return slot;
}

/** Lists children, and puts parents before children. A ring of parents is cut at its earliest span (`cyclic_parents`). */
function orderRows(made: Assembly, counters: Counters): void {
  const { rows: { count: n, times }, above, firstChild, nextSibling, order } = made;
  for (let row = n - 1; row >= 0; row--) {
    if (above[row] < 0) continue;
    nextSibling[row] = firstChild[above[row]];
    firstChild[above[row]] = row;
  }
  const placed = new Uint8Array(n);
  let filled = 0;
  const placeTree = (top: number): void => {
    let next = filled;
    order[filled++] = top;
    placed[top] = 1;
    while (next < filled) {
      for (let child = firstChild[order[next++]]; child >= 0; child = nextSibling[child]) {
        if (placed[child] === 1) continue;
        placed[child] = 1;
        order[filled++] = child;
      }
    }
  };
  for (let row = 0; row < n; row++) if (above[row] < 0) placeTree(row);
  if (filled === n) return;
  const walked = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    if (placed[row] === 1) continue;
    count(counters, 'cyclic_parents');
    const cut = earliestOnRing(above, times, walked, row);
    unlink(made, cut);
    placeTree(cut);
  }
}

/** Walks up from a row that leads into a ring, and gives the ring's earliest span. */
function earliestOnRing(above: Int32Array, times: Float64Array, walked: Int32Array, row: number): number {
  const beginOf = (each: number): number => times[2 * each] - times[2 * each + 1];
  let at = row;
  for (; walked[at] === 0; at = above[at]) walked[at] = 1;
  let cut = at;
  for (let each = above[at]; each !== at; each = above[each]) if (beginOf(each) < beginOf(cut)) cut = each;
  return cut;
}

function unlink({ above, parent, firstChild, nextSibling }: Assembly, row: number): void {
  const from = above[row];
  above[row] = -1;
  parent[row] = -1;
  if (firstChild[from] === row) {
    firstChild[from] = nextSibling[row];
    return;
  }
  let before = firstChild[from];
  while (nextSibling[before] !== row) before = nextSibling[before];
  nextSibling[before] = nextSibling[row];
}

/**
 * Clock skew: a server span that would fit into its client's interval but lies outside it is moved to the middle, and its
 * children with it. What still sticks out of the parent (asynchronous work) is clipped: it is not on the parent's way.
 */
function placeInTime({ rows: { times, ids, count: n }, shapes, kind, above, order, begin, end }: Assembly): void {
  const shift = new Float64Array(n);
  for (let at = 0; at < n; at++) {
    const row = order[at];
    const duration = times[2 * row + 1];
    const sent = times[2 * row] - duration;
    const from = above[row];
    if (from < 0) {
      begin[row] = sent;
      end[row] = sent + duration;
      continue;
    }
    shift[row] = shift[from];
    const parentEnd = times[2 * from] + shift[from];
    const parentBegin = parentEnd - times[2 * from + 1];
    const start = sent + shift[row];
    const isRemote = kind[row] === SpanKind.server && kind[from] === SpanKind.client
      && shapes[ids[row * rowWords + Word.shape]].service !== shapes[ids[from * rowWords + Word.shape]].service;
    if (isRemote && duration <= times[2 * from + 1] && (start < parentBegin || start + duration > parentEnd)) {
      shift[row] += Math.floor(parentBegin + (times[2 * from + 1] - duration) / 2 - start);
    }
    begin[row] = Math.min(Math.max(sent + shift[row], begin[from]), end[from]);
    end[row] = Math.max(begin[row], Math.min(sent + shift[row] + duration, end[from]));
  }
}

function takeSelfTimes({ rows: { count: n }, firstChild, nextSibling, begin, end, selfNs }: Assembly): void {
  const children: number[] = [];
  const byBegin = (left: number, right: number): number => begin[left] - begin[right];
  for (let row = 0; row < n; row++) {
    const first = firstChild[row];
    if (first < 0) {
      selfNs[row] = end[row] - begin[row];
      continue;
    }
    if (nextSibling[first] < 0) {
      selfNs[row] = end[row] - begin[row] - (end[first] - begin[first]);
      continue;
    }
    children.length = 0;
    for (let child = first; child >= 0; child = nextSibling[child]) children.push(child);
    children.sort(byBegin);
    let covered = 0;
    let reached = -Infinity;
    for (const child of children) {
      if (end[child] <= reached) continue;
      covered += end[child] - Math.max(begin[child], reached);
      reached = end[child];
    }
    selfNs[row] = end[row] - begin[row] - covered;
  }
}

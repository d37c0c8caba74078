import type { StoredSpan } from '../model.ts';

/** One span in the order of the waterfall: a parent before its children, children by start. */
export interface SpanRow {
  readonly span: StoredSpan;
  readonly depth: number;
  /** Its parent was named but is not there. */
  readonly orphan: boolean;
  /** Milliseconds after the start of the trace. */
  readonly offsetMs: number;
  /** Time during which none of its children ran. */
  readonly selfMs: number;
  readonly children: number;
}
export interface TraceTree { readonly rows: readonly SpanRow[]; readonly startMs: number; readonly durationMs: number; readonly errors: number; readonly services: readonly string[] }

/** Without recursion: a trace may be as deep as it has spans. Cycles of parents are cut where they begin. */
export function traceTree(spans: readonly StoredSpan[]): TraceTree {
  const ordered = inOrder(spans);
  const place = new Map<string, number>();
  ordered.forEach((span, at) => place.set(span.spanId, at));
  // Children of a span as a chain in order of start: first child, then each one's next sibling.
  const firstChild = new Int32Array(ordered.length).fill(-1);
  const next = new Int32Array(ordered.length).fill(-1);
  const roots: number[] = [];
  for (let at = ordered.length - 1; at >= 0; at--) {
    const { parentId, spanId } = ordered[at];
    const parent = parentId === '' || parentId === spanId ? undefined : place.get(parentId);
    if (parent === undefined) roots.push(at);
    else {
      next[at] = firstChild[parent];
      firstChild[parent] = at;
    }
  }
  const startMs = ordered.length === 0 ? 0 : ordered[0].startMs;
  const rows: SpanRow[] = [];
  const seen = new Uint8Array(ordered.length);
  const visit = (root: number): void => {
    const stack = [root];
    const depths = [0];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const depth = depths.pop() ?? 0;
      if (seen[at] === 1) continue;
      seen[at] = 1;
      const span = ordered[at];
      const below: number[] = [];
      for (let child = firstChild[at]; child >= 0; child = next[child]) below.push(child);
      rows.push({ span, depth, orphan: depth === 0 && span.parentId !== '', offsetMs: span.startMs - startMs, selfMs: selfTime(span, below, ordered), children: below.length });
      for (let i = below.length - 1; i >= 0; i--) {
        stack.push(below[i]);
        depths.push(depth + 1);
      }
    }
  };
  for (let i = roots.length - 1; i >= 0; i--) visit(roots[i]);
  for (let at = 0; at < ordered.length; at++) if (seen[at] === 0) visit(at);
  const endMs = ordered.reduce((last, span) => Math.max(last, span.startMs + span.durationMs), startMs);
  return { rows, startMs, durationMs: endMs - startMs, errors: ordered.reduce((sum, span) => sum + (span.status === 'error' ? 1 : 0), 0), services: [...new Set(ordered.map((span) => span.service))] };
}

/** By start, then id: as the server sends them, and then there is nothing to sort. */
function inOrder(spans: readonly StoredSpan[]): readonly StoredSpan[] {
  const compare = (a: StoredSpan, b: StoredSpan): number => a.startMs - b.startMs || (a.spanId < b.spanId ? -1 : 1);
  return spans.every((span, at) => at === 0 || compare(spans[at - 1], span) <= 0) ? spans : [...spans].sort(compare);
}

function selfTime(span: StoredSpan, children: readonly number[], ordered: readonly StoredSpan[]): number {
  const endMs = span.startMs + span.durationMs;
  let covered = 0;
  let reachedMs = span.startMs;
  for (const at of children) {
    const child = ordered[at];
    const from = Math.max(child.startMs, reachedMs);
    const to = Math.min(child.startMs + child.durationMs, endMs);
    if (to > from) {
      covered += to - from;
      reachedMs = to;
    }
  }
  return Math.max(0, span.durationMs - covered);
}

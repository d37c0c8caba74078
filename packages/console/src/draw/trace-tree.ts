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
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const children = new Map<string, StoredSpan[]>();
  const roots: StoredSpan[] = [];
  for (const span of spans) {
    if (span.parentId === '' || span.parentId === span.spanId || !byId.has(span.parentId)) roots.push(span);
    else {
      const siblings = children.get(span.parentId);
      if (siblings === undefined) children.set(span.parentId, [span]);
      else siblings.push(span);
    }
  }
  const byStart = (a: StoredSpan, b: StoredSpan): number => a.startMs - b.startMs || (a.spanId < b.spanId ? -1 : 1);
  const startMs = spans.reduce((first, span) => Math.min(first, span.startMs), Infinity);
  const endMs = spans.reduce((last, span) => Math.max(last, span.startMs + span.durationMs), -Infinity);
  const rows: SpanRow[] = [];
  const seen = new Set<string>();
  const visit = (from: readonly StoredSpan[]): void => {
    const stack = [...from].sort(byStart).reverse().map((span) => ({ span, depth: 0 }));
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const { span, depth } = top;
      if (seen.has(span.spanId)) continue;
      seen.add(span.spanId);
      const below = (children.get(span.spanId) ?? []).sort(byStart);
      rows.push({ span, depth, orphan: depth === 0 && span.parentId !== '', offsetMs: span.startMs - startMs, selfMs: selfTime(span, below), children: below.length });
      for (let at = below.length - 1; at >= 0; at--) stack.push({ span: below[at], depth: depth + 1 });
    }
  };
  visit(roots);
  if (rows.length < spans.length) visit(spans.filter((span) => !seen.has(span.spanId)));
  return { rows, startMs: spans.length === 0 ? 0 : startMs, durationMs: spans.length === 0 ? 0 : endMs - startMs, errors: spans.filter((span) => span.status === 'error').length, services: [...new Set(spans.map((span) => span.service))] };
}

function selfTime(span: StoredSpan, children: readonly StoredSpan[]): number {
  const endMs = span.startMs + span.durationMs;
  let covered = 0;
  let reachedMs = span.startMs;
  for (const child of children) {
    const from = Math.max(child.startMs, reachedMs);
    const to = Math.min(child.startMs + child.durationMs, endMs);
    if (to > from) {
      covered += to - from;
      reachedMs = to;
    }
  }
  return Math.max(0, span.durationMs - covered);
}

/** Spans and log records of a stretch of time, as stored. */
export interface SpanRow {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentId: string;
  readonly node: string;
  readonly operation: string;
  readonly startMs: number;
  readonly durationMs: number;
}

export interface LogRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly node: string;
  /** Stable within the node, the same in both stretches. */
  readonly template: string;
  /** OTel severity number. */
  readonly severity: number;
}

/** One request at one node: from its entry span down to where the next node takes over. */
export interface Visit {
  readonly node: string;
  /** Operation of the entry span. */
  readonly operation: string;
  readonly entry: SpanRow;
  /** Operations that ran and templates that were written, each once. */
  readonly items: Set<string>;
  readonly callees: Visit[];
  readonly caller: Visit | null;
  /** Duration of the span that called, minus this entry's: what the way there and back took. Null for a root. */
  readonly wayMs: number | null;
  /** Time in which nothing beneath ran, of all spans of the visit but those that call another node. */
  selfMs: number;
}

export const errorMark = 'error ';
const warn = 13;

/** Log records without a span that is here are left out. A call that leads in a circle is cut where it closes. */
export function visitsOf(spans: readonly SpanRow[], logs: readonly LogRow[]): Visit[] {
  const byId = new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span]));
  const parentOf = (span: SpanRow): SpanRow | undefined => (span.parentId === '' ? undefined : byId.get(`${span.traceId} ${span.parentId}`));
  const children = new Map<SpanRow, SpanRow[]>();
  for (const span of spans) {
    const parent = parentOf(span);
    if (parent === undefined) continue;
    const known = children.get(parent);
    if (known === undefined) children.set(parent, [span]);
    else known.push(span);
  }
  const of = new Map<SpanRow, Visit>();
  const visits: Visit[] = [];
  for (const root of spans) {
    if (parentOf(root) !== undefined) continue;
    const open: (readonly [SpanRow, SpanRow | null, Visit | null])[] = [[root, null, null]];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [span, parent, above] = next;
      if (of.has(span)) continue;
      const visit = above !== null && above.node === span.node ? above : enter(span, parent, above, visits);
      of.set(span, visit);
      visit.items.add(`op ${span.operation}`);
      const below = children.get(span) ?? [];
      // What a calling span waits beyond the callee's entry is the way's.
      if (!below.some((child) => child.node !== span.node)) visit.selfMs += selfMsOf(span, below, parent === null ? [] : children.get(parent) ?? []);
      for (const child of below) open.push([child, span, visit]);
    }
  }
  for (const log of logs) {
    const span = byId.get(`${log.traceId} ${log.spanId}`);
    const visit = span === undefined ? undefined : of.get(span);
    if (visit !== undefined) visit.items.add(`${log.severity >= warn ? errorMark : 'log '}${log.template}`);
  }
  return visits;
}

function enter(span: SpanRow, parent: SpanRow | null, caller: Visit | null, visits: Visit[]): Visit {
  const visit: Visit = { node: span.node, operation: span.operation, entry: span, items: new Set(), callees: [], caller, wayMs: parent === null ? null : Math.max(0, parent.durationMs - span.durationMs), selfMs: 0 };
  caller?.callees.push(visit);
  visits.push(visit);
  return visit;
}

/** A span waits for its children, and for a sibling that began after it and ended before it. */
function selfMsOf(span: SpanRow, children: readonly SpanRow[], siblings: readonly SpanRow[]): number {
  const endMs = span.startMs + span.durationMs;
  const inside = [...children, ...siblings.filter((each) => each !== span && each.startMs > span.startMs && each.startMs + each.durationMs <= endMs + 1)];
  if (inside.length === 0) return span.durationMs;
  inside.sort((a, b) => a.startMs - b.startMs);
  let covered = 0;
  let untilMs = span.startMs;
  for (const each of inside) {
    const from = Math.max(untilMs, each.startMs);
    const to = Math.min(endMs, each.startMs + each.durationMs);
    if (to > from) covered += to - from;
    untilMs = Math.max(untilMs, to);
  }
  return Math.max(0, span.durationMs - covered);
}

import type { StoredEvent, StoredLink, StoredSpan, TraceSpansQuery } from '@clew/engine';
import { readRest } from '@clew/otlp';
import type { Span, SpanEvent, SpanLink } from '@clew/otlp';
import { fromKeyValues } from '../any-value.ts';
import { idText, lookUp, nothingWanted, spanText, toMs, traceWords, wantCodes } from '../decode.ts';
import type { Lookups } from '../decode.ts';
import type { Partition } from '../partition.ts';
import type { Blob, List, QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];
const statuses = ['unset', 'ok', 'error'] as const;

export type SpanRow = readonly [
  partition: number, hi: bigint, lo: bigint, spanId: bigint, parentId: bigint, startNs: bigint, durationNs: bigint, name: number, kind: number, status: number,
  statusMessage: number, flags: number, resource: number, scope: number, codes: List<number>, wide: string, rest: Blob,
];

export async function trace(context: QueryContext, query: TraceSpansQuery): Promise<readonly StoredSpan[]> {
  return (await findSpans(context, query)).map(({ row, lookups }) => toSpan(row, lookups));
}

export async function traceSize(context: QueryContext, { traceId }: { readonly traceId: string }): Promise<number> {
  const words = traceWords(traceId);
  const partitions = withSpans(context);
  if (words === null || partitions.length === 0) return 0;
  const sql = new Sql();
  const [hi, lo] = words.map((word) => sql.u64(word));
  const [[spans]] = await context.rows<[number]>(`SELECT count(*)::DOUBLE FROM (${partitions.map(({ catalog }) => `SELECT 1 FROM ${catalog}.spans WHERE trace_hi = ${hi} AND trace_lo = ${lo}`).join(' UNION ALL ')})`, sql);
  return spans;
}

const withSpans = ({ partitions }: QueryContext): readonly Partition[] => partitions.filter(({ rows }) => rows.spans > 0);

/** A span as a row, with what explains its codes. */
export interface FoundSpan { readonly row: SpanRow; readonly lookups: Lookups }

export async function findSpans(context: QueryContext, { traceId, after, limit }: TraceSpansQuery): Promise<readonly FoundSpan[]> {
  const words = traceWords(traceId);
  const partitions = withSpans(context);
  if (words === null || partitions.length === 0) return [];
  const sql = new Sql();
  const [hi, lo] = words.map((word) => sql.u64(word));
  const conditions = [`trace_hi = ${hi} AND trace_lo = ${lo}`];
  if (after !== undefined) {
    const [start, id] = [sql.u64(BigInt(after.startNs)), sql.u64(BigInt(`0x${after.spanId || '0'}`))];
    conditions.push(`(start_ns > ${start} OR (start_ns = ${start} AND span_id >= ${id}))`);
  }
  return readSpans(context, partitions, conditions.join(' AND '), Math.min(limit, context.limits.answerRowsMax), sql, after?.same);
}

/** Spans for which the condition holds, by start and id; those that have both in common in an order that is always the same. */
export async function readSpans(context: QueryContext, partitions: readonly Partition[], condition: string, limit: number, sql: Sql, skip = 0): Promise<readonly FoundSpan[]> {
  const rows = await context.rows<SpanRow>(`${partitions.map(({ catalog, number }) =>
    `SELECT ${number} AS partition, trace_hi, trace_lo, span_id, parent_id, start_ns, duration_ns, name, kind, status, status_message, flags, resource, scope, codes, wide, rest
     FROM ${catalog}.spans WHERE ${condition}`).join(' UNION ALL ')}
    ORDER BY start_ns, span_id, partition, parent_id, duration_ns, name, resource, scope LIMIT ${limit} OFFSET ${skip}`, sql);
  const lookups = new Map<number, Lookups>();
  for (const partition of partitions) {
    const own = rows.filter(([number]) => number === partition.number);
    if (own.length === 0) continue;
    const wanted = nothingWanted();
    for (const row of own) {
      wanted.names.add(row[7]).add(row[10]);
      wanted.resources.add(row[12]);
      wanted.scopes.add(row[13]);
      wantCodes(wanted, row[14]);
    }
    lookups.set(partition.number, await lookUp(context, partition, wanted));
  }
  return rows.map((row) => {
    const found = lookups.get(row[0]);
    if (found === undefined) throw new Error(`BUG: a span of partition ${row[0]}, which was not asked`);
    return { row, lookups: found };
  });
}

function toSpan(row: SpanRow, lookups: Lookups): StoredSpan {
  const [, hi, lo, spanId, parentId, startNs, durationNs, name, kind, status, statusMessage, flags, resource, scope, codes, wide, rest] = row;
  const more = readRest('traces', rest.bytes) as Partial<Span>;
  const endNs = BigInt.asUintN(64, startNs + durationNs);
  return {
    traceId: idText(hi, lo), spanId: spanText(spanId), parentId: spanText(parentId),
    service: lookups.resource(resource).service,
    name: lookups.name(name), kind: more.kind === undefined ? kinds[kind] : String(more.kind),
    startNs: String(startNs), endNs: String(endNs),
    startMs: toMs(startNs), durationMs: endNs > startNs ? Number(endNs - startNs) / 1e6 : 0,
    status: statuses[status] ?? 'unset', statusMessage: lookups.name(statusMessage),
    traceState: more.traceState ?? '', flags,
    attributes: lookups.attributes(codes, wide),
    events: (more.events ?? []).map(toEvent), links: (more.links ?? []).map(toLink),
    droppedAttributes: more.droppedAttributesCount ?? 0, droppedEvents: more.droppedEventsCount ?? 0, droppedLinks: more.droppedLinksCount ?? 0,
    resource: lookups.resource(resource).resource, scope: lookups.scope(scope),
  };
}

function toEvent(event: SpanEvent): StoredEvent {
  return { timeNs: String(event.timeUnixNano ?? 0), name: event.name ?? '', attributes: fromKeyValues(event.attributes), droppedAttributes: event.droppedAttributesCount ?? 0 };
}

function toLink(link: SpanLink): StoredLink {
  return {
    traceId: link.traceId ?? '', spanId: link.spanId ?? '', traceState: link.traceState ?? '',
    attributes: fromKeyValues(link.attributes), flags: link.flags ?? 0, droppedAttributes: link.droppedAttributesCount ?? 0,
  };
}

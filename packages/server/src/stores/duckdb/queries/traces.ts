/**
 * Search for traces. Filters of service, operation, attributes and errors hold for one span of the trace that starts within
 * the range; durations, and the order by them, are those of the trace's longest span.
 */
import type { TraceQuery, TraceSummary } from '@clew/engine';
import { idText, toMs } from '../decode.ts';
import { attributeCondition, nameCondition, overlapping, resolveFilters, serviceCondition } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { List, QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

/** How far from the span that was found the other spans of its trace are looked for. */
const traceSpreadMs = 3_600_000;
const rankedAtFirst = 16;

interface Candidate { readonly hi: bigint; readonly lo: bigint; readonly rank: bigint; readonly startNs: bigint }

export async function traces(context: QueryContext, query: TraceQuery): Promise<readonly TraceSummary[]> {
  const limit = Math.min(query.limit, context.limits.answerRowsMax);
  const partitions = overlapping(context.partitions, 'spans', query.fromMs, query.toMs);
  if (limit < 1 || partitions.length === 0) return [];
  const filtered = query.service !== undefined || query.operation !== undefined || query.errorsOnly === true || (query.attributes ?? []).length > 0;
  // One pass over the best-ranked spans is enough unless a trace must be judged by another span than the one that matches.
  const ranked = query.maxDurationMs === undefined && (!filtered || (query.order === 'newest' && query.minDurationMs === undefined));
  const candidates = ranked ? await rankedSpans(context, query, partitions, limit) : await groupedTraces(context, query, partitions, limit);
  const summaries = await summarise(context, candidates);
  return summaries.sort((a, b) => query.order === 'newest' ? b.startMs - a.startMs : b.durationMs - a.durationMs);
}

async function matching(context: QueryContext, query: TraceQuery, partition: Partition, sql: Sql): Promise<string[]> {
  const conditions: string[] = [];
  if (query.service !== undefined) conditions.push(serviceCondition(sql, partition, query.service));
  if (query.operation !== undefined) conditions.push(nameCondition(sql, partition, query.operation));
  if (query.errorsOnly === true) conditions.push('status = 2');
  for (const filter of await resolveFilters(context, partition, query.attributes ?? [])) conditions.push(attributeCondition(sql, filter));
  return conditions;
}

function durationNs(ms: number): number {
  return Math.round(ms * 1e6);
}

/** Partition by partition, newest first: the best spans until there are enough traces. Stops at a partition that cannot hold better ones. */
async function rankedSpans(context: QueryContext, query: TraceQuery, partitions: readonly Partition[], limit: number): Promise<Candidate[]> {
  const newest = query.order === 'newest';
  const rank = newest ? 'start_ns::HUGEINT' : 'greatest(duration_ns, 0)::HUGEINT';
  const best = new Map<string, Candidate>();
  const enough = (): Candidate[] => [...best.values()].sort((a, b) => (a.rank < b.rank ? 1 : a.rank > b.rank ? -1 : 0)).slice(0, limit);
  for (const partition of partitions.toSorted((a, b) => b.ranges.spans.maxMs - a.ranges.spans.maxMs)) {
    const last = enough()[limit - 1];
    if (newest && last !== undefined && partition.ranges.spans.maxMs < toMs(last.startNs)) break;
    for (let take = limit * rankedAtFirst; ; take *= 8) {
      const sql = new Sql();
      const conditions = [`start_ns >= ${sql.ns(query.fromMs)}`, `start_ns < ${sql.ns(query.toMs)}`, ...await matching(context, query, partition, sql)];
      if (query.minDurationMs !== undefined) conditions.push(`duration_ns >= ${sql.number(durationNs(query.minDurationMs))}`);
      const rows = await context.rows<[bigint, bigint, bigint, bigint, bigint]>(`SELECT trace_hi, trace_lo, max(rank), arg_max(start_ns, rank), sum(count(*)) OVER () FROM (
        SELECT trace_hi, trace_lo, start_ns, ${rank} AS rank FROM ${partition.catalog}.spans WHERE ${conditions.join(' AND ')} ORDER BY rank DESC LIMIT ${take})
        GROUP BY trace_hi, trace_lo ORDER BY max(rank) DESC LIMIT ${limit}`, sql);
      if (rows.length < limit && rows.length > 0 && Number(rows[0][4]) >= take) continue;
      for (const [hi, lo, value, startNs] of rows) {
        const id = idText(hi, lo);
        const known = best.get(id);
        if (known === undefined || known.rank < value) best.set(id, { hi, lo, rank: value, startNs });
      }
      break;
    }
  }
  return enough();
}

/** All traces of the range in one statement: for durations that another span than the matching one decides. */
async function groupedTraces(context: QueryContext, query: TraceQuery, partitions: readonly Partition[], limit: number): Promise<Candidate[]> {
  const sql = new Sql();
  const [from, to] = [sql.ns(query.fromMs), sql.ns(query.toMs)];
  const parts: string[] = [];
  for (const partition of partitions) {
    const conditions = await matching(context, query, partition, sql);
    parts.push(`SELECT trace_hi, trace_lo, start_ns, greatest(duration_ns, 0) AS long_ns, ${conditions.join(' AND ') || 'true'} AS matches
      FROM ${partition.catalog}.spans WHERE start_ns >= ${from} AND start_ns < ${to}`);
  }
  const having = ['bool_or(matches)'];
  if (query.minDurationMs !== undefined) having.push(`max(long_ns) >= ${sql.number(durationNs(query.minDurationMs))}`);
  if (query.maxDurationMs !== undefined) having.push(`max(long_ns) <= ${sql.number(durationNs(query.maxDurationMs))}`);
  const rows = await context.rows<[bigint, bigint, bigint, bigint]>(`SELECT trace_hi, trace_lo, max(long_ns)::HUGEINT, max(start_ns) FROM (${parts.join(' UNION ALL ')})
    GROUP BY trace_hi, trace_lo HAVING ${having.join(' AND ')} ORDER BY ${query.order === 'newest' ? 'max(start_ns)' : 'max(long_ns)'} DESC LIMIT ${limit}`, sql);
  return rows.map(([hi, lo, rank, startNs]) => ({ hi, lo, rank, startNs }));
}

async function summarise(context: QueryContext, candidates: readonly Candidate[]): Promise<TraceSummary[]> {
  if (candidates.length === 0) return [];
  const times = candidates.map(({ startNs }) => toMs(startNs));
  const partitions = overlapping(context.partitions, 'spans', times.reduce((a, b) => Math.min(a, b)) - traceSpreadMs, times.reduce((a, b) => Math.max(a, b)) + traceSpreadMs);
  const sql = new Sql();
  const wanted = `SELECT unnest(${sql.u64s(candidates.map(({ hi }) => hi))}) AS hi, unnest(${sql.u64s(candidates.map(({ lo }) => lo))}) AS lo`;
  const parts = partitions.map(({ catalog }) => `SELECT s.trace_hi, s.trace_lo, s.start_ns, s.start_ns::HUGEINT + greatest(s.duration_ns, 0) AS end_ns, s.parent_id, s.status,
    r.service, coalesce(n.text, '') AS name FROM ${catalog}.spans s JOIN wanted w ON s.trace_hi = w.hi AND s.trace_lo = w.lo
    JOIN ${catalog}.resources r ON r.code = s.resource LEFT JOIN ${catalog}.names n ON n.code = s.name`);
  const root = (column: string): string => `coalesce(arg_min(${column}, start_ns) FILTER (parent_id = 0), arg_min(${column}, start_ns))`;
  const rows = await context.rows<[bigint, bigint, bigint, number, number, number, string, string, List<string>]>(`WITH wanted AS (${wanted}) SELECT trace_hi, trace_lo, min(start_ns), (max(end_ns) - min(start_ns))::DOUBLE, count(*)::DOUBLE,
    (count(*) FILTER (status = 2))::DOUBLE, ${root('service')}, ${root('name')}, list_sort(list(DISTINCT service))
    FROM (${parts.join(' UNION ALL ')}) GROUP BY trace_hi, trace_lo`, sql);
  return rows.map(([hi, lo, startNs, lasted, spans, errors, rootService, rootName, services]) => ({
    traceId: idText(hi, lo), startMs: toMs(startNs), durationMs: Math.max(0, lasted) / 1e6, rootService, rootName, spans, errors, services: services.items,
  }));
}

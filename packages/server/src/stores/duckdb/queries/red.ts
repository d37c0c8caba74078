import type { RowQueries, StoredRed } from '@clew/engine';
import { CodedError } from '../../../errors.ts';
import { nameCondition, overlapping, serviceCondition } from '../filter.ts';
import type { List, QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

/** What a service was asked to do: server and consumer spans, and roots without a caller of any kind (jobs). */
const served = '(kind = 2 OR kind = 5 OR (kind <= 1 AND parent_id = 0))';

/** By start time. Quantiles are those of the spans themselves, over all partitions at once. */
export async function red(context: QueryContext, query: Parameters<RowQueries['red']>[0]): Promise<StoredRed> {
  const times = stepsOf(query, context.limits.stepsMax);
  const empty = { times, count: times.map(() => 0), errors: times.map(() => 0), p50Ms: times.map(() => null), p95Ms: times.map(() => null), p99Ms: times.map(() => null) };
  const partitions = overlapping(context.partitions, 'spans', query.fromMs, query.toMs);
  if (partitions.length === 0 || times.length === 0) return empty;
  const sql = new Sql();
  const [from, to, step] = [sql.ns(query.fromMs), sql.ns(query.toMs), sql.ns(query.stepMs)];
  const parts = partitions.map((partition) => {
    const conditions = [`start_ns >= ${from}`, `start_ns < ${to}`, served, serviceCondition(sql, partition, query.service)];
    if (query.operation !== undefined) conditions.push(nameCondition(sql, partition, query.operation));
    return `SELECT (start_ns - ${from}) // ${step} AS step, greatest(duration_ns, 0) AS took, status = 2 AS failed FROM ${partition.catalog}.spans WHERE ${conditions.join(' AND ')}`;
  });
  const rows = await context.rows<[bigint, number, number, List<bigint>]>(`SELECT step, count(*)::DOUBLE, (count(*) FILTER (failed))::DOUBLE, quantile_disc(took, [0.5, 0.95, 0.99])
    FROM (${parts.join(' UNION ALL ')}) AS spans(step, took, failed) GROUP BY step`, sql);
  const result = { times, count: [...empty.count], errors: [...empty.errors], p50Ms: [...empty.p50Ms] as (number | null)[], p95Ms: [...empty.p95Ms] as (number | null)[], p99Ms: [...empty.p99Ms] as (number | null)[] };
  for (const [at, count, errors, { items: [p50, p95, p99] }] of rows) {
    const i = Number(at);
    result.count[i] = count;
    result.errors[i] = errors;
    result.p50Ms[i] = Number(p50) / 1e6;
    result.p95Ms[i] = Number(p95) / 1e6;
    result.p99Ms[i] = Number(p99) / 1e6;
  }
  return result;
}

/** Starts of the steps of [fromMs, toMs). */
export function stepsOf({ fromMs, toMs, stepMs }: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number }, stepsMax: number): number[] {
  const count = stepMs > 0 && toMs > fromMs ? Math.ceil((toMs - fromMs) / stepMs) : 0;
  if (count > stepsMax) throw new CodedError('query_too_large', `${count} steps`, { detail: `At most ${stepsMax} steps.` });
  return Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
}

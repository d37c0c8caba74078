import type { StoredValues, ValueAt, ValuesQuery } from '@clew/engine';
import { nameCondition, overlapping, serviceCondition } from '../filter.ts';
import type { QueryContext } from '../readers.ts';
import { unlistedKeys } from '../schema.ts';
import { Sql } from '../sql.ts';
import { placeKinds } from './calls.ts';
import { conditionOf, probe, within } from './sample.ts';

/** A value that fewer calls had tells nothing, and there may be as many of them as calls. */
const leastCalls = 5;
const valuesMax = 2_000;

interface Sums { calls: number; bad: number; totalMs: number }

/** Values are counted by code, then joined with their texts: a code that was written twice, and those of other partitions, are one value. */
export async function values(context: QueryContext, query: ValuesQuery): Promise<StoredValues> {
  const { fromMs, toMs, service, operation, kind, share, slowMs } = query;
  const all = { calls: 0, bad: 0, totalMs: 0, wide: 0 };
  const p95s: { readonly calls: number; readonly ms: number }[] = [];
  const found = new Map<string, Sums & { readonly key: string; readonly value: string }>();
  for (const partition of overlapping(context.partitions, 'spans', fromMs, toMs)) {
    const { catalog } = partition;
    const condition = share >= 1 ? () => 'true' : await conditionOf(context, partition, query, share, await probe(context, partition, query));
    const sql = new Sql();
    const bad = slowMs === null ? 'status = 2' : `status = 2 OR duration_ns > ${sql.number(slowMs * 1e6)}`;
    // The first row is of all calls.
    const [[, , calls, badCalls, ns, p95, wide], ...rows] = await context.rows<[string, string, number, number, number, number | null, number]>(`WITH picked AS MATERIALIZED (
        SELECT codes, resource, wide <> '' AS wide, greatest(duration_ns, 0)::DOUBLE AS took, (${bad}) AS bad FROM ${catalog}.spans
        WHERE ${within(sql, query)} AND ${condition(sql)} AND kind = ${placeKinds.indexOf(kind)} AND ${serviceCondition(sql, partition, service)} AND ${nameCondition(sql, partition, operation)}),
        own AS (SELECT unnest(codes) AS code, took, bad FROM picked), ofResource AS (SELECT unnest(r.codes) AS code, p.took, p.bad FROM picked p JOIN ${catalog}.resources r ON r.code = p.resource),
        sums AS (SELECT code, count(*) AS calls, count(*) FILTER (bad) AS bad, sum(took) AS took FROM (FROM own UNION ALL FROM ofResource) GROUP BY code),
        told AS (SELECT kv.key, kv.text, sum(s.calls)::DOUBLE AS calls, sum(s.bad)::DOUBLE AS bad, sum(s.took) AS took FROM sums s JOIN ${catalog}.kv ON kv.code = s.code
          WHERE kv.kind < ${unlistedKeys} GROUP BY kv.key, kv.text HAVING sum(s.calls) >= ${leastCalls} ORDER BY sum(s.bad) DESC, sum(s.calls) DESC, kv.key, kv.text LIMIT ${valuesMax}),
        answer AS (SELECT 0 AS place, '', '', count(*)::DOUBLE, (count(*) FILTER (bad))::DOUBLE, coalesce(sum(took), 0), quantile_disc(took, 0.95), (count(*) FILTER (wide))::DOUBLE FROM picked
          UNION ALL SELECT 1, key, text, calls, bad, took, NULL, 0 FROM told)
      SELECT * EXCLUDE (place) FROM answer ORDER BY place`, sql);
    if (calls === 0) continue;
    all.calls += calls;
    all.bad += badCalls;
    all.totalMs += ns / 1e6;
    all.wide += wide;
    if (p95 !== null) p95s.push({ calls, ms: p95 / 1e6 });
    for (const [key, value, count, badCount, took] of rows) {
      const id = `${key}\u0001${value}`;
      const known = found.get(id) ?? { key, value, calls: 0, bad: 0, totalMs: 0 };
      found.set(id, known);
      known.calls += count;
      known.bad += badCount;
      known.totalMs += took / 1e6;
    }
  }
  const sorted: ValueAt[] = [...found.values()].sort((a, b) => b.bad - a.bad || b.calls - a.calls || (a.key + a.value < b.key + b.value ? -1 : 1));
  // Of several files the quantile of the one with the most calls stands for all.
  const p95Ms = p95s.toSorted((a, b) => b.calls - a.calls)[0]?.ms ?? null;
  return { ...all, p95Ms, values: sorted.slice(0, valuesMax) };
}

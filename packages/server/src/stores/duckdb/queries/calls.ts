import type { CallsAt, CallsQuery, StoredCallsAnswer, StoredPlace } from '@clew/engine';
import { overlapping } from '../filter.ts';
import type { QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

/** By their number in OTLP. */
export const placeKinds: readonly StoredPlace['kind'][] = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

export function kindOf(kind: number): StoredPlace['kind'] {
  return placeKinds[kind] ?? 'unspecified';
}

/** Nobody asks about more places than this in one stretch. */
export const placesMax = 2_000;

/** Reads five narrow columns of every row; partition by partition, as codes mean nothing elsewhere. */
export async function calls(context: QueryContext, { fromMs, toMs }: CallsQuery): Promise<StoredCallsAnswer> {
  const sums = new Map<string, { service: string; operation: string; kind: StoredPlace['kind']; calls: number; failed: number; totalMs: number }>();
  let spans = 0;
  for (const { catalog } of overlapping(context.partitions, 'spans', fromMs, toMs)) {
    const sql = new Sql();
    const rows = await context.rows<[string, string, number, number, number, number]>(`WITH sums AS (
        SELECT resource, name, kind, count(*) AS calls, count(*) FILTER (status = 2) AS failed, sum(greatest(duration_ns, 0)::DOUBLE) AS took
        FROM ${catalog}.spans WHERE start_ns >= ${sql.ns(fromMs)} AND ${sql.before('start_ns', toMs)} GROUP BY resource, name, kind)
      SELECT r.service, coalesce(n.text, ''), s.kind, sum(s.calls)::DOUBLE, sum(s.failed)::DOUBLE, sum(s.took)
      FROM sums s JOIN ${catalog}.resources r ON r.code = s.resource LEFT JOIN ${catalog}.names n ON n.code = s.name GROUP BY ALL`, sql);
    for (const [service, operation, kind, count, failed, ns] of rows) {
      spans += count;
      const key = `${service}\u0001${operation}\u0001${kindOf(kind)}`;
      const known = sums.get(key) ?? { service, operation, kind: kindOf(kind), calls: 0, failed: 0, totalMs: 0 };
      sums.set(key, known);
      known.calls += count;
      known.failed += failed;
      known.totalMs += ns / 1e6;
    }
  }
  const places: CallsAt[] = [...sums.values()].sort((a, b) => b.totalMs - a.totalMs || (placeKey(a) < placeKey(b) ? -1 : 1));
  return { spans, places: places.slice(0, placesMax) };
}

export function placeKey({ service, operation, kind }: StoredPlace): string {
  return `${service}\u0001${operation}\u0001${kind}`;
}

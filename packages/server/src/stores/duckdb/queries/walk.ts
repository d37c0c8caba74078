import type { StoredWalk, WalkedAt, WalkQuery } from '@clew/engine';
import { overlapping } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';
import { kindOf, placeKey, placesMax } from './calls.ts';
import { conditionOf, probe } from './sample.ts';
import type { Condition, Probe } from './sample.ts';

/** A span that lasts longer than a day is a mistake of somebody's clock. */
const lastsNsMax = 86_400_000_000_000;

/**
 * Partition by partition: a trace that crosses from one file to the next is looked at as two, one in many thousands. So is one that
 * crosses an end of the stretch of time.
 */
export async function walk(context: QueryContext, query: WalkQuery): Promise<StoredWalk> {
  const partitions = overlapping(context.partitions, 'spans', query.fromMs, query.toMs);
  const probes: Probe[] = [];
  for (const partition of partitions) probes.push(await probe(context, partition, query));
  const share = Math.min(1, query.spansMax / Math.max(1, probes.reduce((sum, each) => sum + each.spans, 0)));
  const places = new Map<string, { -readonly [K in keyof WalkedAt]: WalkedAt[K] }>();
  let spans = 0;
  let traces = 0;
  for (const [i, partition] of partitions.entries()) {
    const condition = await conditionOf(context, partition, query, share, probes[i]);
    for (const [service, operation, kind, calls, selfNs, origins, touched] of await walkOne(context, partition, query, condition)) {
      if (service === '') {
        spans += calls;
        traces += touched;
        continue;
      }
      const one = { service, operation, kind: kindOf(kind), calls, selfMs: selfNs / 1e6, origins };
      const known = places.get(placeKey(one));
      if (known === undefined) {
        places.set(placeKey(one), one);
        continue;
      }
      known.calls += calls;
      known.selfMs += one.selfMs;
      known.origins += origins;
    }
  }
  const sorted = [...places.values()].sort((a, b) => b.selfMs - a.selfMs || (placeKey(a) < placeKey(b) ? -1 : 1));
  return { spans, share, traces, places: sorted.slice(0, placesMax) };
}

type Row = [service: string, operation: string, kind: number, calls: number, selfNs: number, origins: number, traces: number];

/** One row a place, and one without a service that counts spans read and traces. A child counts within its parent only, and where children overlap once. */
async function walkOne(context: QueryContext, { catalog }: Partition, { fromMs, toMs, services }: WalkQuery, condition: Condition): Promise<readonly Row[]> {
  const sql = new Sql();
  const from = sql.ns(fromMs);
  const touched = services.length === 0 ? '' : `SEMI JOIN (SELECT trace_hi, trace_lo FROM picked WHERE resource IN (
    SELECT code FROM ${catalog}.resources WHERE service IN (${services.map((service) => sql.text(service)).join(', ')}))) t ON t.trace_hi = p.trace_hi AND t.trace_lo = p.trace_lo`;
  return context.rows<Row>(`WITH picked AS MATERIALIZED (
      SELECT trace_hi, trace_lo, span_id, parent_id, resource, name, kind, status = 2 AS failed, (start_ns - ${from})::BIGINT AS began,
        (start_ns - ${from})::BIGINT + least(greatest(duration_ns, 0), ${lastsNsMax}) AS ended
      FROM ${catalog}.spans WHERE start_ns >= ${from} AND ${sql.before('start_ns', toMs)} AND ${condition(sql)}),
    own AS MATERIALIZED (SELECT p.* FROM picked p ${touched}),
    within AS (SELECT c.trace_hi, c.trace_lo, c.parent_id, c.failed, greatest(c.began, p.began) AS began, least(c.ended, p.ended) AS ended
      FROM own c JOIN own p ON p.trace_hi = c.trace_hi AND p.trace_lo = c.trace_lo AND p.span_id = c.parent_id WHERE c.parent_id <> 0),
    ordered AS (SELECT *, max(ended) OVER (PARTITION BY trace_hi, trace_lo, parent_id ORDER BY began, ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered FROM within),
    below AS (SELECT trace_hi, trace_lo, parent_id, sum(greatest(0, ended - greatest(began, coalesce(covered, began)))) AS ns, bool_or(failed) AS failed FROM ordered GROUP BY ALL),
    sums AS (SELECT p.resource, p.name, p.kind, count(*) AS calls, sum((p.ended - p.began - coalesce(b.ns, 0))::DOUBLE) AS self, count(*) FILTER (p.failed AND NOT coalesce(b.failed, false)) AS origins
      FROM own p LEFT JOIN below b ON b.trace_hi = p.trace_hi AND b.trace_lo = p.trace_lo AND b.parent_id = p.span_id GROUP BY p.resource, p.name, p.kind)
    SELECT r.service, coalesce(n.text, ''), s.kind, sum(s.calls)::DOUBLE, sum(s.self), sum(s.origins)::DOUBLE, 0::DOUBLE
      FROM sums s JOIN ${catalog}.resources r ON r.code = s.resource LEFT JOIN ${catalog}.names n ON n.code = s.name GROUP BY r.service, n.text, s.kind
    UNION ALL SELECT '', '', 0, (SELECT count(*)::DOUBLE FROM picked), 0, 0, count(*)::DOUBLE FROM (SELECT DISTINCT trace_hi, trace_lo FROM own)`, sql);
}

import type { Partition } from '../partition.ts';
import type { QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

/**
 * Whole traces, chosen by their ids alone. Rows lie in order of trace within a row group, so a range of ids is a stretch of each
 * row group: what is not wanted is not even unpacked. Ids that are not spread evenly (a clock in front, 64 bits only) are
 * taken by the hash of their low word instead, which reads every id.
 */
export interface Sample { readonly share: number; readonly spans: number; condition(sql: Sql): string }

const words = 2n ** 64n;
const remainders = 10_000;
/** As far from what was meant as a sample may be. */
const offMax = 2;

/** What a share of evenly spread ids is. */
export function byRange(share: number): Sample['condition'] {
  if (share >= 1) return () => 'true';
  const bound = (words * BigInt(Math.floor(share * 1e9))) / 1_000_000_000n;
  return (sql) => `trace_hi < ${sql.u64(bound)}`;
}

export function byHash(share: number): Sample['condition'] {
  return () => (share >= 1 ? 'true' : `hash(trace_lo) % ${remainders} < ${Math.max(1, Math.round(share * remainders))}`);
}

interface Stretch { readonly fromMs: number; readonly toMs: number }

/** Of one partition and stretch of time, of which so many spans are expected. */
export async function sampleOf(context: QueryContext, partition: Partition, stretch: Stretch, share: number, expected: number): Promise<Sample> {
  if (share >= 1) return { share, spans: expected, condition: byRange(1) };
  const condition = byRange(share);
  const spans = await countSpans(context, partition, stretch, condition);
  if (spans <= expected * offMax && spans >= expected / offMax) return { share, spans, condition };
  return { share, spans: await countSpans(context, partition, stretch, byHash(share)), condition: byHash(share) };
}

export async function countSpans(context: QueryContext, { catalog }: Partition, { fromMs, toMs }: Stretch, condition: Sample['condition'] = byRange(1)): Promise<number> {
  const sql = new Sql();
  const [[spans]] = await context.rows<[number]>(`SELECT count(*)::DOUBLE FROM ${catalog}.spans WHERE start_ns >= ${sql.ns(fromMs)} AND ${sql.before('start_ns', toMs)} AND ${condition(sql)}`, sql);
  return spans;
}

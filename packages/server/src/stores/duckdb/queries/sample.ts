import type { Partition } from '../partition.ts';
import type { QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

/**
 * Whole traces, chosen by their ids alone. Rows lie in order of trace within a row group, so a range of ids is a stretch of each
 * row group: what is not wanted is not even unpacked. Ids that are not spread evenly (a clock in front, 64 bits only) are
 * taken by the hash of their low word instead, which reads every row.
 */
export type Condition = (sql: Sql) => string;
interface Stretch { readonly fromMs: number; readonly toMs: number }

const words = 2n ** 64n;
const remainders = 10_000;
/** As far from what was meant as a sample may be. */
const offMax = 2;

/** What a share of evenly spread ids is. */
function byRange(share: number): Condition {
  return share >= 1 ? () => 'true' : (sql) => `trace_hi < ${sql.u64(boundOf(share))}`;
}

function byHash(share: number): Condition {
  return () => `hash(trace_lo) % ${remainders} < ${Math.max(1, Math.round(share * remainders))}`;
}

function boundOf(share: number): bigint {
  return (words * BigInt(Math.floor(share * 1e9))) / 1_000_000_000n;
}

/** What is known of the ids of one partition and stretch of time: how many spans there are, about, and whether their ids are spread. */
export interface Probe { readonly spans: number; readonly isSpread: boolean }

/** Ids below this share stand for all, where there are enough of them … */
const probeShare = 1 / 64;
const probeLeast = 2_000;
/** … and where half of the range holds about half of them. */
const [halfLeast, halfMost] = [0.4, 0.6];

/** From one range of ids where that will do, which reads little; else by counting. */
export async function probe(context: QueryContext, partition: Partition, stretch: Stretch): Promise<Probe> {
  const sql = new Sql();
  const [[seen, half]] = await context.rows<[number, number]>(`SELECT count(*)::DOUBLE, (count(*) FILTER (trace_hi < ${sql.u64(boundOf(probeShare / 2))}))::DOUBLE FROM ${partition.catalog}.spans WHERE ${within(sql, stretch)} AND ${byRange(probeShare)(sql)}`, sql);
  if (seen >= probeLeast && half >= halfLeast * seen && half <= halfMost * seen) return { spans: seen / probeShare, isSpread: true };
  return { spans: await countSpans(context, partition, stretch, byRange(1)), isSpread: false };
}

export async function conditionOf(context: QueryContext, partition: Partition, stretch: Stretch, share: number, { spans, isSpread }: Probe): Promise<Condition> {
  if (share >= 1 || isSpread) return byRange(share);
  const seen = await countSpans(context, partition, stretch, byRange(share));
  return seen <= spans * share * offMax && seen >= (spans * share) / offMax ? byRange(share) : byHash(share);
}

async function countSpans(context: QueryContext, { catalog }: Partition, stretch: Stretch, condition: Condition): Promise<number> {
  const sql = new Sql();
  const [[spans]] = await context.rows<[number]>(`SELECT count(*)::DOUBLE FROM ${catalog}.spans WHERE ${within(sql, stretch)} AND ${condition(sql)}`, sql);
  return spans;
}

export function within(sql: Sql, { fromMs, toMs }: Stretch): string {
  return `start_ns >= ${sql.ns(fromMs)} AND ${sql.before('start_ns', toMs)}`;
}

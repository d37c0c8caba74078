import type { MetricQuery, MetricSeries } from '@clew/engine';
import { MetricType, readRest } from '@clew/otlp';
import { fromExponential } from '../distribution.ts';
import type { Distribution } from '../distribution.ts';
import { overlapping } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { Point } from '../point.ts';
import type { Blob, List, QueryContext } from '../readers.ts';
import { sentExtreme } from '../schema.ts';
import { Sql } from '../sql.ts';
import { valuesOf } from '../steps.ts';
import { stepsOf } from './red.ts';
import { findSeries } from './series.ts';
import type { StoredSeries } from './series.ts';

/** How far before the range the point is looked for that the first one within is compared with. */
export const lookBackMs = 300_000;

export async function metric(context: QueryContext, query: MetricQuery): Promise<readonly MetricSeries[]> {
  const times = stepsOf(query, context.limits.stepsMax);
  if (times.length === 0) return [];
  const { fromMs, toMs } = query;
  const readFromMs = query.read === 'value' ? fromMs : fromMs - Math.max(lookBackMs, query.stepMs);
  const series = await findSeries(context, query, readFromMs, toMs);
  const points = await pointsOf(context, series, readFromMs, toMs);
  return [...points].flatMap(([each, own]) => {
    const newest = own.at(-1);
    if (newest === undefined || Number(newest.timeNs / 1000n) / 1000 < fromMs) return [];
    const { service, attributes, unit } = each.identity;
    return [{ service, attributes, unit, times, values: valuesOf(each.identity, own, query.read, { fromMs, stepMs: query.stepMs, count: times.length }) }];
  });
}

/** Points of each series within [fromMs, toMs), oldest first, in the order of the series. */
export async function pointsOf(context: QueryContext, series: readonly StoredSeries[], fromMs: number, toMs: number): Promise<Map<StoredSeries, Point[]>> {
  const points = new Map<StoredSeries, Point[]>(series.map((each) => [each, []]));
  for (const partition of overlapping(context.partitions, 'points', fromMs, toMs)) {
    const byCode = new Map(series.flatMap((each) => (each.codes.get(partition.number) ?? []).map((code) => [code, each] as const)));
    for (const [owner, point] of await readPoints(context, partition, byCode, fromMs, toMs)) points.get(owner)?.push(point);
  }
  for (const own of points.values()) own.sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  return points;
}

type PointRow = readonly [series: number, startNs: bigint, timeNs: bigint, value: number, count: number, min: number, max: number, flags: number, bounds: number, buckets: List<number>, rest: Blob];

export async function readPoints(context: QueryContext, { catalog }: Partition, owners: ReadonlyMap<number, StoredSeries>, fromMs: number, toMs: number): Promise<(readonly [StoredSeries, Point])[]> {
  if (owners.size === 0) return [];
  const types = new Set([...owners.values()].map(({ identity }) => identity.type));
  const hasBuckets = types.has(MetricType.histogram);
  const hasRest = types.has(MetricType.exponentialHistogram) || types.has(MetricType.summary);
  const sql = new Sql();
  const rows = await context.rows<PointRow>(`SELECT series, start_ns, time_ns, value, count, ${sentExtreme('min')}, ${sentExtreme('max')}, flags, bounds, ${hasBuckets ? 'buckets' : '[]'}, ${hasRest ? 'rest' : '\'\'::BLOB'}
    FROM ${catalog}.points WHERE series IN (SELECT unnest(${sql.u32s(owners.keys())})) AND time_ns >= ${sql.ns(fromMs)} AND time_ns < ${sql.ns(toMs)}`, sql);
  const bounds = hasBuckets ? await readBounds(context, catalog, new Set(rows.map((row) => row[8]))) : new Map<number, readonly number[]>();
  return rows.flatMap((row) => {
    const owner = owners.get(row[0]);
    return owner === undefined ? [] : [[owner, toPoint(row, owner.identity.type, bounds)] as const];
  });
}

export async function readBounds(context: QueryContext, catalog: string, codes: ReadonlySet<number>): Promise<Map<number, readonly number[]>> {
  const sql = new Sql();
  const rows = await context.rows<[number, List<number>]>(`SELECT code, bounds FROM ${catalog}.bounds WHERE code IN (SELECT unnest(${sql.u32s(codes)}))`, sql);
  return new Map(rows.map(([code, { items }]) => [code, items]));
}

function toPoint([, startNs, timeNs, value, count, min, max, flags, boundsCode, buckets, rest]: PointRow, type: MetricType, bounds: ReadonlyMap<number, readonly number[]>): Point {
  let distribution: Distribution | null = null;
  let quantiles: Point['quantiles'] = [];
  const known = bounds.get(boundsCode);
  if (type === MetricType.histogram && known !== undefined) distribution = { kind: 'explicit', bounds: known, counts: buckets.items };
  if (type === MetricType.exponentialHistogram) distribution = fromExponential(readRest('metrics', rest.bytes, type));
  if (type === MetricType.summary) quantiles = (readRest('metrics', rest.bytes, type).quantileValues ?? []).map((each) => [Number(each.quantile ?? 0), Number(each.value ?? 0)] as const);
  return { timeNs, startNs, value, count, min, max, isGap: (flags & 1) === 1, distribution, quantiles };
}

/** Data points as they were sent, newest first. */
import type { PointsQuery, SentNumber, StoredBuckets, StoredExemplar, StoredPoint } from '@clew/engine';
import { MetricType, readMetric } from '@clew/otlp';
import type { ExponentialHistogramPoint, Int64 } from '@clew/otlp';
import { fromKeyValues } from '../any-value.ts';
import { lookUp, nothingWanted, wantCodes } from '../decode.ts';
import type { Lookups } from '../decode.ts';
import { attributeCondition, overlapping, resolveFilters, serviceCondition } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { Blob, List, QueryContext } from '../readers.ts';
import type { AnyPoint, MetricCells } from '../sent-items.ts';
import { sentPoint } from '../sent-items.ts';
import { sentExtreme, sentIsInt } from '../schema.ts';
import { Sql } from '../sql.ts';
import { readBounds } from './metric.ts';
import { metricTypes, temporalities } from './metrics.ts';

type PointRow = readonly [
  startNs: bigint, timeNs: bigint, value: number, isInt: number, count: number, min: number, max: number, flags: number, rest: Blob,
  resource: number, scope: number, codes: List<number>, wide: string, metric: number, unit: string, description: string, type: MetricType, temporality: number, monotonic: number, metadata: Blob, name: string, bounds: number, buckets: List<number>,
];

export interface FoundPoint {
  readonly partition: Partition; readonly lookups: Lookups; readonly resource: number; readonly scope: number;
  /** Code of the metric in its partition. */
  readonly metric: number;
  readonly cells: MetricCells;
  readonly point: AnyPoint;
  readonly row: PointRow;
}

export async function points(context: QueryContext, query: PointsQuery): Promise<readonly StoredPoint[]> {
  return (await findPoints(context, query)).map(toStored);
}

export async function findPoints(context: QueryContext, { limit, ...asked }: PointsQuery): Promise<readonly FoundPoint[]> {
  return readPoints(context, asked, Math.min(limit, context.limits.answerRowsMax));
}

/** Newest first; of every metric without a name. */
export async function readPoints(context: QueryContext, { name, fromMs, toMs, service, attributes }: Omit<PointsQuery, 'name' | 'limit'> & { readonly name?: string }, most: number): Promise<readonly FoundPoint[]> {
  const found: FoundPoint[] = [];
  for (const partition of overlapping(context.partitions, 'points', fromMs, toMs).reverse()) {
    const { catalog } = partition;
    const sql = new Sql();
    const onSeries: string[] = [];
    if (service !== undefined) onSeries.push(serviceCondition(sql, partition, service));
    for (const filter of await resolveFilters(context, partition, attributes ?? [])) onSeries.push(attributeCondition(sql, filter));
    const own = onSeries.length === 0 ? '' : `AND s.code IN (SELECT code FROM ${catalog}.series WHERE ${onSeries.join(' AND ')})`;
    const rows = await context.rows<PointRow>(`SELECT p.start_ns, p.time_ns, p.value, ${sentIsInt}, p.count, ${sentExtreme('min')}, ${sentExtreme('max')}, p.flags, p.rest,
        s.resource, s.scope, s.codes, s.wide, s.metric, m.unit, m.description, m.type, m.temporality, m.monotonic, m.metadata, m.name, p.bounds, p.buckets
      FROM ${catalog}.points p JOIN ${catalog}.series s ON s.code = p.series JOIN ${catalog}.metrics m ON m.code = s.metric
      WHERE ${name === undefined ? 'true' : `m.name = ${sql.text(name)}`} AND p.time_ns >= ${sql.ns(fromMs)} AND ${sql.before('p.time_ns', toMs)} ${own} ORDER BY p.time_ns DESC, p.rowid DESC LIMIT ${most}`, sql);
    const wanted = nothingWanted();
    for (const row of rows) {
      wanted.resources.add(row[9]);
      wanted.scopes.add(row[10]);
      wantCodes(wanted, row[11]);
    }
    const lookups = await lookUp(context, partition, wanted);
    const bounds = await readBounds(context, catalog, new Set(rows.map((row) => row[21]).filter((code) => code !== 0)));
    found.push(...rows.map((row) => toFound(row, partition, lookups, bounds)));
  }
  return found.sort((a, b) => (a.row[1] < b.row[1] ? 1 : a.row[1] > b.row[1] ? -1 : 0)).slice(0, most);
}

function toFound(row: PointRow, partition: Partition, lookups: Lookups, bounds: ReadonlyMap<number, readonly number[]>): FoundPoint {
  const [startNs, timeNs, value, isInt, count, min, max, flags, rest, resource, scope, codes, wide, metric, unit, description, type, temporality, monotonic, metadata, name, boundsCode, { items: counts }] = row;
  return {
    partition, lookups, resource, scope, metric, row,
    cells: { name, unit, description, type, temporality, monotonic, metadata: readMetric(metadata.bytes, 0, metadata.bytes.length).metadata },
    point: sentPoint({ type, startNs, timeNs, flags, value, isInt, count, min, max, buckets: { bounds: bounds.get(boundsCode) ?? [], counts }, attributes: lookups.keyValues(codes, wide), rest: rest.bytes }),
  };
}

function toStored({ cells: { name, unit, description, type, temporality, monotonic, metadata }, point, lookups, resource, scope, row }: FoundPoint): StoredPoint {
  const flags = point.flags ?? 0;
  return {
    name, unit, description, type: metricTypes[type] ?? '', temporality: temporalities[temporality] ?? '', monotonic: monotonic === 1, metadata: fromKeyValues(metadata),
    ...lookups.resource(resource), scope: lookups.scope(scope), attributes: lookups.attributes(row[11], row[12]),
    startNs: String(point.startTimeUnixNano ?? 0), timeNs: String(point.timeUnixNano ?? 0), flags, noRecordedValue: (flags & 1) === 1,
    value: valueOf(point), count: integer(point.count), sum: optional(point.sum), min: optional(point.min), max: optional(point.max),
    bounds: (point.explicitBounds ?? []).map((bound) => bound), buckets: type === MetricType.histogram ? (point.bucketCounts ?? []).map(integer) : [],
    exponential: type === MetricType.exponentialHistogram ? exponentialOf(point) : null,
    quantiles: (point.quantileValues ?? []).map(({ quantile, value }) => ({ quantile: quantile ?? 0, value: value ?? 0 })),
    exemplars: (point.exemplars ?? []).map((each): StoredExemplar => ({
      timeNs: String(each.timeUnixNano ?? 0), value: valueOf(each), traceId: each.traceId ?? '', spanId: each.spanId ?? '', attributes: fromKeyValues(each.filteredAttributes),
    })),
  };
}

const optional = (value: SentNumber | null | undefined): SentNumber | null => value ?? null;

function integer(value: Int64 | null | undefined): SentNumber {
  const number = Number(value ?? 0);
  return Number.isSafeInteger(number) ? number : String(value);
}

function valueOf({ asInt, asDouble }: { readonly asInt?: Int64 | null | undefined; readonly asDouble?: SentNumber | null | undefined }): SentNumber | null {
  return asInt === undefined || asInt === null ? optional(asDouble) : integer(asInt);
}

function exponentialOf({ scale, zeroCount, zeroThreshold, positive, negative }: ExponentialHistogramPoint): StoredPoint['exponential'] {
  const cells = (buckets: ExponentialHistogramPoint['positive']): StoredBuckets => ({ offset: buckets?.offset ?? 0, counts: (buckets?.bucketCounts ?? []).map(integer) });
  return { scale: scale ?? 0, zeroCount: integer(zeroCount), zeroThreshold: zeroThreshold ?? 0, positive: cells(positive), negative: cells(negative) };
}

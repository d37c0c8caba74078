/** Data points as they were sent, newest first: for evidence, exports and tests. Not a verb of the Rows port. */
import type { Attributes, StoredResource, StoredScope } from '@clew/engine';
import { MetricType, readMetric, readRest } from '@clew/otlp';
import { fromKeyValues } from '../any-value.ts';
import { lookUp, nothingWanted, wantCodes } from '../decode.ts';
import { overlapping } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { Blob, List, QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';
import { readBounds } from './metric.ts';
import { metricTypes, temporalities } from './metrics.ts';

export interface PointsQuery { readonly name: string; readonly fromMs: number; readonly toMs: number; readonly limit: number }
export interface StoredExemplar { readonly timeNs: string; readonly value: number | string; readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }
export interface StoredPoint {
  readonly name: string; readonly unit: string; readonly description: string; readonly type: string; readonly temporality: string; readonly monotonic: boolean; readonly metadata: Attributes;
  readonly service: string; readonly resource: StoredResource; readonly scope: StoredScope; readonly attributes: Attributes;
  readonly startNs: string; readonly timeNs: string; readonly flags: number;
  /** Gauge and sum: the number; a decimal string where it is an integer beyond 2^53; null when unset. Others: null. */
  readonly value: number | string | null;
  readonly count: number; readonly sum: number | null; readonly min: number | null; readonly max: number | null;
  /** Explicit histograms: as many counts as bounds and one more. */
  readonly bounds: readonly number[]; readonly buckets: readonly number[];
  readonly exponential: { readonly scale: number; readonly zeroCount: number; readonly zeroThreshold: number; readonly positive: Cells; readonly negative: Cells } | null;
  readonly quantiles: readonly (readonly [number, number])[];
  readonly exemplars: readonly StoredExemplar[];
}
export interface Cells { readonly offset: number; readonly counts: readonly number[] }

type PointRow = readonly [
  startNs: bigint, timeNs: bigint, value: number, isInt: number, count: number, min: number, max: number, flags: number, bounds: number, buckets: List<number>, rest: Blob,
  resource: number, scope: number, codes: List<number>, wide: string, unit: string, description: string, type: MetricType, temporality: number, monotonic: number, metadata: Blob,
];

export async function points(context: QueryContext, { name, fromMs, toMs, limit }: PointsQuery): Promise<readonly StoredPoint[]> {
  const most = Math.min(limit, context.limits.answerRowsMax);
  const found: StoredPoint[] = [];
  for (const partition of overlapping(context.partitions, 'points', fromMs, toMs).reverse()) {
    const { catalog } = partition;
    const sql = new Sql();
    const rows = await context.rows<PointRow>(`SELECT p.start_ns, p.time_ns, p.value, p.is_int, p.count, p.min, p.max, p.flags, p.bounds, p.buckets, p.rest,
        s.resource, s.scope, s.codes, s.wide, m.unit, m.description, m.type, m.temporality, m.monotonic, m.metadata
      FROM ${catalog}.points p JOIN ${catalog}.series s ON s.code = p.series JOIN ${catalog}.metrics m ON m.code = s.metric
      WHERE m.name = ${sql.text(name)} AND p.time_ns >= ${sql.ns(fromMs)} AND p.time_ns < ${sql.ns(toMs)} ORDER BY p.time_ns DESC, p.rowid DESC LIMIT ${most}`, sql);
    found.push(...await decodePoints(context, partition, name, rows));
  }
  return found.sort((a, b) => (BigInt(a.timeNs) < BigInt(b.timeNs) ? 1 : -1)).slice(0, most);
}

async function decodePoints(context: QueryContext, partition: Partition, name: string, rows: readonly PointRow[]): Promise<StoredPoint[]> {
  const wanted = nothingWanted();
  for (const row of rows) {
    wanted.resources.add(row[11]);
    wanted.scopes.add(row[12]);
    wantCodes(wanted, row[13]);
  }
  const lookups = await lookUp(context, partition, wanted);
  const bounds = await readBounds(context, partition.catalog, new Set(rows.map((row) => row[8])));
  return rows.map((row) => {
    const [startNs, timeNs, value, isInt, count, min, max, flags, boundsCode, buckets, rest, resource, scope, codes, wide, unit, description, type, temporality, monotonic, metadata] = row;
    const isNumber = type === MetricType.gauge || type === MetricType.sum;
    return {
      name, unit, description, type: metricTypes[type] ?? '', temporality: temporalities[temporality] ?? '', monotonic: monotonic === 1,
      metadata: fromKeyValues(readMetric(metadata.bytes, 0, metadata.bytes.length).metadata),
      ...lookups.resource(resource), scope: lookups.scope(scope), attributes: lookups.attributes(codes, wide),
      startNs: String(startNs), timeNs: String(timeNs), flags,
      value: isNumber ? numberOf(value, isInt === 1, rest.bytes) : null,
      count, sum: isNumber ? null : known(value), min: known(min), max: known(max),
      bounds: (bounds.get(boundsCode) ?? []).slice(0, -1), buckets: buckets.items,
      ...restOf(type, rest.bytes),
    };
  });
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

function numberOf(value: number, isInt: boolean, rest: Uint8Array): number | string | null {
  if (isInt && !Number.isSafeInteger(value)) return String(readRest('metrics', rest, MetricType.sum).asInt ?? value);
  return value;
}

function restOf(type: MetricType, rest: Uint8Array): Pick<StoredPoint, 'exponential' | 'quantiles' | 'exemplars'> {
  const exponential = type === MetricType.exponentialHistogram ? readRest('metrics', rest, type) : null;
  const summary = type === MetricType.summary ? readRest('metrics', rest, type) : null;
  // Every kind but the summary has exemplars, each under its own field number.
  const exemplars = type === MetricType.summary ? [] : readRest('metrics', rest, type as typeof MetricType.histogram).exemplars ?? [];
  return {
    exponential: exponential === null ? null : {
      scale: exponential.scale ?? 0, zeroCount: Number(exponential.zeroCount ?? 0), zeroThreshold: Number(exponential.zeroThreshold ?? 0),
      positive: toCells(exponential.positive), negative: toCells(exponential.negative),
    },
    quantiles: (summary?.quantileValues ?? []).map((each) => [Number(each.quantile ?? 0), Number(each.value ?? 0)] as const),
    exemplars: exemplars.map((each) => ({
      timeNs: String(each.timeUnixNano ?? 0), value: exemplarValue(each), traceId: each.traceId ?? '', spanId: each.spanId ?? '', attributes: fromKeyValues(each.filteredAttributes),
    })),
  };
}

function exemplarValue({ asInt, asDouble }: { readonly asInt?: bigint | number | string | null; readonly asDouble?: number | string | null }): number | string {
  if (asInt === undefined || asInt === null) return Number(asDouble ?? NaN);
  const number = Number(asInt);
  return Number.isSafeInteger(number) ? number : String(asInt);
}

function toCells(buckets: { readonly offset?: number | null; readonly bucketCounts?: readonly (bigint | number | string)[] | null } | null | undefined): Cells {
  return { offset: buckets?.offset ?? 0, counts: (buckets?.bucketCounts ?? []).map(Number) };
}

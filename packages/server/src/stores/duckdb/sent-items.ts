/**
 * Rows → the OTLP items that were sent, field for field. Columns and rest together mean the message; where both have a
 * field, the rest has it more exactly. What was its type's default is left out, as on the wire.
 */
import { MetricType, readRest, ValueKind } from '@clew/otlp';
import type { ExponentialHistogramPoint, HistogramPoint, KeyValue, LogRecordMessage, Metric, NumberPoint, Span, SummaryPoint } from '@clew/otlp';
import { sentDouble } from './any-value.ts';
import { idText, spanText } from './decode.ts';

const isDefault = (value: unknown): boolean => value === undefined || value === '' || value === 0 || value === '0' || (Array.isArray(value) && value.length === 0);
const withoutDefaults = <T extends object>(fields: T): T => Object.fromEntries(Object.entries(fields).filter(([, value]) => !isDefault(value))) as T;

export interface SpanCells {
  readonly hi: bigint; readonly lo: bigint; readonly spanId: bigint; readonly parentId: bigint; readonly startNs: bigint; readonly endNs: bigint;
  readonly name: string; readonly kind: number; readonly status: number; readonly statusMessage: string; readonly flags: number;
  readonly attributes: readonly KeyValue[]; readonly rest: Uint8Array;
}

export function sentSpan(cells: SpanCells): Span {
  const rest = readRest('traces', cells.rest);
  const status = withoutDefaults({ message: cells.statusMessage, code: cells.status, ...rest.status });
  return {
    ...withoutDefaults({
      traceId: idText(cells.hi, cells.lo), spanId: spanText(cells.spanId), parentSpanId: spanText(cells.parentId), flags: cells.flags, name: cells.name, kind: cells.kind,
      startTimeUnixNano: String(cells.startNs), endTimeUnixNano: String(cells.endNs), attributes: cells.attributes, ...rest,
    }),
    ...(Object.keys(status).length === 0 ? {} : { status }),
  };
}

export interface LogCells {
  /** 0: not sent. */
  readonly timeNs: bigint; readonly observedNs: bigint; readonly severity: number; readonly severityText: string;
  readonly bodyKind: number; readonly body: string; readonly eventName: string; readonly hi: bigint; readonly lo: bigint; readonly spanId: bigint; readonly flags: number;
  readonly attributes: readonly KeyValue[]; readonly rest: Uint8Array;
}

export function sentLog(cells: LogCells): LogRecordMessage {
  return withoutDefaults({
    timeUnixNano: String(cells.timeNs), observedTimeUnixNano: String(cells.observedNs), severityNumber: cells.severity, severityText: cells.severityText,
    body: cells.bodyKind === ValueKind.string ? { stringValue: cells.body } : undefined,
    attributes: cells.attributes, flags: cells.flags, traceId: idText(cells.hi, cells.lo), spanId: spanText(cells.spanId), eventName: cells.eventName, ...readRest('logs', cells.rest),
  });
}

export interface PointCells {
  readonly type: MetricType; readonly startNs: bigint; readonly timeNs: bigint; readonly flags: number;
  readonly value: number; readonly isInt: number; readonly count: number; readonly min: number; readonly max: number;
  /** Of explicit histograms; the last bound is +Infinity. */
  readonly buckets: { readonly bounds: readonly number[]; readonly counts: readonly number[] };
  readonly attributes: readonly KeyValue[]; readonly rest: Uint8Array;
}
/** Any of the data points; which one is told by the metric's type. */
export type AnyPoint = NumberPoint & HistogramPoint & ExponentialHistogramPoint & SummaryPoint;

const noRecordedValue = 1;

export function sentPoint(cells: PointCells): AnyPoint {
  const { type } = cells;
  const rest = readRest('metrics', cells.rest, type) as Partial<AnyPoint>;
  const point: AnyPoint = withoutDefaults({ startTimeUnixNano: String(cells.startNs), timeUnixNano: String(cells.timeNs), flags: cells.flags, attributes: cells.attributes, ...rest });
  if (type === MetricType.gauge || type === MetricType.sum) {
    if ('asInt' in point || 'asDouble' in point) return point;
    // A NaN that was sent is in the rest; this one says that no value was.
    if (Number.isNaN(cells.value) && (cells.flags & noRecordedValue) !== 0) return point;
    return { ...point, ...(cells.isInt === 1 ? { asInt: String(cells.value) } : { asDouble: sentDouble(cells.value) }) };
  }
  const known = (name: 'sum' | 'min' | 'max', value: number): object => (name in point || Number.isNaN(value) ? {} : { [name]: sentDouble(value) });
  const count = 'count' in point || cells.count === 0 ? {} : { count: String(BigInt(cells.count)) };
  if (type === MetricType.summary) return { ...point, ...count, ...(Object.is(cells.value, 0) ? {} : known('sum', cells.value)) };
  return { ...point, ...count, ...known('sum', cells.value), ...known('min', cells.min), ...known('max', cells.max), ...(type === MetricType.histogram && !('bucketCounts' in point) ? sentBuckets(cells.buckets) : {}) };
}

/** Where the rest has none: the columns say all of them. */
function sentBuckets({ bounds, counts }: PointCells['buckets']): Partial<AnyPoint> {
  return withoutDefaults({ bucketCounts: counts.map((each) => String(each)), explicitBounds: bounds.slice(0, -1).map(sentDouble) });
}

const dataNames = { [MetricType.gauge]: 'gauge', [MetricType.sum]: 'sum', [MetricType.histogram]: 'histogram', [MetricType.exponentialHistogram]: 'exponentialHistogram', [MetricType.summary]: 'summary' } as const;

export interface MetricCells {
  readonly name: string; readonly unit: string; readonly description: string; readonly type: MetricType; readonly temporality: number; readonly monotonic: number; readonly metadata: Metric['metadata'];
}

export function sentMetric({ name, unit, description, type, temporality, monotonic, metadata }: MetricCells, dataPoints: readonly AnyPoint[]): Metric {
  const data = { dataPoints, ...withoutDefaults({ aggregationTemporality: temporality }), ...(monotonic === 1 ? { isMonotonic: true } : {}) };
  return { ...withoutDefaults({ name, unit, description, metadata }), [dataNames[type]]: data };
}

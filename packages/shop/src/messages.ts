import type { AnyValue, KeyValue, LogsData, Metric, MetricsData, TracesData } from '@clew/otlp';
import type { Attributes, LogRecord, PointRecord, ResourceRecord, SpanRecord, Telemetry, Value } from './model/records.ts';

/** Records of the model → OTLP messages: one request a signal, as a Collector in front of all services would send them. */

export interface Requests {
  readonly traces: TracesData | null;
  readonly metrics: MetricsData | null;
  readonly logs: LogsData | null;
}

export function toRequests(telemetry: Telemetry): Requests {
  return {
    traces: telemetry.spans.length === 0 ? null : { resourceSpans: byResource(telemetry.spans, (resource, spans) => ({ resource: toResource(resource), scopeSpans: [{ scope: { name: resource.scope }, spans: spans.map(toSpan) }], schemaUrl })) },
    metrics: telemetry.points.length === 0 ? null : { resourceMetrics: byResource(telemetry.points, (resource, points) => ({ resource: toResource(resource), scopeMetrics: [{ scope: { name: resource.scope }, metrics: toMetrics(points) }], schemaUrl })) },
    logs: telemetry.logs.length === 0 ? null : { resourceLogs: byResource(telemetry.logs, (resource, logs) => ({ resource: toResource(resource), scopeLogs: [{ scope: { name: 'app' }, logRecords: logs.map(toLog) }], schemaUrl })) },
  };
}

export const schemaUrl = 'https://opentelemetry.io/schemas/1.38.0';
/** Flags of a sampled span; the second bit pair says whether the parent is remote. */
const SAMPLED = 0x101;
const REMOTE_PARENT = 0x200;

function byResource<R extends { readonly resource: ResourceRecord }, T>(records: readonly R[], make: (resource: ResourceRecord, records: R[]) => T): T[] {
  const groups = new Map<ResourceRecord, R[]>();
  for (const record of records) {
    const group = groups.get(record.resource);
    if (group === undefined) groups.set(record.resource, [record]);
    else group.push(record);
  }
  return [...groups].map(([resource, group]) => make(resource, group));
}

const resources = new WeakMap<ResourceRecord, { readonly attributes: KeyValue[] }>();

function toResource(resource: ResourceRecord): { readonly attributes: KeyValue[] } {
  let message = resources.get(resource);
  if (message === undefined) {
    message = { attributes: toAttributes(resource.attributes) };
    resources.set(resource, message);
  }
  return message;
}

function toSpan(span: SpanRecord): NonNullable<NonNullable<NonNullable<NonNullable<TracesData['resourceSpans']>[number]['scopeSpans']>[number]['spans']>[number]> {
  return {
    traceId: span.traceId, spanId: span.spanId, ...(span.parentId === '' ? {} : { parentSpanId: span.parentId }), flags: span.parentRemote ? SAMPLED | REMOTE_PARENT : SAMPLED,
    name: span.name, kind: span.kind, startTimeUnixNano: toNanos(span.startMs), endTimeUnixNano: toNanos(span.endMs), attributes: toAttributes(span.attributes),
    ...(span.status === 0 ? {} : { status: span.statusMessage === '' ? { code: span.status } : { code: span.status, message: span.statusMessage } }),
    ...(span.events.length === 0 ? {} : { events: span.events.map((event) => ({ timeUnixNano: toNanos(event.atMs), name: event.name, attributes: toAttributes(event.attributes) })) }),
    ...(span.links.length === 0 ? {} : { links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId, flags: SAMPLED })) }),
  };
}

function toLog(log: LogRecord): NonNullable<NonNullable<NonNullable<NonNullable<LogsData['resourceLogs']>[number]['scopeLogs']>[number]['logRecords']>[number]> {
  return {
    timeUnixNano: toNanos(log.atMs), observedTimeUnixNano: toNanos(log.atMs), severityNumber: log.severity, severityText: severityTexts[log.severity], body: { stringValue: log.body }, attributes: toAttributes(log.attributes),
    ...(log.traceId === '' ? {} : { traceId: log.traceId, spanId: log.spanId, flags: 1 }), ...(log.eventName === '' ? {} : { eventName: log.eventName }),
  };
}

export const severityTexts: Readonly<Record<number, string>> = { 9: 'INFO', 13: 'WARN', 17: 'ERROR' };

const CUMULATIVE = 2;

function toMetrics(points: readonly PointRecord[]): Metric[] {
  return [...Map.groupBy(points, ({ name }) => name).values()].map(toMetric);
}

function toMetric(points: readonly PointRecord[]): Metric {
  const { name, unit, type } = points[0];
  if (type === 'histogram') return { name, unit, histogram: { aggregationTemporality: CUMULATIVE, dataPoints: points.map(toHistogramPoint) } };
  const dataPoints = points.map((point) => ({
    ...(point.startMs === 0 ? {} : { startTimeUnixNano: toNanos(point.startMs) }), timeUnixNano: toNanos(point.atMs), attributes: toAttributes(point.attributes),
    ...(isInteger(point) ? { asInt: point.value } : { asDouble: point.value }),
  }));
  return type === 'gauge' ? { name, unit, gauge: { dataPoints } } : { name, unit, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: type === 'counter', dataPoints } };
}

/** Counts are integers; ratios and seconds are not, even when they happen to be whole. */
function isInteger(point: PointRecord): boolean {
  return point.unit !== '1' && point.unit !== 's' && Number.isSafeInteger(point.value);
}

function toHistogramPoint(point: PointRecord): NonNullable<NonNullable<NonNullable<Metric['histogram']>['dataPoints']>[number]> {
  const histogram = point.histogram;
  if (histogram === null) throw new Error(`BUG: ${point.name} has no histogram`);
  return {
    startTimeUnixNano: toNanos(point.startMs), timeUnixNano: toNanos(point.atMs), attributes: toAttributes(point.attributes),
    count: histogram.count, sum: histogram.sum, min: histogram.min, max: histogram.max, bucketCounts: histogram.buckets, explicitBounds: histogram.bounds,
  };
}

function toAttributes(attributes: Attributes): KeyValue[] {
  const list: KeyValue[] = [];
  for (const key in attributes) list.push({ key, value: toValue(attributes[key]) });
  return list;
}

function toValue(value: Value): AnyValue {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
}

/** Microsecond precision, as a decimal string: epoch nanoseconds do not fit a number. */
export function toNanos(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}

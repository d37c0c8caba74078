import type {
  AttributeValue, MetricInfo, MetricSeries, StoredLog, StoredPoint, StoredRed, StoredSpan, TraceSummary,
} from '@clew/engine';
import { z } from 'zod';
import { list, noun, timeMs } from './noun.ts';

export const attributeValue: z.ZodType<AttributeValue> = noun<AttributeValue>(
  'AttributeValue', 'Any attribute value. Bytes are {"bytesValue": base64}, integers beyond 2^53 {"intValue": "…"}, NaN, infinities and -0 {"doubleValue": "…"}.',
).is(z.lazy(() => z.union([
  z.string(), z.number(), z.boolean(), z.null(), z.array(attributeValue).readonly(), z.record(z.string(), attributeValue),
])) as z.ZodType<AttributeValue>);

export const attributes = z.record(z.string(), attributeValue);
const entityRef = z.object({ schemaUrl: z.string(), type: z.string(), idKeys: list(z.string()), descriptionKeys: list(z.string()) });
export const resource = z.object({ attributes, schemaUrl: z.string(), droppedAttributes: z.number(), entityRefs: list(entityRef) });
export const scope = z.object({ name: z.string(), version: z.string(), attributes, schemaUrl: z.string(), droppedAttributes: z.number() });

export const storedSpan = noun<StoredSpan>('Span', 'A stored span with everything that was sent.').is(z.object({
  traceId: z.string(), spanId: z.string(), parentId: z.string(),
  service: z.string(), name: z.string(), kind: z.string(),
  startNs: z.string(), endNs: z.string(), startMs: timeMs, durationMs: z.number(),
  status: z.enum(['unset', 'ok', 'error']), statusMessage: z.string(),
  traceState: z.string(), flags: z.number(),
  attributes,
  events: list(z.object({ timeNs: z.string(), name: z.string(), attributes, droppedAttributes: z.number() })),
  links: list(z.object({ traceId: z.string(), spanId: z.string(), traceState: z.string(), attributes, flags: z.number(), droppedAttributes: z.number() })),
  droppedAttributes: z.number(), droppedEvents: z.number(), droppedLinks: z.number(),
  resource, scope,
}));

export const traceSummary = noun<TraceSummary>('TraceSummary', 'A trace in a list.').is(z.object({
  traceId: z.string(), startMs: timeMs, durationMs: z.number(), rootService: z.string(), rootName: z.string(),
  spans: z.number(), errors: z.number(), services: list(z.string()),
}));

export const storedLog = noun<StoredLog>('LogRecord', 'A stored log record.').is(z.object({
  id: z.string(), timeMs, timeNs: z.string(), observedNs: z.string(),
  service: z.string(), severity: z.number(), severityText: z.string(), derivedSeverity: z.number(),
  body: attributeValue, eventName: z.string(),
  traceId: z.string(), spanId: z.string(), flags: z.number(), droppedAttributes: z.number(),
  attributes, resource, scope,
}));

export const metricInfo = noun<MetricInfo>('MetricInfo', 'A metric that was received.').is(z.object({
  name: z.string(), unit: z.string(), type: z.string(), description: z.string(), temporality: z.string(),
  monotonic: z.boolean(), series: z.number(), services: list(z.string()),
}));

const sent = z.union([z.number(), z.string()]);
const buckets = z.object({ offset: z.number(), counts: list(sent) });
export const storedPoint = noun<StoredPoint>('DataPoint', 'A data point as it was sent. Numbers that JSON does not have are decimal strings.').is(z.object({
  name: z.string(), unit: z.string(), description: z.string(), type: z.string(), temporality: z.string(), monotonic: z.boolean(), metadata: attributes,
  service: z.string(), resource, scope, attributes, startNs: z.string(), timeNs: z.string(), flags: z.number(), noRecordedValue: z.boolean(),
  value: sent.nullable(), count: sent, sum: sent.nullable(), min: sent.nullable(), max: sent.nullable(), bounds: list(sent), buckets: list(sent),
  exponential: z.object({ scale: z.number(), zeroCount: sent, zeroThreshold: sent, positive: buckets, negative: buckets }).nullable(),
  quantiles: list(z.object({ quantile: sent, value: sent })),
  exemplars: list(z.object({ timeNs: z.string(), value: sent.nullable(), traceId: z.string(), spanId: z.string(), attributes })),
}));
export const pointsResponse = noun<{ readonly name: string; readonly points: readonly StoredPoint[] }>('DataPoints', 'Data points of one metric, newest first.').is(z.object({ name: z.string(), points: list(storedPoint) }));

export const metricSeries = noun<MetricSeries>('MetricSeries', 'One series of a metric, by step.').is(z.object({
  service: z.string(), attributes, unit: z.string(), times: list(timeMs), values: list(z.number().nullable()),
}));

const quantile = list(z.number().nullable());
export const storedRed = noun<StoredRed>('StoredRed', 'RED of a service by step, from stored spans, exact quantiles.').is(z.object({
  times: list(timeMs), count: list(z.number()), errors: list(z.number()), p50Ms: quantile, p95Ms: quantile, p99Ms: quantile,
}));

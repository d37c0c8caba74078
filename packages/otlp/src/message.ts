/**
 * OTLP messages as objects in the shape of the OTLP/JSON mapping (specification, "JSON Protobuf Encoding"): what
 * read-message.ts makes of bytes, what write-request.ts and from-json.ts encode. 64-bit integers are bigint, number (when exact) or decimal
 * string; ids are hex strings; bytes are base64 strings. Every member may be absent or null, which means its default.
 */
export type Int64 = bigint | number | string;
type Opt<T> = T | null | undefined;

export interface AnyValue {
  readonly stringValue?: Opt<string>; readonly boolValue?: Opt<boolean>; readonly intValue?: Opt<Int64>;
  readonly doubleValue?: Opt<number | string>; readonly bytesValue?: Opt<string>;
  /** Profiles only: index into the string table of the dictionary. */
  readonly stringValueStrindex?: Opt<number>;
  readonly arrayValue?: Opt<{ readonly values?: Opt<readonly AnyValue[]> }>;
  readonly kvlistValue?: Opt<{ readonly values?: Opt<readonly KeyValue[]> }>;
}
export interface KeyValue { readonly key?: Opt<string>; readonly value?: Opt<AnyValue>; readonly keyStrindex?: Opt<number> }
type Attrs = Opt<readonly KeyValue[]>;
export interface EntityRef { readonly schemaUrl?: Opt<string>; readonly type?: Opt<string>; readonly idKeys?: Opt<readonly string[]>; readonly descriptionKeys?: Opt<readonly string[]> }
export interface Resource { readonly attributes?: Attrs; readonly droppedAttributesCount?: Opt<number>; readonly entityRefs?: Opt<readonly EntityRef[]> }
export interface Scope { readonly name?: Opt<string>; readonly version?: Opt<string>; readonly attributes?: Attrs; readonly droppedAttributesCount?: Opt<number> }

export interface SpanEvent { readonly timeUnixNano?: Opt<Int64>; readonly name?: Opt<string>; readonly attributes?: Attrs; readonly droppedAttributesCount?: Opt<number> }
export interface SpanLink { readonly traceId?: Opt<string>; readonly spanId?: Opt<string>; readonly traceState?: Opt<string>; readonly attributes?: Attrs; readonly droppedAttributesCount?: Opt<number>; readonly flags?: Opt<number> }
export interface Span {
  readonly traceId?: Opt<string>; readonly spanId?: Opt<string>; readonly traceState?: Opt<string>; readonly parentSpanId?: Opt<string>;
  readonly flags?: Opt<number>; readonly name?: Opt<string>; readonly kind?: Opt<number | string>;
  readonly startTimeUnixNano?: Opt<Int64>; readonly endTimeUnixNano?: Opt<Int64>;
  readonly attributes?: Attrs; readonly droppedAttributesCount?: Opt<number>;
  readonly events?: Opt<readonly SpanEvent[]>; readonly droppedEventsCount?: Opt<number>;
  readonly links?: Opt<readonly SpanLink[]>; readonly droppedLinksCount?: Opt<number>;
  readonly status?: Opt<{ readonly message?: Opt<string>; readonly code?: Opt<number | string> }>;
}
export interface TracesData { readonly resourceSpans?: Opt<readonly { readonly resource?: Opt<Resource>; readonly scopeSpans?: Opt<readonly { readonly scope?: Opt<Scope>; readonly spans?: Opt<readonly Span[]>; readonly schemaUrl?: Opt<string> }[]>; readonly schemaUrl?: Opt<string> }[]> }

export interface LogRecordMessage {
  readonly timeUnixNano?: Opt<Int64>; readonly observedTimeUnixNano?: Opt<Int64>; readonly severityNumber?: Opt<number | string>; readonly severityText?: Opt<string>;
  readonly body?: Opt<AnyValue>; readonly attributes?: Attrs; readonly droppedAttributesCount?: Opt<number>; readonly flags?: Opt<number>;
  readonly traceId?: Opt<string>; readonly spanId?: Opt<string>; readonly eventName?: Opt<string>;
}
export interface LogsData { readonly resourceLogs?: Opt<readonly { readonly resource?: Opt<Resource>; readonly scopeLogs?: Opt<readonly { readonly scope?: Opt<Scope>; readonly logRecords?: Opt<readonly LogRecordMessage[]>; readonly schemaUrl?: Opt<string> }[]>; readonly schemaUrl?: Opt<string> }[]> }

export interface Exemplar { readonly filteredAttributes?: Attrs; readonly timeUnixNano?: Opt<Int64>; readonly asDouble?: Opt<number | string>; readonly asInt?: Opt<Int64>; readonly spanId?: Opt<string>; readonly traceId?: Opt<string> }
interface PointBase { readonly attributes?: Attrs; readonly startTimeUnixNano?: Opt<Int64>; readonly timeUnixNano?: Opt<Int64>; readonly flags?: Opt<number> }
export interface NumberPoint extends PointBase { readonly asDouble?: Opt<number | string>; readonly asInt?: Opt<Int64>; readonly exemplars?: Opt<readonly Exemplar[]> }
export interface HistogramPoint extends PointBase { readonly count?: Opt<Int64>; readonly sum?: Opt<number | string>; readonly bucketCounts?: Opt<readonly Int64[]>; readonly explicitBounds?: Opt<readonly (number | string)[]>; readonly exemplars?: Opt<readonly Exemplar[]>; readonly min?: Opt<number | string>; readonly max?: Opt<number | string> }
export interface ExponentialBuckets { readonly offset?: Opt<number>; readonly bucketCounts?: Opt<readonly Int64[]> }
export interface ExponentialHistogramPoint extends PointBase { readonly count?: Opt<Int64>; readonly sum?: Opt<number | string>; readonly scale?: Opt<number>; readonly zeroCount?: Opt<Int64>; readonly positive?: Opt<ExponentialBuckets>; readonly negative?: Opt<ExponentialBuckets>; readonly exemplars?: Opt<readonly Exemplar[]>; readonly min?: Opt<number | string>; readonly max?: Opt<number | string>; readonly zeroThreshold?: Opt<number | string> }
export interface SummaryPoint extends PointBase { readonly count?: Opt<Int64>; readonly sum?: Opt<number | string>; readonly quantileValues?: Opt<readonly { readonly quantile?: Opt<number | string>; readonly value?: Opt<number | string> }[]> }
type Temporality = Opt<number | string>;
export interface Metric {
  readonly name?: Opt<string>; readonly description?: Opt<string>; readonly unit?: Opt<string>; readonly metadata?: Attrs;
  readonly gauge?: Opt<{ readonly dataPoints?: Opt<readonly NumberPoint[]> }>;
  readonly sum?: Opt<{ readonly dataPoints?: Opt<readonly NumberPoint[]>; readonly aggregationTemporality?: Temporality; readonly isMonotonic?: Opt<boolean> }>;
  readonly histogram?: Opt<{ readonly dataPoints?: Opt<readonly HistogramPoint[]>; readonly aggregationTemporality?: Temporality }>;
  readonly exponentialHistogram?: Opt<{ readonly dataPoints?: Opt<readonly ExponentialHistogramPoint[]>; readonly aggregationTemporality?: Temporality }>;
  readonly summary?: Opt<{ readonly dataPoints?: Opt<readonly SummaryPoint[]> }>;
}
export interface MetricsData { readonly resourceMetrics?: Opt<readonly { readonly resource?: Opt<Resource>; readonly scopeMetrics?: Opt<readonly { readonly scope?: Opt<Scope>; readonly metrics?: Opt<readonly Metric[]>; readonly schemaUrl?: Opt<string> }[]>; readonly schemaUrl?: Opt<string> }[]> }

/** What the model says happened, before any wire format. Times are epoch milliseconds with a fraction. */
export type Value = string | number | boolean;
export type Attributes = Readonly<Record<string, Value>>;

/** How the SDK of a resource sends in the live demo. */
export type Transport = 'protobuf' | 'json' | 'grpc';

/** One OpenTelemetry resource. The same object stands for the same resource, so that records can be grouped by identity. */
export interface ResourceRecord {
  readonly attributes: Attributes;
  readonly transport: Transport;
  /** Instrumentation scope that its spans carry. */
  readonly scope: string;
}

/** OTLP numbering: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
export const SpanKind = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

export interface SpanRecord {
  readonly resource: ResourceRecord;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentId: string;
  /** True when the parent lives in another process. */
  readonly parentRemote: boolean;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startMs: number;
  endMs: number;
  readonly attributes: Record<string, Value>;
  /** 0 unset, 2 error. */
  status: 0 | 2;
  statusMessage: string;
  readonly events: { readonly atMs: number; readonly name: string; readonly attributes: Attributes }[];
  readonly links: { readonly traceId: string; readonly spanId: string }[];
}

export interface HistogramValue {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly buckets: readonly number[];
  readonly bounds: readonly number[];
}

export interface PointRecord {
  readonly resource: ResourceRecord;
  readonly name: string;
  readonly unit: string;
  /** `counter` and `histogram` are cumulative since `startMs`; `updown` is a non-monotonic cumulative sum. */
  readonly type: 'gauge' | 'counter' | 'updown' | 'histogram';
  readonly startMs: number;
  readonly atMs: number;
  readonly value: number;
  readonly histogram: HistogramValue | null;
  readonly attributes: Attributes;
}

/** Severity numbers of OTLP. */
export const Severity = { info: 9, warn: 13, error: 17 } as const;
export type Severity = (typeof Severity)[keyof typeof Severity];

export interface LogRecord {
  readonly resource: ResourceRecord;
  readonly atMs: number;
  readonly severity: Severity;
  readonly body: string;
  readonly attributes: Attributes;
  /** Empty when the log belongs to no span. */
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
}

export interface Telemetry {
  readonly spans: SpanRecord[];
  readonly points: PointRecord[];
  readonly logs: LogRecord[];
}

import type { EntityRef, LogsData, MetricsData, ProfilesData, Signal, TracesData } from '@clew/otlp';
import type { CallsQuery, StoredCallsAnswer, StoredValues, StoredWalk, ValuesQuery, WalkQuery } from './stored-calls.ts';
import type { CoursesQuery, StoredCourses } from './stored-courses.ts';

/**
 * Port: named, typed queries over stored rows. Contract: server/src/stores/rows.contract.ts, run over every implementation.
 * Times are epoch milliseconds, ranges are [fromMs, toMs). Ids are lower-case hex. A backend that cannot answer a query
 * leaves it out of `capabilities` and fails with `not_supported`; it never answers with an empty list instead.
 */
export type AttributeValue = string | number | boolean | null | readonly AttributeValue[] | { readonly [key: string]: AttributeValue };
/** bytes are `{ "bytesValue": "<base64>" }`; integers beyond 2^53 are decimal strings `{ "intValue": "…" }`; what JSON has no number for is `{ "doubleValue": "NaN" | "Infinity" | "-Infinity" | "-0" }`. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

export interface StoredEvent { readonly timeNs: string; readonly name: string; readonly attributes: Attributes; readonly droppedAttributes: number }
export interface StoredLink { readonly traceId: string; readonly spanId: string; readonly traceState: string; readonly attributes: Attributes; readonly flags: number; readonly droppedAttributes: number }
export interface StoredScope { readonly name: string; readonly version: string; readonly attributes: Attributes; readonly schemaUrl: string; readonly droppedAttributes: number }
export type StoredEntityRef = { readonly [K in keyof Required<EntityRef>]: K extends 'schemaUrl' | 'type' ? string : readonly string[] };
export interface StoredResource { readonly attributes: Attributes; readonly schemaUrl: string; readonly droppedAttributes: number; readonly entityRefs: readonly StoredEntityRef[] }

export interface StoredSpan {
  readonly traceId: string; readonly spanId: string; readonly parentId: string;
  /** Node id of the service (`service:…`). */
  readonly service: string;
  readonly name: string; readonly kind: string;
  /** Decimal nanoseconds. */
  readonly startNs: string; readonly endNs: string;
  readonly startMs: number; readonly durationMs: number;
  readonly status: 'unset' | 'ok' | 'error'; readonly statusMessage: string;
  readonly traceState: string; readonly flags: number;
  readonly attributes: Attributes; readonly events: readonly StoredEvent[]; readonly links: readonly StoredLink[];
  readonly droppedAttributes: number; readonly droppedEvents: number; readonly droppedLinks: number;
  readonly resource: StoredResource; readonly scope: StoredScope;
}

/** A place in a trace, whose spans stand by start, then id: after the first `same` spans that have exactly this start and id. */
export interface SpanPlace { readonly startNs: string; readonly spanId: string; readonly same: number }
export interface TraceSpansQuery { readonly traceId: string; readonly after?: SpanPlace; readonly limit: number }

export interface TraceSummary {
  readonly traceId: string; readonly startMs: number; readonly durationMs: number;
  readonly rootService: string; readonly rootName: string;
  readonly spans: number; readonly errors: number; readonly services: readonly string[];
}

/** Equality on a span, log, resource or scope attribute; `value` compares by its own type, then as text. */
export interface AttributeFilter { readonly key: string; readonly value: string }

export interface TraceQuery {
  readonly fromMs: number; readonly toMs: number;
  readonly service?: string; readonly operation?: string;
  readonly minDurationMs?: number; readonly maxDurationMs?: number;
  readonly errorsOnly?: boolean; readonly attributes?: readonly AttributeFilter[];
  readonly order: 'newest' | 'slowest'; readonly limit: number;
}

export interface StoredLog {
  /** `<partition>-<time>-<digest of what it says>`: stable. */
  readonly id: string;
  readonly timeMs: number; readonly timeNs: string; readonly observedNs: string;
  readonly service: string; readonly severity: number; readonly severityText: string;
  /** What the text says, where no number was sent; else 0. Searches go by the number. */
  readonly derivedSeverity: number;
  readonly body: AttributeValue; readonly eventName: string;
  readonly traceId: string; readonly spanId: string; readonly flags: number; readonly droppedAttributes: number;
  readonly attributes: Attributes; readonly resource: StoredResource; readonly scope: StoredScope;
}
export interface LogQuery {
  readonly fromMs: number; readonly toMs: number;
  readonly service?: string; readonly minSeverity?: number; readonly text?: string; readonly traceId?: string;
  readonly attributes?: readonly AttributeFilter[]; readonly limit: number;
}

export interface MetricInfo { readonly name: string; readonly unit: string; readonly type: string; readonly description: string; readonly temporality: string; readonly monotonic: boolean; readonly series: number; readonly services: readonly string[] }
export interface MetricQuery {
  readonly name: string; readonly fromMs: number; readonly toMs: number; readonly stepMs: number;
  readonly service?: string; readonly attributes?: readonly AttributeFilter[];
  /** value: last value in the step · rate: per second, resets handled, never negative · p50/p95/p99: from histograms. */
  readonly read: 'value' | 'rate' | 'p50' | 'p95' | 'p99'; readonly limit: number;
}
export interface MetricSeries { readonly service: string; readonly attributes: Attributes; readonly unit: string; readonly times: readonly number[]; readonly values: readonly (number | null)[] }

export interface PointsQuery { readonly name: string; readonly fromMs: number; readonly toMs: number; readonly service?: string; readonly attributes?: readonly AttributeFilter[]; readonly limit: number }
/** A number as it was sent; a decimal string where JSON has no number for it: integers beyond 2^53, NaN, infinities, -0. */
export type SentNumber = number | string;
export interface StoredExemplar { readonly timeNs: string; readonly value: SentNumber | null; readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }
export interface StoredBuckets { readonly offset: number; readonly counts: readonly SentNumber[] }
/** A data point as it was sent. */
export interface StoredPoint {
  readonly name: string; readonly unit: string; readonly description: string; readonly type: string; readonly temporality: string; readonly monotonic: boolean; readonly metadata: Attributes;
  readonly service: string; readonly resource: StoredResource; readonly scope: StoredScope; readonly attributes: Attributes;
  readonly startNs: string; readonly timeNs: string;
  /** Bit 0: the sender knows that there is no value here (`noRecordedValue`). */
  readonly flags: number; readonly noRecordedValue: boolean;
  /** Gauge and sum: the number, null when unset. Others: null. */
  readonly value: SentNumber | null;
  readonly count: SentNumber; readonly sum: SentNumber | null; readonly min: SentNumber | null; readonly max: SentNumber | null;
  /** Explicit histograms, as sent: as many counts as bounds and one more. */
  readonly bounds: readonly SentNumber[]; readonly buckets: readonly SentNumber[];
  /** Exponential histograms, as sent: not unfolded. */
  readonly exponential: { readonly scale: number; readonly zeroCount: SentNumber; readonly zeroThreshold: SentNumber; readonly positive: StoredBuckets; readonly negative: StoredBuckets } | null;
  /** Summaries. */
  readonly quantiles: readonly { readonly quantile: SentNumber; readonly value: SentNumber }[];
  readonly exemplars: readonly StoredExemplar[];
}

/** What is asked for to the last bit. */
export type ExactQuery =
  | { readonly signal: 'traces' } & TraceSpansQuery
  | { readonly signal: 'logs' } & LogQuery
  | { readonly signal: 'metrics' } & PointsQuery
  | { readonly signal: 'profiles'; readonly id: string };

/** Rows of a stretch of event time, every field exact; profiles are no part of a replay. `limit`: rows at most; the store may give fewer. */
export interface SliceQuery { readonly signal: Exclude<Signal, 'profiles'>; readonly fromMs: number; readonly toMs: number; readonly stepMs: number; readonly limit: number }
/** One OTLP export request (protobuf) for each step from `fromMs` on that has rows, oldest first. `isWhole`: there are no more. */
export interface StoredSlice { readonly rows: number; readonly isWhole: boolean; readonly requests: readonly { readonly fromMs: number; readonly request: Uint8Array }[] }

export interface StoredRed { readonly times: readonly number[]; readonly count: readonly number[]; readonly errors: readonly number[]; readonly p50Ms: readonly (number | null)[]; readonly p95Ms: readonly (number | null)[]; readonly p99Ms: readonly (number | null)[] }

/** Equality on what a profile is about; `traceId` and `spanId`: a sample of it names the span. */
export interface ProfileQuery {
  readonly fromMs: number; readonly toMs: number;
  readonly service?: string; readonly type?: string; readonly traceId?: string; readonly spanId?: string;
  readonly attributes?: readonly AttributeFilter[]; readonly limit: number;
}
export interface ProfileSummary {
  /** `<partition>-<time>-<digest of what it says>`: stable. */
  readonly id: string;
  /** As sent: 32 hex digits, or empty. */
  readonly profileId: string;
  readonly service: string;
  /** `timeNs` 0: not sent, `timeMs` is that of arrival. */
  readonly timeMs: number; readonly timeNs: string; readonly durationNs: string;
  readonly type: string; readonly unit: string;
  readonly samples: number; readonly total: number;
  /** Spans that samples name. */
  readonly spans: number;
  readonly attributes: Attributes; readonly resource: StoredResource; readonly scope: StoredScope;
}
export interface StoredMapping { readonly filename: string; readonly memoryStart: string; readonly memoryLimit: string; readonly fileOffset: string; readonly attributes: Attributes }
export interface StoredFunction { readonly name: string; readonly systemName: string; readonly filename: string; readonly startLine: string }
/** `lines`: innermost first; the last is the caller into which the others were inlined. */
export interface StoredLocation { readonly address: string; readonly mapping: StoredMapping | null; readonly lines: readonly { readonly function: StoredFunction | null; readonly line: string; readonly column: string }[]; readonly attributes: Attributes }
/** `stack`: index into `stacks`. 64-bit integers are decimal strings. */
export interface StoredSample { readonly stack: number; readonly values: readonly string[]; readonly timesNs: readonly string[]; readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }
export interface StoredProfile extends ProfileSummary {
  readonly periodType: string; readonly periodUnit: string; readonly period: string;
  readonly droppedAttributes: number; readonly payloadFormat: string;
  /** Base64. */
  readonly payload: string;
  /** Units of attributes that have one, by key: of the profile, its samples, locations and mappings. */
  readonly attributeUnits: Readonly<Record<string, string>>;
  /** Leaf first, as sent; each stack once. */
  readonly stacks: readonly (readonly StoredLocation[])[];
  readonly sampleList: readonly StoredSample[];
  /** Samples that the answer has no room for: `samples` counts all. */
  readonly samplesLeftOut: number;
}
/** `value`: of the frame and all that it called; `self`: its own. Children: widest first. */
export interface FlameNode { readonly name: string; readonly value: number; readonly self: number; readonly children: readonly FlameNode[] }
export interface StoredFlame {
  readonly id: string; readonly service: string; readonly timeMs: number; readonly type: string; readonly unit: string;
  /** Samples that it is made of. */
  readonly samples: number;
  /** Without a name: all of them. */
  readonly root: FlameNode;
  /** `main;handle;parse 42`, outermost caller first. */
  readonly folded: readonly string[];
  /** Samples whose innermost frames are not in the tree, because it would be too large; their values are. */
  readonly cutSamples: number;
}

export interface Rows {
  readonly capabilities: ReadonlySet<keyof RowQueries>;
  readonly query: RowQueries;
}

export interface RowQueries {
  /** Spans of a trace, ordered by start time then span id; empty when unknown. `limit` spans at most, from `after` on. */
  trace(query: TraceSpansQuery): Promise<readonly StoredSpan[]>;
  /** How many spans of a trace are stored. */
  traceSize(query: { readonly traceId: string }): Promise<number>;
  traces(query: TraceQuery): Promise<readonly TraceSummary[]>;
  /** Newest first. */
  logs(query: LogQuery): Promise<readonly StoredLog[]>;
  metrics(query: { readonly fromMs: number; readonly toMs: number; readonly text?: string; readonly limit: number }): Promise<readonly MetricInfo[]>;
  metric(query: MetricQuery): Promise<readonly MetricSeries[]>;
  /** Data points as they were sent, newest first. */
  points(query: PointsQuery): Promise<readonly StoredPoint[]>;
  /** Stored rows as the OTLP messages that they came as, every field exact; of a key sent twice the last value. Empty when unknown. */
  exact(query: ExactQuery): Promise<TracesData | LogsData | MetricsData | ProfilesData>;
  /** What a replay is fed with where there is no log any more: spans that ended, points and log records that are dated within the stretch. */
  slice(query: SliceQuery): Promise<StoredSlice>;
  /** RED of the server and consumer spans of a service (or one operation of it), exact quantiles, by step. */
  red(query: { readonly service: string; readonly operation?: string; readonly fromMs: number; readonly toMs: number; readonly stepMs: number }): Promise<StoredRed>;
  /** Every span of a stretch of time, counted by place. */
  calls(query: CallsQuery): Promise<StoredCallsAnswer>;
  /** Self time and origins of errors by place, over whole traces. The same rows give the same answer. */
  walk(query: WalkQuery): Promise<StoredWalk>;
  /** Which attribute values the calls at one place have, and how many of them are slow or fail. */
  values(query: ValuesQuery): Promise<StoredValues>;
  /** How all metrics of some services and of their machines went. The same rows give the same answer. */
  courses(query: CoursesQuery): Promise<StoredCourses>;
  /** Attribute keys seen on a signal with a few values each, for completion in search boxes. */
  attributes(query: { readonly signal: Signal; readonly key?: string; readonly limit: number }): Promise<readonly { readonly key: string; readonly values: readonly string[] }[]>;
  /** Newest first. */
  profiles(query: ProfileQuery): Promise<readonly ProfileSummary[]>;
  /** By id of the row, or by profile id (the newest of it); null when unknown. */
  profile(query: { readonly id: string }): Promise<StoredProfile | null>;
  /** Of the samples that name the span or trace, where one is asked for; null when the profile is unknown. */
  flame(query: { readonly id: string; readonly traceId?: string; readonly spanId?: string }): Promise<StoredFlame | null>;
  /** Rows, bytes on disk, oldest row, position reached. */
  stats(query: Record<string, never>): Promise<{ readonly spans: number; readonly points: number; readonly logs: number; readonly profiles: number; readonly bytes: number; readonly oldestMs: number | null; readonly position: number; readonly partitions: number }>;
}

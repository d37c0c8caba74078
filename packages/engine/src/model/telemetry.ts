import type { ChangeKind } from './change.ts';
import type { EntityId, NodeKind } from './entity.ts';

/**
 * What intake makes of a decoded batch and features reads: columns of one request, with everything that repeats
 * (who sent it, which operation, which series) said once and pointed at by index.
 *
 * 64-bit ids are pairs of 32-bit words, low word first: id `i` is `[2 * i]` (low) and `[2 * i + 1]` (high).
 */

/** Attribute names and values, sorted by name. */
export type Labels = readonly (readonly [key: string, value: string])[];

/** Who sent a row: one a resource of the request. Empty text means "not said". */
export interface Source {
  readonly service: EntityId;
  /** False when the resource has no usable service.name; its metrics may then be of a host, pod or container alone. */
  readonly named: boolean;
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  readonly language: string;
  readonly version: string;
  /** cloud.region, tenant.id. */
  readonly region: string;
  readonly tenant: string;
  /** What its requests can be told apart by: version, host, zone and every other attribute that several instances may have in common. */
  readonly labels?: Labels;
  /** instance: id by service.instance.id, else pod uid, container id or host; empty when none is known. */
  readonly instance: EntityId;
  readonly host: EntityId;
  /** Other names of the same place by which metrics without service.name are joined: pod uid, pod name, container id, host id. */
  readonly places: readonly string[];
  /** Process identity (pid and creation time): a change under the same instance is a restart. */
  readonly process: string;
}

/** Whom a client or producer span calls, or which queue a consumer span reads, by its attributes alone (otlp §4.9). */
export interface Peer {
  readonly id: EntityId;
  readonly kind: Extract<NodeKind, 'database' | 'queue' | 'external'>;
  readonly name: string;
  readonly system: string;
  /** What is done there: query summary, `send orders`, route template; may be empty. */
  readonly operation: string;
  /** Names under which the callee may be known as a service (service.peer.name, address and its first label). */
  readonly serviceNames: readonly string[];
}

export const SpanKind = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export type SpanKind = (typeof SpanKind)[keyof typeof SpanKind];

/** All that spans of one operation by one source towards one peer have in common. */
export interface SpanShape {
  /** Index into `sources`. */
  readonly source: number;
  readonly kind: SpanKind;
  readonly operation: string;
  readonly peer: Peer | null;
  /** Query text without literals, or empty. */
  readonly statement: string;
}

interface RowsBase {
  readonly count: number;
  /** Arrival of the request: the only clock. */
  readonly receivedMs: number;
  /** Newest event time among the rows, -Infinity when there are none. */
  readonly newestMs: number;
  readonly sources: readonly Source[];
  /** Oldest event time by source, Infinity for one without rows. */
  readonly firstMs: Float64Array;
}

export interface SpanRows extends RowsBase {
  readonly signal: 'traces';
  readonly shapes: readonly SpanShape[];
  /** Index into `shapes`. */
  readonly shape: Uint32Array;
  readonly traceHi: Uint32Array;
  readonly traceLo: Uint32Array;
  readonly spanId: Uint32Array;
  readonly parentId: Uint32Array;
  /** End as words, exact; and as milliseconds. */
  readonly endNs: Uint32Array;
  readonly endMs: Float64Array;
  /** Whole nanoseconds, never negative. */
  readonly durationNs: Float64Array;
  readonly failed: Uint8Array;
  /** Same number, same user (user.id); 0 = not said. */
  readonly user: Uint32Array;
  /** Index into `errorTypes`, 0 = none. */
  readonly errorType: Uint32Array;
  readonly errorTypes: readonly string[];
  readonly linkOffsets: Uint32Array;
  readonly linkTraceLo: Uint32Array;
  readonly linkSpanId: Uint32Array;
  /** What spans of requests say besides; absent where nothing is. */
  readonly values?: RowValues;
}

/** Attributes by which groups of requests, or of log records, can be told apart: entry `i` says that row `row[i]` has `pairs[pair[i]]`. In the order of the rows. */
export interface RowValues {
  readonly row: readonly number[];
  readonly pair: readonly number[];
  readonly pairs: readonly (readonly [key: string, value: string])[];
  /** Left out, for there were too many. */
  left: number;
}

export type SeriesType = 'gauge' | 'sum' | 'histogram' | 'summary';

/** One metric stream of the request. */
export interface SeriesShape {
  readonly source: number;
  /** Present name (old names are read as new ones). */
  readonly metric: string;
  readonly unit: string;
  readonly type: SeriesType;
  readonly temporality: 'none' | 'delta' | 'cumulative';
  readonly monotonic: boolean;
  /** Sorted by key; old names read as new ones. */
  readonly attributes: readonly (readonly [string, string])[];
  /** Identity of the stream across requests. */
  readonly key: string;
}

export interface PointRows extends RowsBase {
  readonly signal: 'metrics';
  readonly series: readonly SeriesShape[];
  /** True where `series` is the same array as in an earlier request. */
  readonly seriesCameBefore: boolean;
  /** Index into `sources`: of the row itself, as several resources may write one series. */
  readonly source: Uint32Array;
  /** Index into `series`. */
  readonly seriesOf: Uint32Array;
  readonly timeMs: Float64Array;
  /** 0 = unknown. */
  readonly startMs: Float64Array;
  /** gauge, sum: the value · histogram, summary: the sum. NaN when there is none. */
  readonly value: Float64Array;
  readonly countOf: Float64Array;
  readonly bucketOffsets: Uint32Array;
  readonly bucketCounts: Float64Array;
  readonly bucketBounds: Float64Array;
}

/** A log record that says that something was done, or how a flag was evaluated. */
export interface ChangeEvent {
  readonly kind: ChangeKind;
  readonly source: number;
  readonly atMs: number;
  /** Service name that the event names itself (else the source is meant), pod or workload name, or empty. */
  readonly target: string;
  /** Flag key, deployment id …: the same subject and value again is no new change. */
  readonly subject: string;
  readonly value: string;
  readonly what: string;
}

export interface LogRows extends RowsBase {
  readonly signal: 'logs';
  readonly source: Uint32Array;
  readonly timeMs: Float64Array;
  readonly severity: Uint8Array;
  /** Index into `texts`. */
  readonly text: Uint32Array;
  readonly texts: readonly string[];
  readonly traceHi: Uint32Array;
  readonly traceLo: Uint32Array;
  readonly spanId: Uint32Array;
  readonly changes: readonly ChangeEvent[];
  /** What records say besides their text; absent where nothing is. */
  readonly values?: RowValues;
}

export type TelemetryRows = SpanRows | PointRows | LogRows;

import type { Change } from './change.ts';
import type { Edge, EntityId, Node } from './entity.ts';
import type { FeatureId, TraceRef } from './finding.ts';
import type { Red } from './red.ts';
import type { Labels } from './telemetry.ts';

/**
 * How a feature varies, so that a detector can pick its noise model:
 * latency: positive, judged on a log scale · share: `value` successes of `weight` trials ÷ weight · rate: events a second
 * (Poisson and more) · gauge: any real number · count: small whole numbers, mostly 0.
 */
export type FeatureScale = 'latency' | 'share' | 'rate' | 'gauge' | 'count';

/** One value of one series in one pane: what detectors read. A series that is not here was not reported: missing, not zero. */
export interface Observation {
  /** `${entity} ${feature} ${subject}`: identity of the series. */
  readonly series: string;
  readonly entity: EntityId;
  readonly node: EntityId;
  readonly feature: FeatureId;
  readonly subject: string;
  readonly scale: FeatureScale;
  readonly unit: string;
  readonly value: number;
  /** How many events the value rests on (requests, samples). */
  readonly weight: number;
  readonly symptom: boolean;
  /** Up to 3 traces that show the value at its worst in this pane. */
  readonly exemplars: readonly TraceRef[];
}

/** What the half of a pane that is not closed holds so far of requests: failures and latencies of services and operations. */
export interface Stretch {
  /** Start of its pane, and where it lies in it. */
  readonly startMs: number;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly observations: readonly Observation[];
}

/** Requests of an entity in the panes that are not closed, and how many of them failed, moment by moment (base/moment.ts), oldest first. */
export interface Moments {
  readonly series: string;
  readonly fromMs: number;
  readonly requests: readonly number[];
  readonly failures: readonly number[];
}

/** Time that one node spent itself (children's time taken off) under requests of one entry operation. */
export interface SelfTime {
  readonly node: EntityId;
  readonly operation: string;
  /** db.query.summary/text or empty; only for database nodes. */
  readonly statement: string;
  readonly selfMs: number;
  readonly spans: number;
}

/** Where errors began: the deepest error span of its branch. */
export interface ErrorOrigin {
  readonly node: EntityId;
  readonly operation: string;
  /** error.type, exception type, or status code; empty when none was sent. */
  readonly errorType: string;
  readonly count: number;
  readonly exemplar: TraceRef;
}

/** What the assembled traces of one pane say about the requests of one server or consumer operation, everything beneath it included. */
export interface Attribution {
  readonly operation: EntityId;
  readonly node: EntityId;
  readonly requests: number;
  readonly errors: number;
  readonly totalMs: number;
  readonly self: readonly SelfTime[];
  readonly origins: readonly ErrorOrigin[];
  /** The slowest request of the pane, and one near the median. */
  readonly slowest: TraceRef;
  readonly typical: TraceRef;
  /** How long its requests took: pairs of a bucket (four to an octave of milliseconds) and a count, in the order of the buckets. Absent in older states. */
  readonly durations?: readonly number[];
}

/** Requests in a pane that had something in common: how many, how many failed, how long they took. */
export interface RequestSums {
  readonly requests: number;
  readonly errors: number;
  readonly totalMs: number;
  /** Sums of the logarithms of their durations and of those squared: what spread is told by. */
  readonly logSum: number;
  readonly logSquares: number;
}

/** Requests of one instance, with what its resource says of it. */
export interface InstanceCount extends RequestSums {
  readonly service: EntityId;
  /** Empty where the resource names none. */
  readonly instance: EntityId;
  readonly labels: Labels;
}

/** Requests of a service whose spans had this value of this attribute. */
export interface ValueCount extends RequestSums {
  readonly service: EntityId;
  readonly key: string;
  readonly value: string;
}

export interface TemplateCount {
  readonly service: EntityId;
  /** Stable id of the template within the service. */
  readonly template: string;
  /** Words with `<*>` in place of what varies. Untrusted text. */
  readonly text: string;
  readonly severity: number;
  readonly count: number;
  /** First pane in which this service wrote it. */
  readonly firstSeenMs: number;
  readonly exemplars: readonly TraceRef[];
}

/** What one service wrote for one trace, now that it has fallen silent. Of a busy service a sample of its traces. */
export interface LogSession {
  readonly service: EntityId;
  /** The operation that the trace asked of it; empty where no span told. */
  readonly operation: EntityId | '';
  readonly trace: TraceRef;
  readonly firstMs: number;
  /** Template ids in the order written. */
  readonly templates: readonly string[];
}

/** Everything the features stage has to say about one closed pane [startMs, endMs). */
export interface Pane {
  readonly startMs: number;
  readonly endMs: number;
  readonly observations: readonly Observation[];
  /** RED by entity id: services, operations, edges, virtual nodes. An entity without traffic in the pane is absent. */
  readonly red: ReadonlyMap<EntityId, Red>;
  readonly attributions: readonly Attribution[];
  readonly templates: readonly TemplateCount[];
  /** Sessions that ended, begin first; left out where nobody gathered them. */
  readonly sessions?: readonly LogSession[];
  readonly changes: readonly Change[];
  /** Requests by instance, and by value of what spans say besides. Absent in older states. */
  readonly instances?: readonly InstanceCount[];
  readonly values?: readonly ValueCount[];
  /** Log records by value of what they say besides: `requests` are records, `errors` those of severity ERROR and above, times are 0. Absent in older states. */
  readonly recordValues?: readonly ValueCount[];
}

/** The service graph as it stands at the end of a pane. */
export interface Graph {
  readonly nodes: ReadonlyMap<EntityId, Node>;
  readonly edges: ReadonlyMap<EntityId, Edge>;
  /** Nodes that call it / that it calls, on edges valid at `atMs`. Sorted by id. */
  callers(node: EntityId, atMs: number): readonly EntityId[];
  callees(node: EntityId, atMs: number): readonly EntityId[];
  /** Services that have instances on the host. Sorted by id. */
  onHost(host: EntityId): readonly EntityId[];
}

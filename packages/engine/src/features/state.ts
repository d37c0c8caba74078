import type { Change, EntityId, Labels, Peer, SpanKind } from '../model/index.ts';
import type { Counters } from './bounds.ts';
import type { GraphState } from './graph.ts';
import type { Histogram } from './histogram.ts';
import type { SeriesState } from './series.ts';
import type { SessionsState } from './sessions.ts';
import { openBuffer } from './span-buffer.ts';
import type { SpanBuffer } from './span-buffer.ts';
import { openSpanSet } from './span-set.ts';
import type { SpanSet } from './span-set.ts';
import type { Miner } from './templates.ts';
import type { PaneValues } from './values.ts';
import type { WindowsState } from './windows.ts';

/** Count, failures and durations of some spans: sums, so partials add up in any order. */
export interface Tally {
  count: number;
  errors: number;
  /** Whole nanoseconds. */
  totalNs: number;
  readonly durations: Histogram;
}

/** A span shape as a pane holds it: names are final (capped), ids are made. */
export interface PaneShape {
  readonly service: EntityId;
  readonly kind: SpanKind;
  readonly operation: string;
  readonly operationId: EntityId;
  readonly instance: EntityId;
  /** What its resource says besides. Absent in a state that was saved before this was kept. */
  readonly labels?: Labels;
  readonly peer: Peer | null;
  readonly statement: string;
  /** All of them, kept for assembly or not. */
  spans: number;
  /** Every served span, kept for assembly or not. */
  served: Tally | null;
  /** Of the served ones those that ended in the second half of the pane, and how many of each moment failed; for looks into the pane. */
  late: Tally | null;
  /** Requests, failures, requests, failures …, moment by moment (base/moment.ts). Empty where nothing was served. */
  moments: number[];
  /** Those spans that make an edge (callers', consumers', entry) and were not kept for assembly. */
  apart: Tally | null;
}

export interface TemplateTally {
  readonly service: EntityId;
  readonly template: string;
  severity: number;
  count: number;
  readonly exemplars: { traceId: string; spanId: string }[];
}

export interface LogTally { count: number; errors: number }

export interface PaneState {
  readonly startMs: number;
  readonly shapes: PaneShape[];
  readonly shapeIndex: Map<string, Map<string, number>>;
  readonly statements: Set<string>;
  readonly errorTypes: string[];
  readonly errorTypeIndex: Map<string, number>;
  readonly seen: SpanSet;
  readonly spans: SpanBuffer;
  /** Raw points: series number, time, start, value, count; and their buckets. */
  readonly points: PointState;
  readonly templates: Map<string, TemplateTally>;
  readonly logs: Map<EntityId, LogTally>;
  /** service → version → first moment in the pane. */
  readonly versions: Map<EntityId, Map<string, number>>;
  /** instance → what was heard of it. */
  readonly instances: Map<EntityId, InstanceHeard>;
  /** `service flag` → variant → first moment. */
  readonly flags: Map<string, Map<string, number>>;
  /** service → users named by its spans, as distinct.ts keeps them. */
  readonly users: Map<EntityId, number[]>;
  readonly changes: Map<string, Change>;
  /** Absent in a state that was saved before this was kept. */
  values?: PaneValues;
  /** Of log records. Absent likewise. */
  recordValues?: PaneValues;
}

export interface InstanceHeard { readonly service: EntityId; readonly host: EntityId; firstMs: number; process: string }

export interface PointState {
  readonly series: number[];
  readonly timeMs: number[];
  readonly startMs: number[];
  readonly value: number[];
  readonly count: number[];
  /** Bucket counts of histograms by point number. */
  readonly buckets: Map<number, { readonly counts: Float64Array; readonly bounds: Float64Array }>;
}

export interface ServiceState {
  readonly id: EntityId;
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  language: string;
  firstSeenMs: number;
  lastSeenMs: number;
  /** Names in use by `kind|operation` → last pane. Served ones and others are capped apart. */
  readonly served: Map<string, number>;
  readonly inner: Map<string, number>;
  readonly miner: Miner;
  /** First log record, Infinity before it. */
  logsSinceMs: number;
  /** version → last pane in which it was heard. */
  readonly versions: Map<string, number>;
  /** cloud.region and tenant.id → last pane in which they were heard. */
  readonly regions: Map<string, number>;
  readonly tenants: Map<string, number>;
}

export interface InstanceState { readonly service: EntityId; readonly host: EntityId; readonly firstSeenMs: number; lastSeenMs: number; process: string; replaced: boolean }

/** Spans whose root has not ended, with times counted from the start of their pane. */
export interface Carried { readonly startMs: number; readonly spans: SpanBuffer; readonly shapes: PaneShape[]; readonly errorTypes: string[] }

/** The whole state of the stage: plain cloneable data. */
export interface FeaturesState {
  /** Panes that start before this are closed. */
  closedMs: number;
  panesClosed: number;
  readonly panes: Map<number, PaneState>;
  carried: Carried;
  readonly services: Map<EntityId, ServiceState>;
  readonly instances: Map<EntityId, InstanceState>;
  /** Place (pod, container, host id) → the instance, service and host that was heard there. */
  readonly places: Map<string, { readonly service: EntityId; readonly instance: EntityId; readonly host: EntityId; lastMs: number }>;
  /** Peer id → the service that answered; empty when several did. */
  readonly peers: Map<EntityId, { service: EntityId; lastMs: number }>;
  readonly series: SeriesState;
  readonly sessions: SessionsState;
  /** `service flag` → variant → last pane. */
  readonly flags: Map<string, Map<string, number>>;
  /** Changes told outright → when: the same again is no new change. */
  readonly told: Map<string, number>;
  /** Entities with traffic → last pane with it: what silence is told of. */
  readonly lively: Map<EntityId, { readonly node: EntityId; lastMs: number }>;
  readonly graph: GraphState;
  readonly windows: WindowsState;
  readonly counters: Counters;
}

export function openPane(startMs: number): PaneState {
  return {
    startMs, shapes: [], shapeIndex: new Map(), statements: new Set(), errorTypes: [''], errorTypeIndex: new Map([['', 0]]),
    seen: openSpanSet(), spans: openBuffer(),
    points: { series: [], timeMs: [], startMs: [], value: [], count: [], buckets: new Map() },
    templates: new Map(), logs: new Map(), versions: new Map(), instances: new Map(), flags: new Map(), users: new Map(), changes: new Map(),
  };
}


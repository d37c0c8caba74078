import type { Agenda } from './agenda.ts';
import type { Host } from './host.ts';
import type { Random } from './random.ts';
import type { Attributes, ResourceRecord, SpanRecord, Telemetry, Transport } from './records.ts';
import type { Slots } from './slots.ts';
import type { StatementName } from './statements.ts';

/** A service as it is meant to be. The table of all is services.ts. */
export interface ServiceSpec {
  readonly name: string;
  readonly language: 'go' | 'java' | 'nodejs' | 'python' | 'dotnet' | 'ruby' | 'rust';
  readonly version: string;
  /** One instance for each. */
  readonly hosts: readonly string[];
  readonly port: number;
  readonly protocol: 'http' | 'grpc' | 'none';
  /** Attribute names that its instrumentation writes: `old` is what SDKs wrote before the conventions were stable. */
  readonly dialect?: 'old';
  readonly transport?: Transport;
  /** Requests that one instance works on at a time. */
  readonly workers: number;
  readonly memoryMiB: { readonly base: number; readonly limit: number };
  /** Database → connections of one instance. */
  readonly pools?: Readonly<Record<string, number>>;
  readonly operations: Readonly<Record<string, Operation>>;
}

export type Operation = (frame: Frame) => void;

export interface Instance {
  readonly service: Service;
  readonly pod: string;
  readonly host: Host;
  readonly version: string;
  readonly resource: ResourceRecord;
  readonly address: string;
  readonly workers: Slots;
  readonly pools: ReadonlyMap<string, Slots>;
  /** Start of the process: counters begin here. */
  startedMs: number;
  /** Not answering until then; Infinity when gone for good. */
  downUntilMs: number;
  /** The balancer leaves it out from this moment until it answers again. */
  excludedFromMs: number;
  /** CPU work takes this many times as long. */
  slow: number;
  errorProbability: number;
  leakedBytes: number;
  cpuMs: number;
  cpuReadMs: number;
  gc: { nextMs: number; pauseMs: number; count: number; sumMs: number };
  durations: Map<string, Durations>;
}

/** A cumulative histogram that is being filled. */
export interface Durations {
  readonly metric: string;
  readonly attributes: Attributes;
  readonly buckets: number[];
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** A mistake in the code of one version. */
export interface Bug {
  readonly version: string;
  readonly operation: string;
  readonly probability: number;
  readonly type: string;
  readonly message: string;
}

export interface Service {
  readonly spec: ServiceSpec;
  version: string;
  instances: Instance[];
  turn: number;
  bug: Bug | null;
  /** CPU work of all instances takes this many times as long. */
  slow: number;
  leakBytesPerRequest: number;
  connectionLeakProbability: number;
  deploys: number;
}

/** What one request is about. */
export interface Errand {
  readonly customer: string;
  readonly product: string;
  readonly order: string;
  readonly term: string;
  readonly cents: number;
  readonly agent: string;
  readonly address: string;
}

/** Where a walk through the shop stands: inside one span of one instance, at one moment. */
export interface Frame {
  readonly shop: Shop;
  readonly instance: Instance;
  readonly span: SpanRecord;
  readonly errand: Errand;
  atMs: number;
}

export interface Message {
  readonly traceId: string;
  readonly spanId: string;
  readonly errand: Errand;
  readonly offset: number;
  readonly atMs: number;
  readonly key: string;
}

export interface Partition { readonly index: number; backlog: Message[]; nextOffset: number; freeAtMs: number; drainAtMs: number }

export interface Topic {
  readonly name: string;
  readonly group: string;
  readonly consumer: string;
  readonly partitions: readonly Partition[];
  paused: boolean;
}

/** What can be turned to make things go wrong. Everything here is a mechanism; nothing is a symptom. */
export interface Levers {
  /** Median of a statement, in place of its own. */
  readonly statementMs: Map<StatementName, number>;
  /** Host of a third party → how it behaves. */
  readonly externals: Map<string, { readonly timesSlower: number; readonly errorProbability: number }>;
  /** `caller>callee` → milliseconds added to each way. */
  readonly network: Map<string, number>;
  /** `caller>callee` → settings in place of those in the code. */
  readonly clients: Map<string, { readonly timeoutMs: number; readonly retries: number }>;
  readonly flags: Map<string, string>;
  cacheDown: boolean;
  traffic: number;
  /** Share of the traffic that reaches the front door. */
  reach: number;
}

export interface Shop {
  readonly random: Random;
  readonly agenda: Agenda;
  readonly services: ReadonlyMap<string, Service>;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly topics: ReadonlyMap<string, Topic>;
  readonly levers: Levers;
  readonly out: Telemetry;
  /** Turns milliseconds of work at this shop's rate into CPU of its hosts, which are sized for the rate. */
  readonly cpuScale: number;
  readonly startMs: number;
  readonly requestsPerSecond: number;
  readonly metricIntervalMs: number;
}

/** Something went wrong inside a request. `business` is a refusal that is nobody's fault (not found, declined). */
export class Failure extends Error {
  readonly status: number;
  readonly type: string;
  readonly business: boolean;
  constructor(status: number, type: string, message: string, business = false) {
    super(message);
    this.status = status;
    this.type = type;
    this.business = business;
  }
}

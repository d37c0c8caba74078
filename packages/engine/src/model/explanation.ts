import type { EntityId } from './entity.ts';
import type { TraceRef } from './finding.ts';

/** What is wrong with the cause. Data, not words: the console and the CLI word it. The table is explain/kinds.ts. */
export type CauseKind =
  | 'slow'                 // its own work takes longer (self time), no better explanation
  | 'errors'               // errors originate here, no better explanation
  | 'slow_database' | 'database_errors'
  | 'bad_deploy' | 'config_change' | 'flag_change'
  | 'memory_leak' | 'restarts'
  | 'pool_exhausted'
  | 'third_party_slow' | 'third_party_errors'
  | 'consumer_stuck' | 'queue_backlog'
  | 'noisy_neighbour' | 'host_saturated' | 'cpu_saturated' | 'disk_full'
  | 'network' | 'down'
  | 'overload'             // more traffic than it can take
  | 'unknown';

/** Why we think so, or why not. Each kind carries the numbers that a sentence and a picture need. */
export type Evidence =
  | { readonly kind: 'self_time'; readonly share: number; readonly beforeMs: number; readonly afterMs: number; readonly operation: string; readonly traces: readonly TraceRef[]; readonly baselineTraces: readonly TraceRef[] }
  | { readonly kind: 'error_origin'; readonly share: number; readonly errors: number; readonly operation: string; readonly errorType: string; readonly traces: readonly TraceRef[] }
  | { readonly kind: 'series'; readonly findingId: string; readonly entity: EntityId; readonly feature: string; readonly subject: string; readonly unit: string; readonly observed: number; readonly expected: number; readonly onsetMs: number }
  | { readonly kind: 'change'; readonly changeId: string; readonly what: string; readonly beforeOnsetMs: number }
  | { readonly kind: 'log_template'; readonly template: string; readonly count: number; readonly baselineCount: number; readonly isNew: boolean; readonly severity: number; readonly service: EntityId; readonly traces: readonly TraceRef[] }
  | { readonly kind: 'co_location'; readonly host: EntityId; readonly services: readonly EntityId[] }
  | { readonly kind: 'downstream_healthy'; readonly callees: readonly EntityId[] }
  | { readonly kind: 'statement'; readonly text: string; readonly beforeMs: number; readonly afterMs: number }
  | { readonly kind: 'silence'; readonly sinceMs: number }
  /** By the causal model: of what `target` gained (ms a request, or share of requests that fail), how much came from its own mechanism, with a 90 % interval, how much from what it calls, and how much from more traffic. */
  | { readonly kind: 'mechanism'; readonly of: 'latency' | 'errors'; readonly target: EntityId; readonly own: number; readonly low: number; readonly high: number; readonly total: number; readonly callees: number; readonly traffic: number }
  /** Back-door estimate: what the change of the treatment did to `target`; `refutedBy` names the refutation that it did not outlive, and then it counts for nothing. */
  | { readonly kind: 'effect'; readonly treatment: 'own' | 'saturation' | 'change'; readonly what: string; readonly of: 'latency' | 'errors'; readonly target: EntityId; readonly effect: number; readonly low: number; readonly high: number; readonly adjustedFor: readonly EntityId[]; readonly refutedBy: 'placebo' | 'common_cause' | 'subset' | null }
  /** By the graph network: the share (0..1) of likeness to simulated incidents whose cause sat at this place of the graph. */
  | { readonly kind: 'graph_pattern'; readonly share: number }
  /**
   * Requests of a service with this value fare worse than those without: `inside` against `outside` is the share that fails (`errors`), the
   * typical duration in milliseconds (`latency`), or how many there are (`silence`); `count` of `requests` with the value failed, or were seen.
   * `records`: the same of log records, the share that tells of an error.
   */
  | { readonly kind: 'attribute'; readonly service: EntityId; readonly key: string; readonly value: string; readonly of: 'errors' | 'latency' | 'silence' | 'records'; readonly inside: number; readonly outside: number; readonly count: number; readonly requests: number };

/** One step of the thread from the symptom down to the cause: caller first. */
export interface PathStep {
  readonly entity: EntityId;
  /** null on the last step. */
  readonly edge: EntityId | null;
  readonly findingIds: readonly string[];
  readonly onsetMs: number | null;
}

export interface Cause {
  readonly entity: EntityId;
  readonly kind: CauseKind;
  /** Operation, statement, version, template or host that narrows it down; may be empty. Untrusted text. */
  readonly detail: string;
  /** 0..1. All causes of an explanation and `unknown` sum to 1. */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** What speaks against it. */
  readonly against: readonly Evidence[];
  readonly path: readonly PathStep[];
}

export type RuledOutReason =
  | 'symptom_of_callee'      // its slowness or errors come from a callee
  | 'within_normal'          // looked at, nothing out of range
  | 'after_onset'            // it changed, but after the symptoms began
  | 'not_on_path'            // it changed, but no symptom depends on it
  | 'no_trace_share'         // on the path, but traces spend no more time and raise no errors there
  | 'traffic_explains';      // it only carries more or less traffic

export interface RuledOut {
  readonly entity: EntityId;
  readonly reason: RuledOutReason;
  /** The entity that explains it, or null. */
  readonly because: EntityId | null;
  readonly evidence: readonly Evidence[];
}

/** Data that nobody sends, and that would tell these candidates apart. */
export interface MissingData {
  readonly kind:
    | 'traces'            // spans of its own
    | 'own_metrics'       // of a database, queue or third party: so far only its callers tell of it
    | 'resource_metrics'  // CPU, memory, pools of the process
    | 'host'              // which machine it runs on
    | 'host_metrics'      // CPU, memory, disk of the machine
    | 'logs'
    | 'changes';          // deployments, configuration, flags
  readonly entities: readonly EntityId[];
}

/** Ranked causes, best first. When `unknown` exceeds the best cause's confidence, the answer is *unknown* and must be said as such. */
export interface Explanation {
  readonly causes: readonly Cause[];
  readonly ruledOut: readonly RuledOut[];
  readonly unknown: number;
  /** Part of `unknown`: the cause is likely where no telemetry comes from. Absent where it was not weighed. */
  readonly outside?: number;
  /** The most telling first; empty for a sure answer, and when nothing that could tell is lacking. Absent where it was not looked for. */
  readonly wouldSettle?: readonly MissingData[];
  readonly onsetMs: number;
  readonly explainedAtMs: number;
}

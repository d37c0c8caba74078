import type { Cause, Evidence, Explanation, MissingData, PathStep, RuledOut } from '@clew/engine';
import { z } from 'zod';
import { entityId, list, noun, share, timeMs } from './noun.ts';

/** In ms a request, or shares of requests that fail. */
const outcome = z.enum(['latency', 'errors']);
const traces = list(z.object({ traceId: z.string(), spanId: z.string() }));

export const evidence = noun<Evidence>('Evidence', 'Why something is the cause, or why it is not.').is(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('self_time'), share, beforeMs: z.number(), afterMs: z.number(), operation: z.string(), traces, baselineTraces: traces }),
  z.object({ kind: z.literal('error_origin'), share, errors: z.number(), operation: z.string(), errorType: z.string(), traces }),
  z.object({ kind: z.literal('series'), findingId: z.string(), entity: entityId, feature: z.string(), subject: z.string(), unit: z.string(), observed: z.number(), expected: z.number(), onsetMs: timeMs }),
  z.object({ kind: z.literal('change'), changeId: z.string(), what: z.string(), beforeOnsetMs: z.number() }),
  z.object({ kind: z.literal('log_template'), template: z.string(), count: z.number(), baselineCount: z.number(), isNew: z.boolean(), severity: z.number(), service: entityId, traces }),
  z.object({ kind: z.literal('co_location'), host: entityId, services: list(entityId) }),
  z.object({ kind: z.literal('downstream_healthy'), callees: list(entityId) }),
  z.object({ kind: z.literal('statement'), text: z.string(), beforeMs: z.number(), afterMs: z.number() }),
  z.object({ kind: z.literal('silence'), sinceMs: timeMs }),
  z.object({
    kind: z.literal('attribute'), service: entityId, key: z.string(), value: z.string(), of: z.enum(['errors', 'latency', 'silence', 'records']), inside: z.number(), outside: z.number(), count: z.number(), requests: z.number(),
  }),
  z.object({ kind: z.literal('mechanism'), of: outcome, target: entityId, own: z.number(), low: z.number(), high: z.number(), total: z.number(), callees: z.number(), traffic: z.number() }),
  z.object({
    kind: z.literal('effect'), treatment: z.enum(['own', 'saturation', 'change']), what: z.string(), of: outcome, target: entityId, effect: z.number(), low: z.number(), high: z.number(),
    adjustedFor: list(entityId), refutedBy: z.enum(['placebo', 'common_cause', 'subset']).nullable(),
  }),
  z.object({ kind: z.literal('graph_pattern'), share }),
]));

const pathStep = noun<PathStep>('PathStep', 'One step of the thread from the symptom down to the cause, caller first.').is(z.object({
  entity: entityId, edge: entityId.nullable(), findingIds: list(z.string()), onsetMs: timeMs.nullable(),
}));

const cause = noun<Cause>('Cause', 'A candidate cause with what speaks for and against it.').is(z.object({
  entity: entityId,
  kind: z.enum([
    'slow', 'errors', 'slow_database', 'database_errors', 'bad_deploy', 'config_change', 'flag_change', 'memory_leak', 'restarts',
    'pool_exhausted', 'third_party_slow', 'third_party_errors', 'consumer_stuck', 'queue_backlog', 'noisy_neighbour',
    'host_saturated', 'cpu_saturated', 'disk_full', 'network', 'down', 'overload', 'unknown',
  ]),
  detail: z.string(),
  confidence: share,
  evidence: list(evidence),
  against: list(evidence),
  path: list(pathStep),
}));

const ruledOut = noun<RuledOut>('RuledOut', 'What else was looked at, and why it is not the cause.').is(z.object({
  entity: entityId,
  reason: z.enum(['symptom_of_callee', 'within_normal', 'after_onset', 'not_on_path', 'no_trace_share', 'traffic_explains']),
  because: entityId.nullable(),
  evidence: list(evidence),
}));

const missingData = noun<MissingData>('MissingData', 'Data that nobody sends, and that would tell these candidates apart.').is(z.object({
  kind: z.enum(['traces', 'own_metrics', 'resource_metrics', 'host', 'host_metrics', 'logs', 'changes']),
  entities: list(entityId),
}));

export const explanation = noun<Explanation>('Explanation', 'Ranked causes, best first; confidences and `unknown` sum to 1.').is(z.object({
  causes: list(cause),
  ruledOut: list(ruledOut),
  unknown: share,
  outside: share.optional().describe('Part of `unknown`: the cause is likely where no telemetry comes from'),
  wouldSettle: list(missingData).optional().describe('The most telling first; empty for a sure answer'),
  onsetMs: timeMs,
  explainedAtMs: timeMs,
}));

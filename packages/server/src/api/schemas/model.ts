import type { Change, Edge, Finding, Incident, Node, Red, SeriesView, TraceRef } from '@clew/engine';
import { z } from 'zod';
import { entityId, list, noun, share, timeMs } from './noun.ts';
import { explanation } from './explanation.ts';

export const health = z.enum(['healthy', 'watch', 'broken', 'recovering', 'unknown']);

export const traceRef = noun<TraceRef>('TraceRef', 'A span that shows something: hex ids.').is(
  z.object({ traceId: z.string(), spanId: z.string() }),
);

export const change = noun<Change>('Change', 'Something that was done to the system.').is(z.object({
  id: z.string(),
  kind: z.enum(['deployment', 'version', 'feature_flag', 'config', 'scale', 'restart', 'kubernetes', 'other']),
  entity: entityId.nullable(),
  atMs: timeMs,
  what: z.string(),
  from: z.string(),
  to: z.string(),
}));

export const node = noun<Node>('Node', 'A service or virtual node (database, queue, external, user) of the service graph.').is(z.object({
  id: entityId,
  kind: z.enum(['service', 'database', 'queue', 'external', 'user']),
  name: z.string(),
  namespace: z.string(),
  environment: z.string(),
  system: z.string(),
  language: z.string(),
  versions: list(z.string()),
  hosts: list(entityId),
  firstSeenMs: timeMs,
  lastSeenMs: timeMs,
}));

export const edge = noun<Edge>('Edge', 'Caller to callee, with the intervals in which it was seen.').is(z.object({
  id: entityId,
  from: entityId,
  to: entityId,
  kind: z.enum(['call', 'database', 'message', 'external', 'entry']),
  intervals: list(z.object({ fromMs: timeMs, toMs: timeMs })),
}));

export const red = noun<Red>('Red', 'Rate, errors and duration in one pane.').is(z.object({
  paneMs: timeMs,
  count: z.number(),
  errors: z.number(),
  rate: z.number().describe('Requests a second'),
  errorShare: share,
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
}));

export const seriesView = noun<SeriesView>('SeriesView', 'One resource metric of one entity, a value a pane.').is(z.object({
  entity: entityId,
  metric: z.string(),
  unit: z.string(),
  samples: list(z.object({ paneMs: timeMs, value: z.number() })),
}));

export const finding = noun<Finding>('Finding', 'One series that left its expected range.').is(z.object({
  id: z.string(),
  series: z.string(),
  entity: entityId,
  node: entityId,
  feature: z.string(),
  subject: z.string(),
  text: z.string().describe('What the subject means where it is an id: the words of a log template. Untrusted'),
  direction: z.enum(['up', 'down', 'new', 'absent', 'trend', 'shape', 'joint', 'sequence', 'missing']),
  unit: z.string(),
  observed: z.number(),
  expected: z.object({ low: z.number(), mid: z.number(), high: z.number() }),
  score: z.number(),
  p: z.number().nullable().describe('Probability of something at least as unusual while nothing is wrong'),
  votes: list(z.object({ detector: z.string(), p: z.number().nullable(), agrees: z.boolean() })),
  contributors: list(z.object({ feature: z.string(), subject: z.string(), share })),
  version: z.string(),
  verdict: z.enum(['real', 'noise']).nullable(),
  maintenance: z.string().nullable().describe('Id of the announced work that covers it'),
  calendar: z.object({
    weekday: z.number(), minute: z.number(), hours: z.enum(['peak', 'business', 'off', 'offDay']).nullable(), wider: z.number(),
    deployWindow: z.object({ day: z.number(), fromHour: z.number(), toHour: z.number() }).nullable(), change: z.object({ what: z.string(), atMs: timeMs }).nullable(), heldPanes: z.number(),
  }).nullable().describe('What the calendar had to do with it when it opened'),
  onsetMs: timeMs,
  detectedMs: timeMs,
  lastMs: timeMs,
  active: z.boolean(),
  detectors: list(z.string()),
  exemplars: list(traceRef),
  symptom: z.boolean(),
}));

export const incidentStates = ['open', 'evolving', 'recovering', 'resolved'] as const;

export const incident = noun<Incident>('Incident', 'All findings of one cause: one fault is one incident.').is(z.object({
  id: z.string(),
  state: z.enum(incidentStates),
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  onsetMs: timeMs,
  openedMs: timeMs,
  updatedMs: timeMs,
  resolvedMs: timeMs.nullable(),
  headline: z.object({ entity: entityId, feature: z.string(), observed: z.number(), expected: z.number(), unit: z.string() }),
  findingIds: list(z.string()),
  blast: z.object({ affected: list(entityId), failedShare: share, slowShare: share }),
  explanation,
  verdict: z.object({ cause: entityId, atMs: timeMs, by: z.string() }).nullable().describe('What a person said the cause was; null while nobody has'),
  timeline: list(z.object({
    atMs: timeMs,
    kind: z.enum(['opened', 'finding_joined', 'finding_cleared', 'cause_changed', 'severity_changed', 'recovering', 'relapsed', 'resolved', 'merged', 'absorbed', 'divided']),
    subject: z.string(),
  })),
  mergedInto: z.string().nullable().describe('Id of the older incident that turned out to be about the same fault and has its findings now; null for most'),
}));

/** What requests may ask. Unknown parameters are refused; an empty value counts as absent. */
import { z } from 'zod';
import { signalName } from './ingest.ts';
import { incidentStates } from './model.ts';

export const limits = {
  tracesDefault: 50, tracesMax: 1_000,
  /** Spans of one page of a trace; `next` leads on. */
  traceSpansMax: 10_000,
  logsDefault: 200, logsMax: 5_000,
  metricsDefault: 500, metricsMax: 5_000,
  pointsDefault: 200, pointsMax: 5_000,
  profilesDefault: 50, profilesMax: 1_000,
  seriesDefault: 50, seriesMax: 1_000,
  attributeKeys: 500,
  incidentsDefault: 50, incidentsMax: 1_000,
  findingsDefault: 200, findingsMax: 5_000,
  /** Points a series may have in one answer: a range this many times its step. */
  stepsMax: 20_000,
  /** Points that are looked back on at once, over all series: some seconds of one core. */
  lookBackPointsMax: 20_000,
  lookBackSeriesDefault: 12, lookBackSeriesMax: 50,
  attributeFilters: 16,
  maintenanceMax: 200,
  maintenanceMsMax: 31 * 86_400_000,
  maintenanceReasonChars: 500,
  backtestMsMax: 31 * 86_400_000,
  backtestDetectors: 50,
  textChars: 1_000,
} as const;

export const text = z.string().max(limits.textChars);
const time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const duration = z.coerce.number().min(0);
export const limit = (initial: number, max: number) => z.coerce.number().int().min(1).max(max).default(initial).describe(`At most this many, ${max} or less`);
const flag = z.enum(['true', 'false', '1', '0']).default('false');

/** A parameter that may be given several times. */
export const attributesGiven = z.preprocess(
  (given) => (given === undefined || Array.isArray(given) ? given : [given]),
  z.array(text.regex(/^[^=]+=/, 'must be key=value')).max(limits.attributeFilters).default([]),
).describe('`key=value`, any number of times: all must match');

export const range = {
  from: time.optional().describe('Epoch milliseconds, inclusive; an hour before `to` when absent'),
  to: time.optional().describe('Epoch milliseconds, exclusive; now when absent'),
};
const step = z.coerce.number().int().min(1_000).default(60_000).describe('Milliseconds a step');
export const service = text.optional().describe('Service id, `service:checkout` or `checkout`');

export const none = z.strictObject({});
export const graphQuery = z.strictObject({ at: time.optional().describe('Epoch milliseconds; the last closed pane when absent') });
export const ingestQuery = z.strictObject({
  source: text.min(1).optional().describe('Name of a source: of its credential, or its IP address'),
  signal: signalName.optional(),
});
export const redQuery = z.strictObject({ ...range, step, operation: text.optional() });
export const tracesQuery = z.strictObject({
  ...range, service, operation: text.optional().describe('Span name'),
  minDuration: duration.optional().describe('Milliseconds'), maxDuration: duration.optional().describe('Milliseconds'),
  errors: flag.describe('Only traces with an error span'), attribute: attributesGiven,
  order: z.enum(['newest', 'slowest']).default('newest'),
  limit: limit(limits.tracesDefault, limits.tracesMax),
});
export const traceQuery = z.strictObject({
  limit: limit(limits.traceSpansMax, limits.traceSpansMax),
  after: z.string().regex(/^\d{1,20}-([0-9a-f]{16})?-\d{1,9}$/, 'must be `next` of the page before').optional().describe('`next` of the page before; the first page when absent'),
});
const severity = z.coerce.number().int().min(0).max(24).optional().describe('Least severity number, OpenTelemetry 1..24');
export const logsQuery = z.strictObject({
  ...range, service, severity, text: text.optional().describe('Words that the body contains, case ignored'),
  trace: z.string().regex(/^[0-9a-fA-F]{32}$/, 'must be 32 hex digits').optional(), attribute: attributesGiven,
  limit: limit(limits.logsDefault, limits.logsMax),
});
export const tailQuery = z.strictObject({ service, severity, text: text.optional() });
export const metricsQuery = z.strictObject({ ...range, text: text.optional().describe('Part of the name'), limit: limit(limits.metricsDefault, limits.metricsMax) });
export const metricQuery = z.strictObject({
  ...range, step, service, attribute: attributesGiven,
  read: z.enum(['value', 'rate', 'p50', 'p95', 'p99']).default('value'),
  limit: limit(limits.seriesDefault, limits.seriesMax),
});
export const metricLookBackQuery = metricQuery.extend({ limit: limit(limits.lookBackSeriesDefault, limits.lookBackSeriesMax) });
export const serviceLookBackQuery = redQuery.extend({ read: z.enum(['rate', 'errors', 'p50', 'p95', 'p99']).default('rate') });
export const pointsQuery = z.strictObject({ ...range, service, attribute: attributesGiven, limit: limit(limits.pointsDefault, limits.pointsMax) });
export const attributesQuery = z.strictObject({ signal: z.enum(['traces', 'logs', 'metrics', 'profiles']).default('traces'), key: text.optional() });
export const findingsQuery = z.strictObject({
  active: z.enum(['true', 'false', '1', '0']).optional().describe('Only those out of range now'),
  limit: limit(limits.findingsDefault, limits.findingsMax),
});
export const incidentsQuery = z.strictObject({
  state: z.enum([...incidentStates, 'unresolved']).optional().describe('`unresolved`: open, evolving or recovering'),
  limit: limit(limits.incidentsDefault, limits.incidentsMax),
});

export const seriesQuery = z.strictObject({ key: text.min(1).describe('`series` of a finding') });

const bodyTime = z.number().int().min(0).max(8_640_000_000_000_000);
export const verdictBody = z.strictObject({ verdict: z.enum(['real', 'noise']).nullable() });
export const causeVerdictBody = z.strictObject({ cause: text.min(1).nullable().describe('Entity id, or the name of a service; null takes back what was said') });
export const maintenanceBody = z.strictObject({
  entity: text.min(1).nullable().default(null).describe('Entity id, or the name of a service; null: anywhere'),
  from: bodyTime.optional().describe('Epoch milliseconds; now when absent'),
  to: bodyTime.describe('Epoch milliseconds, exclusive'),
  reason: z.string().max(limits.maintenanceReasonChars).default(''),
});
const detectorIds = z.array(z.string().max(100)).min(1).max(limits.backtestDetectors).nullable();
const budget = z.number().min(0.01).max(1_000);
export const backtestBody = z.strictObject({
  from: bodyTime.describe('Epoch milliseconds, inclusive'), to: bodyTime.describe('Epoch milliseconds, exclusive'),
  detectors: detectorIds.default(null).describe('Detectors that vote; null: all'),
  budget: budget.optional().describe('False alarms a day; what is set when absent'),
  source: z.enum(['log', 'rows']).default('log').describe('The log as it arrived, or stored rows, which are kept longer'),
  withVerdicts: z.boolean().default(false).describe('The version hears what people had said of findings before the range begins'),
  against: detectorIds.optional().describe('Detectors of the second version'),
  againstBudget: budget.optional().describe('False alarms a day of the second version'),
  againstWithVerdicts: z.boolean().optional().describe('The same of the second version'),
});

export const demoBody = z.strictObject({ action: z.enum(['start', 'stop']) });
export const faultBody = z.strictObject({ name: z.string().min(1).max(100) });
/** Any string: one that cannot be the token is a wrong token. */
export const sessionBody = z.strictObject({ token: z.string().max(4_096) });

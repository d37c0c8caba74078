/** The answers of types.ts as schemas, from which the OpenAPI document is made. */
import { z } from 'zod';
import type * as Api from '../types.ts';
import { change, edge, finding, health, incident, node, red, seriesView } from './model.ts';
import { entityId, list, noun, share, timeMs } from './noun.ts';
import { metricInfo, metricSeries, storedLog, storedSpan, traceSummary } from './rows.ts';

export const errorResponse = noun<Api.ErrorResponse>('Error', 'What failed, with what value, what to do next.').is(z.object({
  error: z.object({ code: z.string(), message: z.string(), value: z.string(), next: z.string() }),
}));

export const healthResponse = noun<Api.HealthResponse>('Health', 'Whether the server is well.').is(z.object({
  status: z.enum(['ok', 'starting', 'degraded']),
  version: z.string(),
  startedMs: timeMs,
  nowMs: timeMs,
  problems: list(z.object({ what: z.string(), next: z.string() })),
}));

export const selfResponse = noun<Api.SelfResponse>('Self', 'The process about itself, name to value.').is(z.record(z.string(), z.number()));

const sparkline = list(z.number().nullable());
const nodeSummary = noun<Api.NodeSummary>('NodeSummary', 'A node in lists and on the map; sparklines oldest first, one value a pane, null without traffic.').is(z.object({
  node, health, rate: sparkline, errorShare: sparkline, p99Ms: sparkline,
  saturation: z.object({ metric: z.string(), share }).nullable(),
  lastChange: change.nullable(),
  incidentIds: list(z.string()),
}));
const edgeSummary = noun<Api.EdgeSummary>('EdgeSummary', 'An edge with its latest RED.').is(z.object({
  edge, health, rate: z.number(), errorShare: share, p95Ms: z.number(),
}));

const graph = { atMs: timeMs, nodes: list(nodeSummary), edges: list(edgeSummary) };
export const graphResponse = noun<Api.GraphResponse>('Graph', 'The service graph at a time.').is(z.object(graph));

export const demoResponse = noun<Api.DemoResponse>('Demo', 'The demo shop and the faults that can be planted.').is(z.object({
  state: z.enum(['off', 'history', 'live']),
  progress: share,
  faults: list(z.object({
    name: z.string(), title: z.string(), about: z.string(), active: z.boolean(), startedMs: timeMs.nullable(),
  })),
}));

export const nowResponse = noun<Api.NowResponse>('Now', 'The first page in one answer.').is(z.object({
  ...graph,
  paneMs: z.number(),
  incidents: list(incident),
  changes: list(change),
  findings: list(finding),
  demo: demoResponse,
  hasData: z.boolean(),
}));

export const servicesResponse = noun<Api.ServicesResponse>('Services', 'All services and virtual nodes.').is(z.object({
  atMs: timeMs, services: list(nodeSummary),
}));

export const serviceResponse = noun<Api.ServiceResponse>('Service', 'One service with everything that its page draws.').is(z.object({
  atMs: timeMs,
  paneMs: z.number(),
  summary: nodeSummary,
  red: list(red),
  operations: list(z.object({ id: entityId, name: z.string(), kind: z.string(), red: list(red) })),
  resources: list(seriesView),
  callers: list(edgeSummary),
  callees: list(edgeSummary),
  changes: list(change),
  findings: list(finding),
  incidents: list(incident),
}));

export const tracesResponse = noun<Api.TracesResponse>('Traces', 'Traces found.').is(z.object({ traces: list(traceSummary) }));
export const traceResponse = noun<Api.TraceResponse>('Trace', 'Spans of a trace, by start time: a page of them.').is(z.object({
  traceId: z.string(), spans: list(storedSpan),
  total: z.number().describe('Spans of the whole trace that are stored'), next: z.string().nullable().describe('What `after` is on the next page; null on the last'), truncated: z.boolean().describe('There is a next page'),
}));
export const logsResponse = noun<Api.LogsResponse>('Logs', 'Log records, newest first.').is(z.object({ logs: list(storedLog) }));
export const metricsResponse = noun<Api.MetricsResponse>('Metrics', 'Metrics that were received.').is(z.object({ metrics: list(metricInfo) }));
export const metricResponse = noun<Api.MetricResponse>('Metric', 'Series of one metric.').is(z.object({ name: z.string(), series: list(metricSeries) }));
export const attributesResponse = noun<Api.AttributesResponse>('AttributeKeys', 'Attribute keys with a few values each.').is(z.object({
  attributes: list(z.object({ key: z.string(), values: list(z.string()) })),
}));

export const findingsResponse = noun<Api.FindingsResponse>('Findings', 'Findings kept, newest first.').is(z.object({ findings: list(finding) }));
export const incidentsResponse = noun<Api.IncidentsResponse>('Incidents', 'Incidents kept: open first, then newest.').is(z.object({ incidents: list(incident) }));
export const incidentResponse = noun<Api.IncidentResponse>('IncidentPage', 'One incident with everything that its page draws.').is(z.object({
  incident, findings: list(finding), changes: list(change), graph: graphResponse,
  summary: z.string().describe('What broke, why and how sure, in plain English'),
  markdown: z.string().describe('The whole story in plain English, for a ticket or a chat'),
}));

export const configResponse = noun<Api.ConfigResponse>('Config', 'Settings in force and where each comes from.').is(z.object({
  settings: list(z.object({
    name: z.string(), value: z.string(), from: z.enum(['default', 'file', 'environment', 'flag']), unit: z.string(), about: z.string(),
  })),
}));

export const sessionResponse = noun<Api.SessionResponse>('Session', 'Whether this server asks for a token at all.').is(z.object({ needsToken: z.boolean() }));

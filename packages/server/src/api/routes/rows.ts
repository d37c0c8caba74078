import { ask, checkSteps, readFilters, readFlag, readNodeId, readRange } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { read } from '../route.ts';
import {
  attributesResponse, logsResponse, metricResponse, metricsResponse, traceResponse, tracesResponse,
} from '../schemas/answers.ts';
import { attributesQuery, limits, logsQuery, metricQuery, metricsQuery, pointsQuery, traceQuery, tracesQuery } from '../schemas/queries.ts';
import { pointsResponse } from '../schemas/rows.ts';
import { readTrace } from '../trace-page.ts';
import { exactRoutes } from './exact.ts';
import { profileRoutes } from './profiles.ts';

const storeErrors = ['not_supported', 'query_too_large', 'query_timeout'] as const;

function serviceOf(context: ApiContext, given: string | undefined): string | undefined {
  return given === undefined ? undefined : readNodeId(context.world(), given);
}

const traceRoutes = [
  read({
    path: '/traces', summary: 'Search traces', query: tracesQuery, answer: tracesResponse, errors: storeErrors,
    handle: async (context, { query }) => ({
      traces: await ask(context, 'traces')({
        ...readRange(context, query),
        service: serviceOf(context, query.service), operation: query.operation,
        minDurationMs: query.minDuration, maxDurationMs: query.maxDuration,
        errorsOnly: readFlag(query.errors), attributes: readFilters(query.attribute),
        order: query.order, limit: query.limit,
      }),
    }),
  }),
  read({
    path: '/traces/:id', summary: 'Spans of a trace by start time, a page of them; `next` leads on', query: traceQuery, answer: traceResponse, errors: ['unknown_id', ...storeErrors],
    handle: (context, { path, query }) => readTrace(context, path.id, query),
  }),
];

const logRoutes = [
  read({
    path: '/logs', summary: 'Search log records, newest first', query: logsQuery, answer: logsResponse, errors: storeErrors,
    handle: async (context, { query }) => ({
      logs: await ask(context, 'logs')({
        ...readRange(context, query),
        service: serviceOf(context, query.service), minSeverity: query.severity, text: query.text,
        traceId: query.trace?.toLowerCase(), attributes: readFilters(query.attribute), limit: query.limit,
      }),
    }),
  }),
];

const metricRoutes = [
  read({
    path: '/metrics', summary: 'Metrics that were received', query: metricsQuery, answer: metricsResponse, errors: storeErrors,
    handle: async (context, { query }) => ({
      metrics: await ask(context, 'metrics')({ ...readRange(context, query), text: query.text, limit: query.limit }),
    }),
  }),
  read({
    path: '/metrics/:name', summary: 'Series of one metric, by step', query: metricQuery, answer: metricResponse, errors: storeErrors,
    handle: async (context, { path, query }) => {
      const range = readRange(context, query);
      checkSteps(range, query.step);
      const series = await ask(context, 'metric')({
        name: path.name, ...range, stepMs: query.step,
        service: serviceOf(context, query.service), attributes: readFilters(query.attribute), read: query.read, limit: query.limit,
      });
      return { name: path.name, series };
    },
  }),
];

const pointRoutes = [
  read({
    path: '/metrics/:name/points', summary: 'Data points of one metric as they were sent, newest first', query: pointsQuery, answer: pointsResponse, errors: storeErrors,
    handle: async (context, { path, query }) => ({
      name: path.name,
      points: await ask(context, 'points')({ name: path.name, ...readRange(context, query), service: serviceOf(context, query.service), attributes: readFilters(query.attribute), limit: query.limit }),
    }),
  }),
];

const attributeRoutes = [
  read({
    path: '/attributes', summary: 'Attribute keys seen on a signal, with a few values each', query: attributesQuery, answer: attributesResponse, errors: storeErrors,
    handle: async (context, { query }) => ({
      attributes: await ask(context, 'attributes')({ signal: query.signal, key: query.key, limit: limits.attributeKeys }),
    }),
  }),
];

export const rowRoutes = [...traceRoutes, ...logRoutes, ...metricRoutes, ...pointRoutes, ...profileRoutes, ...exactRoutes, ...attributeRoutes];

import { read } from '../route.ts';
import { configResponse, graphResponse, healthResponse, nowResponse, selfResponse } from '../schemas/answers.ts';
import { graphQuery, none } from '../schemas/queries.ts';
import { graphAt } from '../summaries.ts';
import type { ApiContext } from '../context.ts';
import type { HealthResponse, NowResponse } from '../types.ts';

/** Health is always answered, also while the server is not well. */
function readHealth(context: ApiContext): HealthResponse {
  const problems = context.problems();
  return {
    status: problems.length === 0 ? 'ok' : 'degraded',
    version: context.version,
    startedMs: context.startedMs,
    nowMs: context.nowMs(),
    problems: problems.map(({ what, next }) => ({ what, next })),
  };
}

function readNow(context: ApiContext): NowResponse {
  const world = context.world();
  const explained = new Set(world.incidents.flatMap(({ findingIds }) => findingIds));
  return {
    ...graphAt(world, world.atMs),
    paneMs: world.paneMs,
    incidents: world.incidents,
    changes: world.changes.toSorted((a, b) => b.atMs - a.atMs),
    findings: world.findings.filter(({ active, id }) => active && !explained.has(id)).toSorted((a, b) => b.detectedMs - a.detectedMs),
    demo: context.demo.state(),
    hasData: context.hasData(),
  };
}

export const stateRoutes = [
  read({ path: '/health', summary: 'Whether the server is well', query: none, answer: healthResponse, handle: readHealth }),
  read({
    path: '/self', summary: 'The process about itself: memory, lags, sizes, engine counters', query: none, answer: selfResponse,
    handle: (context) => ({ ...context.self() }),
  }),
  read({ path: '/config', summary: 'Settings in force and where each comes from', query: none, answer: configResponse, handle: (context) => context.config() }),
  read({ path: '/now', summary: 'The first page in one answer', query: none, answer: nowResponse, handle: readNow }),
  read({
    path: '/graph', summary: 'The service graph at a time', query: graphQuery, answer: graphResponse,
    handle: (context, { query }) => {
      const world = context.world();
      return graphAt(world, Math.min(query.at ?? world.atMs, world.atMs));
    },
  }),
];

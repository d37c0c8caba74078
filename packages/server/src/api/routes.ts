import { z } from 'zod';
import { describeApi } from './openapi.ts';
import type { LookBacks } from './look-back/look-backs.ts';
import { read, type Route } from './route.ts';
import { accessRoutes } from './routes/access.ts';
import { backtestRoutes } from './routes/backtests.ts';
import { demoRoutes } from './routes/demo.ts';
import { detectionRoutes } from './routes/detection.ts';
import { incidentReplayRoutes } from './routes/incident-replay.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { liveRoutes } from './routes/live.ts';
import { makeLookBackRoutes } from './routes/look-back.ts';
import { makeRefinedRoutes } from './routes/refined.ts';
import { rowRoutes } from './routes/rows.ts';
import { serviceRoutes } from './routes/services.ts';
import { sessionRoutes } from './routes/session.ts';
import { stateRoutes } from './routes/state.ts';
import type { Refinements } from '../refine/refinements.ts';
import { none } from './schemas/queries.ts';

/** The table of routes: what is served and what is documented are the same rows. Literal paths stand before parameters. */
export function makeRoutes(version: string, lookBacks: LookBacks, refinements: Refinements): readonly Route[] {
  let document: Record<string, unknown> | null = null;
  const routes: readonly Route[] = [
    ...stateRoutes, ...ingestRoutes, ...accessRoutes, ...serviceRoutes, ...incidentRoutes, ...incidentReplayRoutes, ...makeRefinedRoutes(refinements), ...detectionRoutes, ...backtestRoutes, ...liveRoutes, ...rowRoutes, ...makeLookBackRoutes(lookBacks), ...demoRoutes, ...sessionRoutes,
    read({
      path: '/openapi.json', summary: 'This document', query: none, answer: z.record(z.string(), z.unknown()),
      handle: () => (document ??= describeApi(routes, version)),
    }),
  ];
  return routes;
}

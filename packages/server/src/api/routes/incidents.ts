import { CodedError } from '../../errors.ts';
import { readFlag } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { read } from '../route.ts';
import { findingsResponse, incidentResponse, incidentsResponse } from '../schemas/answers.ts';
import { findingsQuery, incidentsQuery, none } from '../schemas/queries.ts';
import { graphAt } from '../summaries.ts';
import type { IncidentResponse } from '../types.ts';
import { summarizeIncident } from '../../words/incident.ts';

/** Changes this long before the onset are shown beside an incident. */
const changesBeforeMs = 30 * 60_000;

function readIncident(context: ApiContext, id: string): IncidentResponse {
  const world = context.world();
  const incident = world.incidents.find((each) => each.id === id);
  if (incident === undefined) throw new CodedError('unknown_id', id, { detail: 'No incident of this id is kept.' });
  const own = new Set(incident.findingIds);
  const untilMs = incident.resolvedMs ?? world.atMs;
  // Of a resolved incident the map shows the moment of its last explanation, when it was still to be seen.
  const atMs = incident.state === 'resolved' ? Math.min(incident.explanation.explainedAtMs, world.atMs) : world.atMs;
  return {
    incident,
    findings: world.findings.filter((finding) => own.has(finding.id)).toSorted((a, b) => a.onsetMs - b.onsetMs),
    changes: world.changes.filter((change) => change.atMs >= incident.onsetMs - changesBeforeMs && change.atMs <= untilMs).toSorted((a, b) => b.atMs - a.atMs),
    graph: graphAt(world, atMs),
    summary: summarizeIncident(incident, world.nodes.map(({ node }) => node)),
  };
}

export const incidentRoutes = [
  read({
    path: '/incidents', summary: 'Incidents: unresolved first, then newest', query: incidentsQuery, answer: incidentsResponse,
    handle: (context, { query }) => {
      const wanted = context.world().incidents.filter(({ state }) =>
        query.state === undefined || state === query.state || (query.state === 'unresolved' && state !== 'resolved'));
      return { incidents: wanted.slice(0, query.limit) };
    },
  }),
  read({
    path: '/incidents/:id', summary: 'One incident with causes, evidence, findings, changes and the map', query: none, answer: incidentResponse, errors: ['unknown_id'],
    handle: (context, { path }) => readIncident(context, path.id),
  }),
  read({
    path: '/findings', summary: 'Findings, newest first', query: findingsQuery, answer: findingsResponse,
    handle: (context, { query }) => {
      const { active, limit } = query;
      const wanted = context.world().findings.filter((finding) => active === undefined || finding.active === readFlag(active));
      return { findings: wanted.toSorted((a, b) => b.detectedMs - a.detectedMs).slice(0, limit) };
    },
  }),
];

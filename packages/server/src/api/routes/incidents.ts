import type { Incident } from '@clew/engine';
import { CodedError } from '../../errors.ts';
import { readFlag, readNodeId } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { change, read } from '../route.ts';
import { findingsResponse, incidentResponse, incidentsResponse } from '../schemas/answers.ts';
import { causeVerdictBody, findingsQuery, incidentsQuery, none } from '../schemas/queries.ts';
import { graphAt } from '../summaries.ts';
import type { IncidentResponse } from '../types.ts';
import { summarizeIncident, tellStory, toMarkdown } from '@clew/words';

/** Changes this long before the onset are shown beside an incident. */
const changesBeforeMs = 30 * 60_000;

function findIncident(context: ApiContext, id: string): Incident {
  const incident = context.world().incidents.find((each) => each.id === id);
  if (incident === undefined) throw new CodedError('unknown_id', id, { detail: 'No incident of this id is kept.' });
  return incident;
}

function toIncidentResponse(context: ApiContext, incident: Incident): IncidentResponse {
  const world = context.world();
  const own = new Set(incident.findingIds);
  const untilMs = incident.resolvedMs ?? world.atMs;
  // Of a resolved incident the map shows the moment of its last explanation, when it was still to be seen.
  const atMs = incident.state === 'resolved' ? Math.min(incident.explanation.explainedAtMs, world.atMs) : world.atMs;
  const findings = world.findings.filter((finding) => own.has(finding.id)).toSorted((a, b) => a.onsetMs - b.onsetMs);
  const changes = world.changes.filter((each) => each.atMs >= incident.onsetMs - changesBeforeMs && each.atMs <= untilMs).toSorted((a, b) => b.atMs - a.atMs);
  const nodes = world.nodes.map(({ node }) => node);
  return {
    incident, findings, changes, graph: graphAt(world, atMs),
    summary: summarizeIncident(incident, nodes), markdown: toMarkdown(tellStory({ incident, findings, changes, nodes })),
  };
}

/** What may have been the cause: whatever the answer names, and everything that is or was on the map, machines included. */
function readCause(context: ApiContext, { explanation }: Incident, text: string): string {
  if ([...explanation.causes, ...explanation.ruledOut].some(({ entity }) => entity === text)) return text;
  const world = context.world();
  const id = readNodeId(world, text);
  if (world.nodes.some(({ node }) => node.id === id || node.hosts.includes(id))) return id;
  throw new CodedError('bad_query', text, { detail: 'Field cause names nothing that is known: GET /incidents/{id} lists the candidates, GET /graph everything else.' });
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
    handle: (context, { path }) => toIncidentResponse(context, findIncident(context, path.id)),
  }),
  change({
    method: 'POST', path: '/incidents/:id/verdict', summary: 'Say what the cause of an incident really was; null takes it back', query: none, body: causeVerdictBody, answer: incidentResponse, errors: ['unknown_id', 'storage_failed', 'overload'],
    handle: async (context, { path, body, by }) => {
      const incident = findIncident(context, path.id);
      const cause = body.cause === null ? null : readCause(context, incident, body.cause);
      const said = { cause, by, atMs: context.nowMs() };
      await context.tellEngine({ kind: 'incident_verdict', incident: incident.id, ...said });
      return toIncidentResponse(context, { ...findIncident(context, incident.id), verdict: cause === null ? null : { ...said, cause } });
    },
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

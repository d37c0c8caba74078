import type { World } from '@clew/engine';
import { CodedError } from '../../errors.ts';
import { ask, checkSteps, readNodeId, readRange } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { read } from '../route.ts';
import { serviceResponse, servicesResponse } from '../schemas/answers.ts';
import { serviceFeaturesResponse } from '../schemas/detection.ts';
import { none, redQuery } from '../schemas/queries.ts';
import { storedRed } from '../schemas/rows.ts';
import { graphAt } from '../summaries.ts';
import { nodeOf, touchedNodes } from '../touched.ts';
import type { ServiceResponse } from '../types.ts';

function readService(context: ApiContext, given: string): ServiceResponse {
  const world: World = context.world();
  const id = readNodeId(world, given);
  const view = world.nodes.find(({ node }) => node.id === id);
  const graph = graphAt(world, world.atMs);
  const summary = graph.nodes.find(({ node }) => node.id === id);
  if (view === undefined || summary === undefined) throw new CodedError('unknown_id', given, { detail: 'No service or virtual node of this id has been seen.' });
  return {
    atMs: world.atMs,
    paneMs: world.paneMs,
    summary,
    red: view.red,
    operations: view.operations,
    resources: view.resources,
    callers: graph.edges.filter(({ edge }) => edge.to === id),
    callees: graph.edges.filter(({ edge }) => edge.from === id),
    changes: world.changes.filter(({ entity }) => entity !== null && nodeOf(entity) === id).toSorted((a, b) => b.atMs - a.atMs),
    findings: world.findings.filter(({ node }) => node === id).toSorted((a, b) => b.detectedMs - a.detectedMs),
    incidents: world.incidents.filter((incident) => touchedNodes(incident, world.findings).has(id)),
  };
}

export const serviceRoutes = [
  read({
    path: '/services', summary: 'All services and virtual nodes with health and sparklines', query: none, answer: servicesResponse,
    handle: (context) => {
      const { atMs, nodes } = graphAt(context.world(), context.world().atMs);
      return { atMs, services: nodes };
    },
  }),
  read({
    path: '/services/:id', summary: 'One service: RED, resources, operations, callers, callees, changes', query: none, answer: serviceResponse, errors: ['unknown_id'],
    handle: (context, { path }) => readService(context, path.id),
  }),
  read({
    path: '/services/:id/features', summary: 'Every feature of a service that is known, as it stands at the last closed pane', query: none, answer: serviceFeaturesResponse,
    handle: async (context, { path }) => ({ features: await context.features(readNodeId(context.world(), path.id)) }),
  }),
  read({
    path: '/services/:id/red', summary: 'Rate, errors and duration from stored spans, by step', query: redQuery, answer: storedRed, errors: ['not_supported', 'query_too_large', 'query_timeout'],
    handle: (context, { path, query }) => {
      const range = readRange(context, query);
      checkSteps(range, query.step);
      return ask(context, 'red')({ service: readNodeId(context.world(), path.id), operation: query.operation, ...range, stepMs: query.step });
    },
  }),
];

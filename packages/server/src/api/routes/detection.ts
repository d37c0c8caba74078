import { randomBytes } from 'node:crypto';
import type { Finding, Maintenance } from '@clew/engine';
import { CodedError } from '../../errors.ts';
import { readNodeId } from '../ask.ts';
import { detectorRows, featureRows } from '../catalogue.ts';
import type { ApiContext } from '../context.ts';
import { change, read } from '../route.ts';
import { detectionResponse, detectorsResponse, featuresResponse, findingResponse, maintenance, maintenanceResponse, seriesResponse } from '../schemas/detection.ts';
import { limits, maintenanceBody, none, seriesQuery, verdictBody } from '../schemas/queries.ts';
import type { FindingResponse } from '../types.ts';

function findFinding(context: ApiContext, id: string): Finding {
  const finding = context.world().findings.find((each) => each.id === id);
  if (finding === undefined) throw new CodedError('unknown_id', id, { detail: 'No finding of this id is kept.' });
  return finding;
}

function toFindingResponse(context: ApiContext, finding: Finding): FindingResponse {
  const { incidents, detection } = context.world();
  return {
    finding, incidentIds: incidents.filter(({ findingIds }) => findingIds.includes(finding.id)).map(({ id }) => id),
    maintenance: detection.maintenance.find(({ id }) => id === finding.maintenance) ?? null,
  };
}

/** Announced work that is not over yet: the engine still knows of what was, for findings that began in it. */
function announced(context: ApiContext): readonly Maintenance[] {
  const nowMs = context.nowMs();
  return context.world().detection.maintenance.filter(({ toMs }) => toMs > nowMs);
}

async function announce(context: ApiContext, by: string, body: { readonly entity: string | null; readonly from?: number | undefined; readonly to: number; readonly reason: string }): Promise<Maintenance> {
  const nowMs = context.nowMs();
  const { from = nowMs, to, reason } = body;
  const wrong = (detail: string): CodedError => new CodedError('bad_query', `from=${from}&to=${to}`, { detail });
  if (from >= to) throw wrong('Field from must be before to.');
  if (to <= nowMs) throw wrong('Field to must be in the future: what is over cannot be announced.');
  if (to - from > limits.maintenanceMsMax) throw wrong(`One announcement covers at most ${limits.maintenanceMsMax / 86_400_000} days.`);
  if (announced(context).length >= limits.maintenanceMax) throw new CodedError('bad_query', `${announced(context).length} announced`, { detail: `At most ${limits.maintenanceMax} are kept: end some first.` });
  const notice: Maintenance = { kind: 'maintenance', id: `m-${randomBytes(6).toString('hex')}`, entity: body.entity === null ? null : readEntity(context, body.entity), fromMs: from, toMs: to, reason, by, atMs: nowMs };
  await context.tellEngine(notice);
  return notice;
}

/** A node by its id or its name; other entities by their id. What is not there yet may be announced under its id. */
function readEntity(context: ApiContext, text: string): string {
  return /^(operation|instance|edge):/.test(text) ? text : readNodeId(context.world(), text);
}

export const detectionRoutes = [
  read({
    path: '/findings/:id', summary: 'One finding with its votes, and the incidents that it belongs to', query: none, answer: findingResponse, errors: ['unknown_id'],
    handle: (context, { path }) => toFindingResponse(context, findFinding(context, path.id)),
  }),
  change({
    method: 'POST', path: '/findings/:id/verdict', summary: 'Say that a finding is real or noise; null takes it back', query: none, body: verdictBody, answer: findingResponse, errors: ['unknown_id', 'storage_failed', 'overload'],
    handle: async (context, { path, body: { verdict }, by }) => {
      const { id } = findFinding(context, path.id);
      await context.tellEngine({ kind: 'finding_verdict', finding: id, verdict, by, atMs: context.nowMs() });
      return toFindingResponse(context, { ...findFinding(context, id), verdict });
    },
  }),
  read({
    path: '/series', summary: 'A judged series with the band that was expected of it', query: seriesQuery, answer: seriesResponse, errors: ['unknown_id'],
    handle: async (context, { query: { key } }) => {
      const series = await context.series(key);
      if (series === null) throw new CodedError('unknown_id', key, { detail: 'No series of this key is judged now.' });
      return series;
    },
  }),
  read({ path: '/detection', summary: 'How detection itself is doing: budget, detectors, noisiest series, announced maintenance', query: none, answer: detectionResponse, handle: (context) => ({ ...context.world().detection, maintenance: announced(context) }) }),
  read({ path: '/features', summary: 'The catalogue of features', query: none, answer: featuresResponse, handle: () => ({ features: featureRows }) }),
  read({ path: '/detectors', summary: 'The catalogue of detectors', query: none, answer: detectorsResponse, handle: () => ({ detectors: detectorRows }) }),
  read({ path: '/maintenance', summary: 'Announced maintenance', query: none, answer: maintenanceResponse, handle: (context) => ({ maintenance: announced(context) }) }),
  change({
    method: 'POST', path: '/maintenance', summary: 'Announce maintenance: what leaves its range is shown and opens no incident', query: none, body: maintenanceBody, answer: maintenance, errors: ['storage_failed', 'overload'],
    handle: (context, { body, by }) => announce(context, by, body),
  }),
  change({
    method: 'DELETE', path: '/maintenance/:id', summary: 'End announced maintenance now, or take it back', query: none, body: null, answer: maintenanceResponse, errors: ['unknown_id', 'storage_failed', 'overload'],
    handle: async (context, { path: { id }, by }) => {
      if (!announced(context).some((each) => each.id === id)) throw new CodedError('unknown_id', id, { detail: 'No maintenance of this id is announced.' });
      await context.tellEngine({ kind: 'maintenance_end', id, by, atMs: context.nowMs() });
      return { maintenance: announced(context).filter((each) => each.id !== id) };
    },
  }),
];

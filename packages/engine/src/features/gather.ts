import type { EngineSettings, EntityId, Observation, TemplateCount } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { coldMs } from './bounds.ts';
import { featureOf } from './catalogue.ts';
import type { EdgeTally } from './edges.ts';
import { settledPanes } from './instances.ts';
import { freshLogs } from './logs.ts';
import { addSum, makeSlice } from './partials.ts';
import type { Slice } from './partials.ts';
import type { PaneRequests } from './red.ts';
import type { FeaturesState, PaneState } from './state.ts';
import { sumTraces } from './trace-shape.ts';
import { follow, keepSlice, noteLevel } from './windows.ts';

/** Everything that a closing pane has found out by then. */
export interface Found {
  readonly pane: PaneState;
  readonly requests: PaneRequests;
  readonly edges: ReadonlyMap<EntityId, EdgeTally>;
  readonly assembly: Assembly;
  readonly templates: readonly TemplateCount[];
}

/** The partials of a pane by entity; levels and restarts come later, from `keepSlices`. */
export function gatherSlices(state: FeaturesState, settings: EngineSettings, { pane, requests, edges, assembly, templates }: Found): Map<EntityId, Slice> {
  const slices = new Map<EntityId, Slice>();
  const sliceOf = (entity: EntityId): Slice => {
    let slice = slices.get(entity);
    if (slice === undefined) slices.set(entity, slice = makeSlice());
    return slice;
  };
  for (const all of [requests.entities, requests.instances]) {
    for (const { entity, tally } of all.values()) {
      const slice = sliceOf(entity);
      addSum(slice, 'requests', tally.count);
      addSum(slice, 'errors', tally.errors);
      addSum(slice, 'durationNs', tally.totalNs);
      slice.durations = tally.durations;
    }
  }
  for (const { from, tally } of edges.values()) {
    if (from.startsWith('queue:')) addSum(sliceOf(from), 'consumed', tally.count);
    if (!from.startsWith('service:')) continue;
    addSum(sliceOf(from), 'calls', tally.count);
    addSum(sliceOf(from), 'callErrors', tally.errors);
  }
  for (const shape of pane.shapes) {
    addSum(sliceOf(shape.service), 'spans', shape.spans);
    if (shape.served !== null && isCold(state, shape.instance, pane.startMs, settings.paneMs)) addSum(sliceOf(shape.service), 'coldRequests', shape.served.count);
  }
  sumTraces(assembly, sliceOf);
  for (const [service, { count, errors }] of pane.logs) {
    addSum(sliceOf(service), 'logs', count);
    addSum(sliceOf(service), 'errorLogs', errors);
  }
  for (const [service, records] of freshLogs(templates, pane.startMs)) addSum(sliceOf(service), 'freshLogs', records);
  for (const [service, users] of pane.users) sliceOf(service).users = users;
  return slices;
}

/** New beside others: the first instances of a service that has just been heard of may have served for long. */
function isCold(state: FeaturesState, instance: EntityId, startMs: number, paneMs: number): boolean {
  const known = state.instances.get(instance);
  const service = known === undefined ? undefined : state.services.get(known.service);
  return known !== undefined && service !== undefined && startMs - known.firstSeenMs < coldMs && known.firstSeenMs - service.firstSeenMs >= settledPanes * paneMs;
}

/** Moves the windows on. `metrics` are levels of the entities that they name; metrics under their own name have no windows. */
export function keepSlices(state: FeaturesState, settings: EngineSettings, startMs: number, slices: Map<EntityId, Slice>, metrics: readonly Observation[]): void {
  for (const { entity, feature, subject, unit, value } of metrics) {
    const row = featureOf(feature);
    const isRestart = feature === 'restarts';
    if (!isRestart && (!('level' in row.expression) || row.subject === 'metric name')) continue;
    const followed = follow(state.windows, entity, startMs, state.counters);
    if (followed === null) continue;
    let slice = slices.get(entity);
    if (slice === undefined) slices.set(entity, slice = makeSlice());
    // Told by metrics or seen by their instances: `metrics` has the larger of both.
    if (isRestart) addSum(slice, 'restarts', Math.round(value));
    else noteLevel(followed, slice, feature, subject, unit, value, state.counters);
  }
  for (const entity of [...slices.keys()].sort()) {
    const slice = slices.get(entity);
    const followed = follow(state.windows, entity, startMs, state.counters);
    if (slice !== undefined && followed !== null) keepSlice(followed, startMs, slice, settings);
  }
}

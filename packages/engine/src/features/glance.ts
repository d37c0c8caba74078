import type { EngineSettings, EntityId, Observation, Pane, Red } from '../model/index.ts';
import { assemble } from './assemble.ts';
import { attribute } from './attribute.ts';
import { openCallees } from './callees.ts';
import { carryOver, withCarried } from './carry.ts';
import { tallyEdges } from './edges.ts';
import { countInstances } from './instance-counts.ts';
import { openPanes } from './peek.ts';
import { observeRequests, sumRequests, toRed } from './red.ts';
import type { FeaturesState } from './state.ts';
import { closeValues } from './values.ts';

/** Open panes are assembled ahead of their time only while they hold fewer spans than this. */
const glanceSpansMax = 100_000;

/**
 * The open panes as they would be if they ended now, requests and attributions only, oldest first; none when they hold too
 * many spans. The stage learns from them nothing that closing them would not teach.
 */
export function glancePanes(state: FeaturesState, { paneMs }: EngineSettings): Pane[] {
  const starts = openPanes(state);
  if (starts.reduce((sum, startMs) => sum + (state.panes.get(startMs)?.spans.count ?? 0), state.carried.spans.count) > glanceSpansMax) return [];
  const counters = {};
  let { carried } = state;
  const panes: Pane[] = [];
  for (const startMs of starts) {
    const pane = state.panes.get(startMs);
    if (pane === undefined) continue;
    const { rows, shapes, errorTypes } = withCarried(carried, pane, paneMs);
    const assembly = assemble(rows, shapes, errorTypes, counters);
    const callees = openCallees(state, assembly, startMs);
    const requests = sumRequests(pane.shapes, tallyEdges(assembly, callees, pane.shapes), assembly);
    const red = new Map<EntityId, Red>();
    const observations: Observation[] = [];
    for (const each of [...requests.entities.values(), ...requests.instances.values()]) {
      const own = toRed(each.tally, startMs, paneMs);
      if (requests.entities.has(each.entity)) red.set(each.entity, own);
      observations.push(...observeRequests(each, own, assembly).filter((one) => one.feature !== 'request_rate'));
    }
    const attributions = attribute(assembly, callees, (operation) => requests.entities.get(operation)?.tally, counters);
    carried = carryOver(assembly, startMs, counters);
    const changes = [...pane.changes.values()].sort((left, right) => left.atMs - right.atMs || (left.id < right.id ? -1 : 1));
    panes.push({ startMs, endMs: startMs + paneMs, observations: observations.sort((left, right) => (left.series < right.series ? -1 : 1)), red, attributions, templates: [], changes, instances: countInstances(pane.shapes), values: closeValues(pane.values, counters) });
  }
  return panes;
}

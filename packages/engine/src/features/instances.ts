import type { EntityId, Observation } from '../model/index.ts';
import { count, instancePanes, presencePanes } from './bounds.ts';
import { tell } from './changes.ts';
import { observe } from './observe.ts';
import type { FeaturesState, InstanceHeard, InstanceState, PaneState } from './state.ts';

/** Panes for which a service must be known before a new instance means that it grew. */
export const settledPanes = 3;

/**
 * What the pane says about instances: one that began anew under its old identity, or took the place of one that went
 * silent, is a restart (unless a new version came with it: that is told as such); one more is a scaling. Gives the number
 * of restarts by service, 0 for those that were heard without any.
 */
export function noteInstances(state: FeaturesState, pane: PaneState, paneMs: number, instancesMax: number): Map<EntityId, number> {
  const restarts = new Map<EntityId, number>();
  const renewed = new Set([...pane.changes.values()].filter((each) => each.kind === 'version').map((each) => each.entity));
  for (const [id, heard] of [...pane.instances].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (!restarts.has(heard.service)) restarts.set(heard.service, 0);
    const known = state.instances.get(id);
    const wasRestarted = known === undefined
      ? noteNew(state, pane, id, heard, paneMs, renewed.has(heard.service), instancesMax)
      : noteAgain(state, pane, id, heard, known);
    if (wasRestarted) restarts.set(heard.service, (restarts.get(heard.service) ?? 0) + 1);
  }
  return restarts;
}

function noteAgain(state: FeaturesState, pane: PaneState, id: EntityId, heard: InstanceHeard, known: InstanceState): boolean {
  known.lastSeenMs = Math.max(known.lastSeenMs, pane.startMs);
  known.replaced = false;
  if (heard.process === '' || heard.process === known.process) return false;
  const isNew = known.process !== '';
  if (isNew) tell(state, pane, { kind: 'restart', entity: heard.service, atMs: heard.firstMs, what: `${id.slice('instance:'.length)} began anew`, from: known.process, to: heard.process });
  known.process = heard.process;
  return isNew;
}

function noteNew(state: FeaturesState, pane: PaneState, id: EntityId, heard: InstanceHeard, paneMs: number, isRenewed: boolean, instancesMax: number): boolean {
  if (state.instances.size >= instancesMax) {
    count(state.counters, 'instances_over_limit');
    return false;
  }
  const service = state.services.get(heard.service);
  const isSettled = service !== undefined && pane.startMs - service.firstSeenMs >= settledPanes * paneMs;
  const before = instancesOf(state, heard.service, pane.startMs - presencePanes * paneMs);
  state.instances.set(id, { service: heard.service, host: heard.host, firstSeenMs: pane.startMs, lastSeenMs: pane.startMs, process: heard.process, replaced: false });
  if (!isSettled || before.length === 0) return false;
  const gone = before.filter(([each, instance]) => !pane.instances.has(each) && !instance.replaced && (instance.host === heard.host || instance.host === '' || heard.host === ''));
  const [lost] = gone.sort(([left, { lastSeenMs: leftMs }], [right, { lastSeenMs: rightMs }]) => rightMs - leftMs || (left < right ? -1 : 1));
  if (lost !== undefined) {
    lost[1].replaced = true;
    if (isRenewed) return false;
    tell(state, pane, { kind: 'restart', entity: heard.service, atMs: heard.firstMs, what: `${nameOf(id)} took the place of ${nameOf(lost[0])}`, from: nameOf(lost[0]), to: nameOf(id) });
    return true;
  }
  const many = before.filter(([, { replaced }]) => !replaced).length;
  if (!isRenewed) tell(state, pane, { kind: 'scale', entity: heard.service, atMs: heard.firstMs, what: `instances ${many} → ${many + 1}`, from: String(many), to: String(many + 1) });
  return false;
}

function nameOf(instance: EntityId): string {
  return instance.slice(instance.indexOf('#') + 1);
}

function instancesOf(state: FeaturesState, service: EntityId, sinceMs: number): [EntityId, InstanceState][] {
  return [...state.instances].filter(([, each]) => each.service === service && each.lastSeenMs >= sinceMs);
}

/** How many instances each service of the pane has, and the restarts. */
export function observeInstances(state: FeaturesState, pane: PaneState, paneMs: number, restarts: ReadonlyMap<EntityId, number>): Observation[] {
  const alive = new Map<EntityId, number>();
  for (const { service, lastSeenMs, replaced } of state.instances.values()) {
    if (!replaced && pane.startMs - lastSeenMs < instancePanes * paneMs) alive.set(service, (alive.get(service) ?? 0) + 1);
  }
  return [...restarts].flatMap(([service, restarted]) => [
    observe({ entity: service, node: service, feature: 'instance_count', value: alive.get(service) ?? 0, weight: alive.get(service) ?? 0 }),
    observe({ entity: service, node: service, feature: 'restarts', value: restarted, weight: restarted }),
  ]);
}


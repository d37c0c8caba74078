import type { EngineSettings, EntityId, Observation, Pane, Red } from '../model/index.ts';
import { assemble } from './assemble.ts';
import type { Assembly } from './assemble.ts';
import { attribute } from './attribute.ts';
import { forgetMs, forgetWhenFullMs, labelMs, peerNamesMax, silencePanes, sweepPanes } from './bounds.ts';
import { openCallees } from './callees.ts';
import { carryOver, withCarried } from './carry.ts';
import { featureOf } from './catalogue.ts';
import { noteAppearances } from './changes.ts';
import { tallyEdges } from './edges.ts';
import type { EdgeTally } from './edges.ts';
import { gatherSlices, keepSlices } from './gather.ts';
import { seeEdge, seeNode, sweepGraph } from './graph.ts';
import { countInstances } from './instance-counts.ts';
import { noteInstances, observeInstances } from './instances.ts';
import { countTemplates, observeLogs } from './logs.ts';
import { observe } from './observe.ts';
import { observeRequests, sumRequests, toRed } from './red.ts';
import type { PaneRequests } from './red.ts';
import { observeMetrics } from './resources.ts';
import { readPane, sweepSeries } from './series.ts';
import { closeSessions } from './sessions.ts';
import { openPane } from './state.ts';
import type { FeaturesState, PaneState } from './state.ts';
import { observeTraces } from './told.ts';
import { closeValues } from './values.ts';
import { sweepWindows } from './windows.ts';

/** Closes the pane that begins at `startMs`: all that it has to say, and the graph as it stands then. Later items of it are late. */
export function closePane(state: FeaturesState, settings: EngineSettings, startMs: number): Pane {
  const { paneMs, limits } = settings;
  const endMs = startMs + paneMs;
  const pane = state.panes.get(startMs) ?? openPane(startMs);
  state.panes.delete(startMs);
  state.closedMs = Math.max(state.closedMs, endMs);
  state.panesClosed++;

  const { rows, shapes, errorTypes } = withCarried(state.carried, pane, paneMs);
  const assembly = assemble(rows, shapes, errorTypes, state.counters);
  const callees = openCallees(state, assembly, startMs);
  const edges = tallyEdges(assembly, callees, pane.shapes);
  updateGraph(state, settings, pane, edges, endMs);
  const requests = sumRequests(pane.shapes, edges, assembly);
  const red = new Map<EntityId, Red>([...requests.entities].sort(byKey).map(([id, { tally }]) => [id, toRed(tally, startMs, paneMs)]));
  const attributions = attribute(assembly, callees, (operation) => requests.entities.get(operation)?.tally, state.counters);
  state.carried = carryOver(assembly, startMs, state.counters);

  noteAppearances(state, pane, paneMs, limits.versionsPerService);
  const restarts = noteInstances(state, pane, paneMs, limits.instances);
  updateServices(state, pane, endMs);
  const templates = countTemplates(state, pane);
  const sessions = closeSessions(state.sessions, assembly, startMs, endMs, state.counters);
  const slices = gatherSlices(state, settings, { pane, requests, edges, assembly, templates });
  const metrics = largest([...observeInstances(state, pane, paneMs, restarts), ...observeMetrics(state, readPane(state, pane.points, paneMs), startMs)]);
  const observations = [
    ...observeAllRequests(requests, red, assembly, startMs, paneMs),
    ...observeSilence(state, requests, startMs, paneMs),
    ...observeTraces(state, settings, slices, endMs),
    ...metrics.filter((each) => featureOf(each.feature).role === 'judged'),
    ...observeLogs(state, pane, templates, paneMs),
  ].sort((left, right) => (left.series < right.series ? -1 : left.series > right.series ? 1 : 0));
  keepSlices(state, settings, startMs, slices, metrics);
  if (state.panesClosed % sweepPanes === 0) sweep(state, settings, startMs);
  const changes = [...pane.changes.values()].sort((left, right) => left.atMs - right.atMs || (left.id < right.id ? -1 : 1));
  return { startMs, endMs, observations, red, attributions, templates, sessions, changes, instances: countInstances(pane.shapes), values: closeValues(pane.values, state.counters), recordValues: closeValues(pane.recordValues, state.counters) };
}

function byKey<T>([left]: [string, T], [right]: [string, T]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function observeAllRequests(requests: PaneRequests, red: ReadonlyMap<EntityId, Red>, assembly: Assembly, startMs: number, paneMs: number): Observation[] {
  const found: Observation[] = [];
  for (const each of requests.entities.values()) {
    const own = red.get(each.entity);
    if (own !== undefined) found.push(...observeRequests(each, own, assembly));
  }
  for (const each of requests.instances.values()) found.push(...observeRequests(each, toRed(each.tally, startMs, paneMs), assembly));
  return found;
}

/** Silence is told, so that it can be seen: what had traffic in the last panes and has none now has the rate 0 with weight 0. */
function observeSilence(state: FeaturesState, requests: PaneRequests, startMs: number, paneMs: number): Observation[] {
  for (const { entity, node } of requests.entities.values()) state.lively.set(entity, { node, lastMs: startMs });
  const found: Observation[] = [];
  for (const [entity, { node, lastMs }] of state.lively) {
    if (lastMs >= startMs) continue;
    if (startMs - lastMs > silencePanes * paneMs) state.lively.delete(entity);
    else found.push(observe({ entity, node, feature: 'request_rate', value: 0, weight: 0 }));
  }
  return found;
}

/** Of two observations of one series (restarts told by metrics and by instances) the larger. */
function largest(observations: readonly Observation[]): Observation[] {
  const found = new Map<string, Observation>();
  for (const each of observations) {
    const known = found.get(each.series);
    if (known === undefined || each.value > known.value) found.set(each.series, each);
  }
  return [...found.values()];
}

/** Moves the graph on; edges for which there is no room are taken out of `edges`. */
function updateGraph(state: FeaturesState, { limits }: EngineSettings, pane: PaneState, edges: Map<EntityId, EdgeTally>, endMs: number): void {
  const { graph, counters } = state;
  const { startMs } = pane;
  const heard = new Set<EntityId>([...pane.shapes.map((each) => each.service), ...pane.logs.keys(), ...[...pane.instances.values()].map((each) => each.service)]);
  for (const id of [...heard].sort()) seeService(state, id, startMs, endMs);
  for (const [id, { from, to, kind, peer }] of [...edges].sort(byKey)) {
    let isWhole = true;
    for (const end of [from, to]) {
      if (end === 'user') seeNode(graph, { id: 'user', kind: 'user', name: 'user', namespace: '', environment: '', system: '', language: '' }, startMs, endMs, counters);
      else if (peer !== null && end === peer.id) {
        isWhole = seeNode(graph, { id: end, kind: peer.kind, name: peer.name, namespace: '', environment: '', system: peer.system, language: '' }, startMs, endMs, counters) !== null && isWhole;
      } else seeService(state, end, startMs, endMs);
    }
    if (!isWhole || !seeEdge(graph, from, to, kind, startMs, endMs, limits, counters)) edges.delete(id);
  }
}

function seeService(state: FeaturesState, id: EntityId, startMs: number, endMs: number): void {
  const service = state.services.get(id);
  if (service === undefined) return;
  const { name, namespace, environment, language } = service;
  seeNode(state.graph, { id, kind: 'service', name, namespace, environment, system: '', language }, startMs, endMs, state.counters);
}

/** Versions and hosts of the nodes that were heard. */
function updateServices(state: FeaturesState, pane: PaneState, endMs: number): void {
  for (const [id] of pane.versions) {
    const service = state.services.get(id);
    const node = state.graph.nodes.get(id);
    if (service !== undefined && node !== undefined) node.versions = [...service.versions.keys()];
  }
  const hosts = new Map<EntityId, Set<EntityId>>();
  for (const { service, host, lastSeenMs } of state.instances.values()) {
    if (host !== '' && endMs - lastSeenMs <= forgetWhenFullMs) hosts.set(service, (hosts.get(service) ?? new Set()).add(host));
  }
  for (const [id, on] of hosts) {
    const node = state.graph.nodes.get(id);
    if (node !== undefined) node.hosts = [...on].sort();
  }
  for (const shape of pane.shapes) {
    const service = state.services.get(shape.service);
    if (service !== undefined && service.lastSeenMs < endMs) service.lastSeenMs = endMs;
  }
  for (const id of [...pane.logs.keys(), ...[...pane.instances.values()].map((each) => each.service)]) {
    const service = state.services.get(id);
    if (service !== undefined && service.lastSeenMs < endMs) service.lastSeenMs = endMs;
  }
}

/** Lets go of what was not heard for long: sooner where a table is full. */
function sweep(state: FeaturesState, { limits }: EngineSettings, nowMs: number): void {
  const serviceMs = state.services.size >= limits.services ? forgetWhenFullMs : forgetMs;
  for (const [id, service] of state.services) {
    if (nowMs - service.lastSeenMs > serviceMs) {
      state.services.delete(id);
      continue;
    }
    for (const labels of [service.regions, service.tenants]) {
      for (const [label, lastMs] of labels) if (nowMs - lastMs > labelMs) labels.delete(label);
    }
    for (const names of [service.served, service.inner]) {
      const nameMs = names.size >= limits.operationsPerService ? forgetWhenFullMs : forgetMs;
      for (const [name, lastMs] of names) if (nowMs - lastMs > nameMs) names.delete(name);
    }
    for (const [key, group] of service.miner.groups) {
      const kept = group.filter((each) => nowMs - each.lastSeenMs <= forgetMs);
      service.miner.held -= group.length - kept.length;
      if (kept.length === 0) service.miner.groups.delete(key);
      else if (kept.length < group.length) service.miner.groups.set(key, kept);
    }
  }
  const instanceMs = state.instances.size >= limits.instances ? forgetWhenFullMs : forgetMs;
  for (const [id, each] of state.instances) if (nowMs - each.lastSeenMs > instanceMs) state.instances.delete(id);
  for (const [table, max] of [[state.places, limits.instances], [state.peers, peerNamesMax]] as const) {
    const tableMs = table.size >= max ? forgetWhenFullMs : forgetMs;
    for (const [key, { lastMs }] of table) if (nowMs - lastMs > tableMs) table.delete(key);
  }
  for (const [key, variants] of state.flags) if (nowMs - Math.max(...variants.values()) > forgetMs) state.flags.delete(key);
  for (const [key, atMs] of state.told) if (nowMs - atMs > forgetWhenFullMs) state.told.delete(key);
  sweepSeries(state, nowMs, limits.metricSeries);
  sweepGraph(state.graph, nowMs, limits);
  sweepWindows(state.windows, nowMs);
}

import type { EntityId, Graph } from '../model/index.ts';
import { detectLimits as limits } from './limits.ts';
import type { Series } from './series.ts';

/** Requests a second of an entity in the newest panes, and what is usual; null when nobody knows. */
export type RateOf = (entity: EntityId) => { readonly now: number; readonly usual: number } | null;

/**
 * Is a fall in requests felt by people? Only that of a whole service, only when it is deep, and only when the callers
 * have not fallen with it: a service whose callers are quiet has nothing to do. A service without known callers must
 * have been steady for some time.
 */
export function isLostTraffic(series: Series, graph: Graph, atMs: number, rateOf: RateOf): boolean {
  const { active } = series;
  if (active === null || active.direction === 'up' || series.feature !== 'request_rate' || active.calmPanes > 0) return false;
  if (series.entity !== series.node || graph.nodes.get(series.node)?.kind !== 'service') return false;
  if (active.observed > limits.deepShare * active.expected.mid || series.presence < limits.steadyPresence - slack(active.panes)) return false;
  const rates = callersOf(series.node, graph, atMs).map((caller) => calls(caller, series.node, rateOf)).filter((rate) => rate !== null);
  const usual = rates.reduce((sum, rate) => sum + rate.usual, 0);
  if (usual === 0) return series.panes >= limits.steadyEntryPanes;
  return rates.reduce((sum, rate) => sum + rate.now, 0) > limits.followShare * usual;
}

/** Callers go on calling it and their calls succeed: it is there, only its own telemetry is not. Queues and people tell nothing of an answer. */
export function isOnlyUnheard(node: EntityId, graph: Graph, atMs: number, callsOf: (edge: EntityId) => { readonly rate: ReturnType<RateOf>; readonly failing: number; readonly usualFailing: number } | null): boolean {
  let heard = false;
  for (const caller of callersOf(node, graph, atMs)) {
    const seen = callsOf(`edge:${caller}→${node}`);
    if (seen === null || seen.rate === null) continue;
    if (seen.rate.now < limits.followShare * seen.rate.usual || seen.failing > seen.usualFailing + limits.heardShare) return false;
    heard = true;
  }
  return heard;
}

/** What is usual of an entity, and the mean of its newest panes; null when nobody knows. */
export type NewestOf = (entity: EntityId, panes: number) => { readonly now: number; readonly usual: number } | null;

/**
 * The services that it calls are asked as much as before, though all of them have others who ask: it is there, only its own telemetry
 * is not. Tells a front door, whose callers are people and say nothing, from one that nobody reaches. `panes`: how long it has been silent.
 */
export function isStillAsking(node: EntityId, graph: Graph, panes: number, paneSeconds: number, newestOf: NewestOf): boolean {
  let asks = 0;
  let gone = 0;
  let all = 0;
  for (const { from, to } of graph.edges.values()) {
    if (from !== node || !to.startsWith('service:')) continue;
    const edge = newestOf(`edge:${from}→${to}`, panes);
    const callee = newestOf(to, panes);
    if (edge === null || callee === null || edge.usual < limits.askingPart * callee.usual) continue;
    asks += edge.usual;
    gone += callee.usual - callee.now;
    all += callee.usual;
  }
  const events = panes * paneSeconds;
  return asks * events >= limits.askingEvents && asks * events >= limits.askingDeviations * Math.sqrt(all * events) && gone < limits.askingGone * asks;
}

/** What the caller still asks for: its own calls where it tells of them. An edge from a queue is told by the reader, so the queue's own traffic counts. */
function calls(caller: EntityId, node: EntityId, rateOf: RateOf): ReturnType<RateOf> {
  return (caller.startsWith('queue:') ? null : rateOf(`edge:${caller}→${node}`)) ?? rateOf(caller);
}

/** Presence falls during the silence itself. */
function slack(panes: number): number {
  return Math.min(1, (panes + 4) / limits.steadyEntryPanes + 0.05);
}

/** Callers that are themselves telemetry: `user` is nobody's series. Edges of silent services may already have ended, so older ones count too. */
export function callersOf(node: EntityId, graph: Graph, atMs: number): EntityId[] {
  const now = graph.callers(node, atMs).filter((caller) => caller !== 'user');
  if (now.length > 0) return now;
  const past: EntityId[] = [];
  for (const edge of graph.edges.values()) if (edge.to === node && edge.from !== 'user') past.push(edge.from);
  return past.sort();
}

import type { Change, EdgeView, Finding, Health, Incident, NodeView, Red, World } from '@clew/engine';
import { joinReleases } from '@clew/words';
import type { EdgeSummary, GraphResponse, NodeSummary } from './types.ts';
import { readSaturation } from './saturation.ts';
import { touchedNodes } from './touched.ts';

/** Values of a sparkline: ten minutes of 10 s panes, one to a pixel or so. */
export const sparklinePanes = 60;
/** Panes that an edge's numbers are taken over. */
const edgePanes = 6;
/** An edge that was silent for longer is gone. */
const edgeGapMs = 10 * 60_000;

/** The graph of the last closed pane is asked for by every open page after each pane: made once a world. */
const latest = new WeakMap<World, GraphResponse>();

/** The service graph at `atMs`, which is at most the last closed pane: nodes and edges that were there then, with their health then. */
export function graphAt(world: World, atMs: number): GraphResponse {
  const isNow = atMs >= world.atMs;
  const made = isNow ? latest.get(world) : undefined;
  if (made !== undefined) return made;
  const about = gatherAbout(world, atMs);
  const nodes = world.nodes.filter(({ node }) => isNow || node.firstSeenMs <= atMs);
  const graph = {
    atMs,
    nodes: nodes.map((view) => summarizeNode(world, view, about, atMs)),
    edges: world.edges.filter((view) => isValidAt(view, atMs)).map((view) => summarizeEdge(world, view, atMs)),
  };
  if (isNow) latest.set(world, graph);
  return graph;
}

/** What is said about nodes elsewhere in the world, gathered once for all of them. */
interface About {
  readonly incidentIds: ReadonlyMap<string, readonly string[]>;
  readonly lastChange: ReadonlyMap<string, Change>;
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
}

function gatherAbout(world: World, atMs: number): About {
  const incidentIds = new Map<string, string[]>();
  for (const incident of world.incidents.filter((each) => isRunningAt(each, world, atMs))) {
    for (const id of touchedNodes(incident, world.findings)) push(incidentIds, id, incident.id);
  }
  const lastChange = new Map<string, Change>();
  for (const { told, changes } of joinReleases(world.changes.filter((change) => change.atMs <= atMs))) {
    const before = told.entity === null ? undefined : lastChange.get(told.entity);
    if (told.entity !== null && (before === undefined || before.atMs <= changes[0].atMs)) lastChange.set(told.entity, told);
  }
  const findings = new Map<string, Finding[]>();
  for (const finding of world.findings) {
    if (finding.onsetMs <= atMs && finding.lastMs >= atMs) push(findings, finding.node, finding);
  }
  return { incidentIds, lastChange, findings };
}

function isRunningAt(incident: Incident, world: World, atMs: number): boolean {
  if (atMs >= world.atMs) return incident.state !== 'resolved';
  return incident.onsetMs <= atMs && (incident.resolvedMs === null || incident.resolvedMs >= atMs);
}

function summarizeNode(world: World, view: NodeView, about: About, atMs: number): NodeSummary {
  const { id } = view.node;
  const panes = alignPanes(view.red, world, atMs);
  return {
    node: view.node,
    health: atMs >= world.atMs ? view.health : healthThen(about.findings.get(id) ?? [], panes),
    rate: panes.map((red) => (red === null ? null : rounded(red.rate))),
    errorShare: panes.map((red) => (red === null ? null : rounded(red.errorShare))),
    p99Ms: panes.map((red) => (red === null ? null : rounded(red.p99Ms))),
    saturation: readSaturation(view.resources, atMs),
    lastChange: about.lastChange.get(id) ?? null,
    incidentIds: about.incidentIds.get(id) ?? [],
  };
}

/** The engine tells health for now only; for the past it follows from the findings that were active. */
function healthThen(findings: readonly Finding[], panes: readonly (Red | null)[]): Health {
  if (findings.some((finding) => finding.symptom)) return 'broken';
  if (findings.length > 0) return 'watch';
  return panes.some((red) => red !== null) ? 'healthy' : 'unknown';
}

/** The last panes up to `atMs`, oldest first, null where there was no traffic. */
function alignPanes(red: readonly Red[], world: World, atMs: number): (Red | null)[] {
  const panes: (Red | null)[] = Array.from({ length: sparklinePanes }, () => null);
  const endMs = Math.floor(atMs / world.paneMs) * world.paneMs;
  const fromMs = endMs - sparklinePanes * world.paneMs;
  // Oldest first: only the end is looked at.
  for (let i = red.length - 1; i >= 0 && red[i].paneMs >= fromMs; i--) {
    const each = red[i];
    const index = sparklinePanes - Math.round((endMs - each.paneMs) / world.paneMs);
    if (index >= 0 && index < sparklinePanes) panes[index] = each;
  }
  return panes;
}

/** As the engine's graph has it: an edge is valid until the gap after its last pane has passed. */
function isValidAt({ edge }: EdgeView, atMs: number): boolean {
  return edge.intervals.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs + edgeGapMs);
}

export function summarizeEdge(world: World, view: EdgeView, atMs: number): EdgeSummary {
  const fromMs = atMs - edgePanes * world.paneMs;
  const recent: Red[] = [];
  for (let i = view.red.length - 1; i >= 0 && view.red[i].paneMs >= fromMs; i--) if (view.red[i].paneMs < atMs) recent.push(view.red[i]);
  const count = sum(recent, (red) => red.count);
  const seconds = (edgePanes * world.paneMs) / 1000;
  return {
    edge: view.edge,
    health: view.health,
    rate: rounded(seconds === 0 ? 0 : count / seconds),
    errorShare: rounded(count === 0 ? 0 : sum(recent, (red) => red.errors) / count),
    p95Ms: rounded(count === 0 ? 0 : sum(recent, (red) => red.p95Ms * red.count) / count),
  };
}

function sum(panes: readonly Red[], value: (red: Red) => number): number {
  return panes.reduce((total, red) => total + value(red), 0);
}

/** Four digits are more than a screen shows; the exact values are at /services/:id. */
function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : 0;
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

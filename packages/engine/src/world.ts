import type { Change, DetectionView, EdgeView, EngineSettings, EntityId, Finding, Graph, Health, Incident, Node, NodeView, OperationView, SeriesView, World } from './model/index.ts';
import { redOf, samplesOf } from './history.ts';
import type { History } from './history.ts';

/** A node not heard of for so many panes is of unknown health. */
const unknownPanes = 6;

export interface Told {
  readonly atMs: number;
  readonly settings: EngineSettings;
  readonly graph: Graph;
  readonly history: History;
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  readonly incidents: readonly Incident[];
  readonly detection: DetectionView;
  readonly counters: Readonly<Record<string, number>>;
}

/** All that is known, as one plain value. The caller copies it before it gives it away. */
export function tellWorld(told: Told): World {
  const { atMs, settings, graph, history } = told;
  const healthOf = judgeHealth(told);
  const operations = new Map<EntityId, OperationView[]>();
  for (const id of [...history.red.keys()].filter((each) => each.startsWith('operation:')).sort()) {
    const view = operationView(id, told);
    if (view !== null) operations.set(view.service, [...(operations.get(view.service) ?? []), view.operation]);
  }
  const resources = new Map<EntityId, SeriesView[]>();
  for (const key of [...history.resources.keys()].sort()) {
    const resource = history.resources.get(key);
    if (resource === undefined) continue;
    const owner = resource.entity.startsWith('host:') ? resource.entity : resource.node;
    resources.set(owner, [...(resources.get(owner) ?? []), { entity: resource.entity, metric: resource.metric, unit: resource.unit, samples: samplesOf(resource, settings.paneMs) }]);
  }
  const nodes = [...graph.nodes.values()].sort(byId).map((node): NodeView => ({
    node, health: healthOf(node), red: redOf(history, node.id, settings), operations: operations.get(node.id) ?? [],
    resources: [...(resources.get(node.id) ?? []), ...node.hosts.flatMap((host) => resources.get(host) ?? [])],
  }));
  const edges = [...graph.edges.values()].sort(byId).map((edge): EdgeView => {
    const bad = told.findings.some((finding) => finding.active && finding.entity === edge.id);
    const lastMs = edge.intervals.at(-1)?.toMs ?? 0;
    return { edge, health: bad ? 'watch' : atMs - lastMs > unknownPanes * settings.paneMs ? 'unknown' : 'healthy', red: redOf(history, edge.id, settings) };
  });
  return { atMs, paneMs: settings.paneMs, nodes, edges, changes: told.changes, findings: told.findings, incidents: told.incidents, detection: told.detection, counters: told.counters };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function operationView(id: EntityId, told: Told): { service: EntityId; operation: OperationView } | null {
  const [service, kind, ...name] = id.slice('operation:'.length).split('|');
  const red = redOf(told.history, id, told.settings);
  return red.length === 0 ? null : { service: `service:${service}`, operation: { id, name: name.join('|'), kind: kind ?? '', red } };
}

/** Broken: felt by people, or the cause of what they feel. Watch: something is out of range. Unknown: nothing was heard. */
function judgeHealth(told: Told): (node: Node) => Health {
  const broken = new Set<EntityId>();
  const recovering = new Set<EntityId>();
  for (const incident of told.incidents) {
    if (incident.state === 'resolved') continue;
    const into = incident.state === 'recovering' ? recovering : broken;
    for (const node of incident.blast.affected) into.add(node);
    const [cause] = incident.explanation.causes;
    if (cause !== undefined && cause.confidence >= incident.explanation.unknown) into.add(cause.entity);
  }
  const watched = new Set(told.findings.filter((finding) => finding.active).map((finding) => finding.node));
  const heardMs = told.atMs - unknownPanes * told.settings.paneMs;
  return (node) => {
    if (broken.has(node.id)) return 'broken';
    if (node.kind !== 'user' && node.lastSeenMs < heardMs) return 'unknown';
    if (recovering.has(node.id)) return 'recovering';
    return watched.has(node.id) ? 'watch' : 'healthy';
  };
}

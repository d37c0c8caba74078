import type { Change, EntityId, Evidence, Finding, Graph } from '../model/index.ts';
import type { Tally, TemplateTally, Traffic } from './memory.ts';
import type { Standing } from './standing.ts';

/** Everything that the sources of evidence may look at. */
export interface Facts {
  readonly atMs: number;
  readonly onsetMs: number;
  /** What is compared with begins here. */
  readonly fromMs: number;
  readonly paneMs: number;
  readonly graph: Graph;
  /** What people feel: the findings to be explained. */
  readonly symptoms: readonly Finding[];
  /** Every finding, anywhere, that began around the symptoms. */
  readonly findings: readonly Finding[];
  readonly byNode: ReadonlyMap<EntityId, readonly Finding[]>;
  readonly before: ReadonlyMap<EntityId, Tally>;
  readonly after: ReadonlyMap<EntityId, Tally>;
  /** Log lines by service and template; made when asked for. */
  readonly templatesBefore: () => ReadonlyMap<string, TemplateTally>;
  readonly templatesAfter: () => ReadonlyMap<string, TemplateTally>;
  /** Requests of every service, affected or not; made when asked for. */
  readonly trafficBefore: () => ReadonlyMap<EntityId, Traffic>;
  readonly trafficAfter: () => ReadonlyMap<EntityId, Traffic>;
  readonly changes: readonly Change[];
  /** Nodes that the requests of the symptoms touch, by their traces; null when there are none. Made when asked for. */
  readonly touched: () => ReadonlySet<EntityId> | null;
  /** Which instances, versions, machines, zones … fare worse than others. Made when asked for. */
  readonly standing: () => Standing;
  /** Requests a pane of a node that suffer; 0 for a node that does not. */
  readonly hurt: (node: EntityId) => number;
  /** Requests a pane of a node before onset and since. */
  readonly load: (node: EntityId) => { readonly usual: number; readonly now: number };
  /** The machines of a service or zone; of a machine itself. */
  readonly hostsOf: (entity: EntityId) => readonly EntityId[];
  /** Nodes with symptoms. */
  readonly affected: readonly EntityId[];
  /** Node → nodes it depends on, itself included, over edges that were valid around onset. Nobody waits for who reads the queues that he writes to. */
  readonly dependsOn: (node: EntityId) => ReadonlySet<EntityId>;
  /** Node → nodes that it gives work to in the end, readers of queues included. */
  readonly feeds: (node: EntityId) => ReadonlySet<EntityId>;
}

export type Source = 'self_time' | 'error_origin' | 'silence' | 'queue' | 'host' | 'resource' | 'change' | 'log' | 'lead' | 'mechanism' | 'graph_net' | 'attribute' | 'pool' | 'load' | 'fallback';

/** What one source of evidence says about one entity. */
export interface Claim {
  readonly source: Source;
  readonly entity: EntityId;
  /** 0..1 */
  readonly strength: number;
  readonly evidence: readonly Evidence[];
  readonly against: readonly Evidence[];
  /** Narrows the kind of cause: `pool`, `memory`, `cpu`, …; see kinds.ts. */
  readonly hint: Hint | null;
  readonly detail: string;
}

export type Hint =
  | 'pool' | 'memory' | 'restarts' | 'cpu' | 'disk' | 'network'
  | 'deployment' | 'flag' | 'config'
  | 'stuck' | 'backlog' | 'neighbour' | 'host' | 'gone';

export function claim(source: Source, entity: EntityId, strength: number, evidence: readonly Evidence[], rest: Partial<Pick<Claim, 'against' | 'hint' | 'detail'>> = {}): Claim {
  return { source, entity, strength: Math.max(0, Math.min(1, strength)), evidence, against: rest.against ?? [], hint: rest.hint ?? null, detail: rest.detail ?? '' };
}

export function seriesEvidence(finding: Finding): Evidence {
  return { kind: 'series', findingId: finding.id, entity: finding.entity, feature: finding.feature, subject: finding.subject, unit: finding.unit, observed: finding.observed, expected: finding.expected.mid, onsetMs: finding.onsetMs };
}

export function isLatency(finding: Finding): boolean {
  return finding.feature.startsWith('latency_');
}

export function isError(finding: Finding): boolean {
  return finding.feature === 'error_share';
}

/** Began before the symptoms, or so shortly after that it may have caused them. */
export function isTimely(finding: Finding, facts: Facts, slackMs: number): boolean {
  return finding.onsetMs <= facts.onsetMs + slackMs;
}

import type { Change } from './change.ts';
import type { DetectionView } from './detection.ts';
import type { Edge, EntityId, Node } from './entity.ts';
import type { Finding } from './finding.ts';
import type { Incident } from './incident.ts';
import type { Red, Sample } from './red.ts';

export type Health = 'healthy' | 'watch' | 'broken' | 'recovering' | 'unknown';

export interface OperationView { readonly id: EntityId; readonly name: string; readonly kind: string; readonly red: readonly Red[] }
export interface SeriesView { readonly entity: EntityId; readonly metric: string; readonly unit: string; readonly samples: readonly Sample[] }

export interface NodeView {
  readonly node: Node;
  readonly health: Health;
  /** Oldest first, one a pane; at most `limits.historyPanes`. For virtual nodes: as their callers see them. */
  readonly red: readonly Red[];
  readonly operations: readonly OperationView[];
  readonly resources: readonly SeriesView[];
}

export interface EdgeView { readonly edge: Edge; readonly health: Health; readonly red: readonly Red[] }

/** All that the engine knows at the end of the last closed pane: what the first page is drawn from. Plain data, cloneable. */
export interface World {
  /** Event time up to which panes are closed, 0 before the first. */
  readonly atMs: number;
  readonly paneMs: number;
  readonly nodes: readonly NodeView[];
  readonly edges: readonly EdgeView[];
  readonly changes: readonly Change[];
  readonly findings: readonly Finding[];
  /** Open first, then newest resolved; at most `limits.incidentsKept`. */
  readonly incidents: readonly Incident[];
  readonly detection: DetectionView;
  /** Named drops and sizes: late spans, entities over the limit, … Shown to people as they are. */
  readonly counters: Readonly<Record<string, number>>;
}

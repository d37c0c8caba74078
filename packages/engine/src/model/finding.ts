import type { EntityId } from './entity.ts';

/** Ids of the feature catalogue (features/catalogue.ts is the table; docs/features.md the same rows). */
export type FeatureId = string;

export type Direction = 'up' | 'down' | 'new' | 'absent' | 'trend';

/** A trace that shows the finding: hex ids. */
export interface TraceRef { readonly traceId: string; readonly spanId: string }

/**
 * One series left its expected range. A finding is about one entity and one feature; it stays the same finding
 * (same id) from its onset until the series is back in range for `clearPanes` panes.
 */
export interface Finding {
  readonly id: string;
  readonly entity: EntityId;
  /** The node (service, database, host …) that the entity belongs to. For edges: the caller. */
  readonly node: EntityId;
  readonly feature: FeatureId;
  /** Metric name, log template id or operation when the feature alone does not say which; else empty. */
  readonly subject: string;
  readonly direction: Direction;
  readonly unit: string;
  readonly observed: number;
  /** What would have been normal at that moment; for `new` findings all three are 0. */
  readonly expected: { readonly low: number; readonly mid: number; readonly high: number };
  /** Standardised distance from normal at its worst, sign removed. */
  readonly score: number;
  /** Estimated begin of the change (from the change detector), not the moment it was noticed. */
  readonly onsetMs: number;
  /** End of the pane in which it was first noticed. */
  readonly detectedMs: number;
  /** End of the last pane in which it was out of range. */
  readonly lastMs: number;
  readonly active: boolean;
  /** Catalogue ids of the detectors that agreed. */
  readonly detectors: readonly string[];
  readonly exemplars: readonly TraceRef[];
  /** True for what people feel (latency, errors, lost traffic of a service); false for what merely may explain it (CPU, logs, pools). */
  readonly symptom: boolean;
}

import type { EntityId } from './entity.ts';
import type { FeatureId } from './finding.ts';
import type { Maintenance } from './notice.ts';

/** One point of a judged series, with what was expected of it before it was seen. Null: not known (warming up, not reported). */
export interface BandPoint {
  readonly paneMs: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly mid: number | null;
  readonly high: number | null;
  /** The votes combined; null while unknown. */
  readonly p: number | null;
}

/** A series with its expected band: what a chart needs. Oldest first, at most `limits.historyPanes`. */
export interface SeriesBand {
  readonly series: string;
  readonly entity: EntityId;
  readonly node: EntityId;
  readonly feature: FeatureId;
  readonly subject: string;
  readonly unit: string;
  readonly points: readonly BandPoint[];
}

export interface DetectorView {
  /** Catalogue id. */
  readonly id: string;
  /** Findings it agreed to since the state began. */
  readonly findings: number;
  /** Of those, what people said. */
  readonly real: number;
  readonly noise: number;
  /** Entities whose weight for this detector people have changed, lowest first, at most 20. 1 is untouched. */
  readonly weights: readonly { readonly entity: EntityId; readonly weight: number }[];
  /** `ready`, or why it cannot vote: `warming up`, `off`, `failed: …`. */
  readonly state: string;
}

/** How detection itself is doing: what the detectors' page shows. */
export interface DetectionView {
  /** What the user set: false alarms a day for the whole installation. */
  readonly budgetPerDay: number;
  /** Expected false findings of the last 24 h of event time, by the promise that the thresholds make (never more than the budget). */
  readonly spent: number;
  /** Series judged now, and tests made in the last pane. */
  readonly series: number;
  readonly tests: number;
  /** The p at which a series without evidence would be reported now. */
  readonly threshold: number;
  readonly detectors: readonly DetectorView[];
  /** Series with the most findings in 24 h, at most 20. */
  readonly noisiest: readonly { readonly series: string; readonly entity: EntityId; readonly feature: FeatureId; readonly subject: string; /** As in a finding. */ readonly text: string; readonly findings: number; readonly noise: number }[];
  readonly maintenance: readonly Maintenance[];
  readonly version: string;
}

import type { EntityId } from './entity.ts';
import type { Finding } from './finding.ts';

/**
 * What a person tells the engine. It comes in at the front, as a record of the log (kind `notice`, one JSON object), so a
 * replay hears it again at the same place.
 */
export type Notice = FindingVerdict | IncidentVerdict | Maintenance | MaintenanceEnd;

/** Thumb up or down; `null` takes an earlier one back. The newest word about a finding holds. */
export interface FindingVerdict {
  readonly kind: 'finding_verdict';
  readonly finding: string;
  readonly verdict: 'real' | 'noise' | null;
  /** What the finding was, for an engine that has not made it itself: in a backtest only, never in the log. */
  readonly about?: Pick<Finding, 'series' | 'entity' | 'feature' | 'subject' | 'text' | 'detectedMs' | 'detectors'>;
  /** Who said so; empty without a login. Untrusted text. */
  readonly by: string;
  readonly atMs: number;
}

/** What the cause of an incident really was; `null` takes an earlier word back. The newest word about an incident holds. */
export interface IncidentVerdict {
  readonly kind: 'incident_verdict';
  readonly incident: string;
  readonly cause: EntityId | null;
  /** Who said so; empty without a login. Untrusted text. */
  readonly by: string;
  readonly atMs: number;
}

/** Announced work: what leaves its range in [fromMs, toMs) on the entity, or anywhere when null, is shown and opens no incident. */
export interface Maintenance {
  readonly kind: 'maintenance';
  readonly id: string;
  readonly entity: EntityId | null;
  readonly fromMs: number;
  readonly toMs: number;
  /** Untrusted text. */
  readonly reason: string;
  readonly by: string;
  readonly atMs: number;
}

export interface MaintenanceEnd {
  readonly kind: 'maintenance_end';
  readonly id: string;
  readonly by: string;
  readonly atMs: number;
}

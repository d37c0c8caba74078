import type { EntityId } from './entity.ts';
import type { Explanation } from './explanation.ts';

export type IncidentState = 'open' | 'evolving' | 'recovering' | 'resolved';
export type Severity = 'critical' | 'high' | 'medium' | 'low';

export interface IncidentEvent {
  readonly atMs: number;
  readonly kind: 'opened' | 'finding_joined' | 'finding_cleared' | 'cause_changed' | 'severity_changed' | 'recovering' | 'relapsed' | 'resolved' | 'merged' | 'absorbed' | 'divided';
  /** Finding id, cause entity, severity, or the other incident's id, by kind; else empty. */
  readonly subject: string;
}

/** What a person said the cause was. It stands beside the answer and does not change it. */
export interface CauseVerdict {
  readonly cause: EntityId;
  readonly atMs: number;
  /** Empty without a login. Untrusted text. */
  readonly by: string;
}

/** All findings of one cause. One fault is one incident. */
export interface Incident {
  /** `inc-20261122-101523-payment`: onset in UTC and the first symptom's node; unique, derived from data only. */
  readonly id: string;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly onsetMs: number;
  readonly openedMs: number;
  readonly updatedMs: number;
  readonly resolvedMs: number | null;
  /** The symptom nearest to people: what the first sentence is about. */
  readonly headline: { readonly entity: EntityId; readonly feature: string; readonly observed: number; readonly expected: number; readonly unit: string };
  readonly findingIds: readonly string[];
  readonly blast: {
    /** Nodes with symptoms, worst first. */
    readonly affected: readonly EntityId[];
    /** Share (0..1) of entry requests since onset that failed, and that were slower than normal's high edge. */
    readonly failedShare: number;
    readonly slowShare: number;
  };
  readonly explanation: Explanation;
  /** null while nobody has said what the cause was. */
  readonly verdict: CauseVerdict | null;
  readonly timeline: readonly IncidentEvent[];
  /** Id of the older incident that turned out to be about the same fault; that one has its findings. Else null. It may have been merged, too, or be no longer kept. */
  readonly mergedInto: string | null;
}

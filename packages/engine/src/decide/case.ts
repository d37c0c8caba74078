import { toStamp } from '../base/stamp.ts';
import type { CauseVerdict, EntityId, Explanation, Finding, Incident, IncidentEvent, IncidentState, Severity } from '../model/index.ts';
import { decideLimits as limits } from './limits.ts';

/** An incident while it is worked on. Plain data. */
export interface Case {
  readonly id: string;
  state: IncidentState;
  severity: Severity;
  onsetMs: number;
  readonly openedMs: number;
  updatedMs: number;
  resolvedMs: number | null;
  headline: Incident['headline'];
  /** Newest state of its findings, in the order they joined. */
  readonly findings: Map<string, Finding>;
  findingsShed: number;
  affected: readonly EntityId[];
  failedShare: number;
  slowShare: number;
  explanation: Explanation;
  /** Absent in a state that was saved before anybody could say one. */
  verdict?: CauseVerdict | null;
  readonly timeline: IncidentEvent[];
  calmPanes: number;
  /** It has been recovering at least once. */
  recovered: boolean;
  /** A finding joined since it was last explained. */
  stale: boolean;
  /** Must be given out. */
  changed: boolean;
}

export function openCase(id: string, atMs: number, explanation: Explanation, findings: readonly Finding[]): Case {
  const made: Case = {
    id, state: 'open', severity: 'low', onsetMs: Math.min(...findings.map((finding) => finding.onsetMs)), openedMs: atMs, updatedMs: atMs, resolvedMs: null,
    headline: { entity: '', feature: '', observed: 0, expected: 0, unit: '' }, findings: new Map(), findingsShed: 0, affected: [], failedShare: 0, slowShare: 0,
    explanation, verdict: null, timeline: [], calmPanes: 0, recovered: false, stale: false, changed: true,
  };
  tell(made, atMs, 'opened', '');
  for (const finding of findings) join(made, finding, atMs);
  made.stale = false;
  return made;
}

export function tell(one: Case, atMs: number, kind: IncidentEvent['kind'], subject: string): void {
  // A pane that ended before an early look closes after it: what it adds was learned now, not then.
  const saidMs = Math.max(atMs, one.updatedMs);
  if (one.timeline.length < limits.timelineEvents) one.timeline.push({ atMs: saidMs, kind, subject });
  one.changed = true;
  one.updatedMs = saidMs;
}

export function join(one: Case, finding: Finding, atMs: number): void {
  if (one.findings.size >= limits.findingsPerIncident) {
    one.findingsShed++;
    return;
  }
  one.findings.set(finding.id, finding);
  one.stale = true;
  if (finding.symptom) one.onsetMs = Math.min(one.onsetMs, finding.onsetMs);
  tell(one, atMs, 'finding_joined', finding.id);
}

/** The answer, or null while it is *unknown*. */
export function bestCause(explanation: Explanation): Explanation['causes'][number] | null {
  const [best] = explanation.causes;
  return best === undefined || best.confidence < explanation.unknown ? null : best;
}

export function toIncident(one: Case): Incident {
  return {
    id: one.id, state: one.state, severity: one.severity, onsetMs: one.onsetMs, openedMs: one.openedMs, updatedMs: one.updatedMs, resolvedMs: one.resolvedMs,
    headline: one.headline, findingIds: [...one.findings.keys()], blast: { affected: one.affected, failedShare: one.failedShare, slowShare: one.slowShare },
    explanation: one.explanation, verdict: one.verdict ?? null, timeline: [...one.timeline],
  };
}

/** `inc-20261122-101523-payment`, with a number behind it when that is taken. */
export function incidentId(onsetMs: number, node: EntityId, taken: (id: string) => boolean): string {
  const name = node.slice(node.indexOf(':') + 1).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 40);
  const id = `inc-${toStamp(onsetMs)}-${name === '' ? 'unnamed' : name}`;
  if (!taken(id)) return id;
  for (let count = 2; ; count++) if (!taken(`${id}-${count}`)) return `${id}-${count}`;
}

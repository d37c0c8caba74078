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
  timeline: IncidentEvent[];
  /** Id of the older incident that it turned out to be the same as, and which has its findings. */
  mergedInto?: string | null;
  /** It came on top of another fault that had lasted since then: what that one brought is normal to it. Absent likewise. */
  besideMs?: number | null;
  /** The cause of something on top of it, as it was said in so many panes up to the last one. Absent likewise. */
  suspect?: { readonly cause: EntityId; readonly panes: number } | null;
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
    explanation, verdict: null, timeline: [], mergedInto: null, calmPanes: 0, recovered: false, stale: false, changed: true,
  };
  tell(made, atMs, 'opened', '');
  for (const finding of findings) join(made, finding, atMs);
  made.stale = false;
  return made;
}

export function tell(one: Case, atMs: number, kind: IncidentEvent['kind'], subject: string): void {
  // A pane that ended before an early look closes after it: what it adds was learned now, not then.
  const saidMs = Math.max(atMs, one.updatedMs);
  one.timeline.push({ atMs: saidMs, kind, subject });
  cutTimeline(one);
  one.changed = true;
  one.updatedMs = saidMs;
}

const isOfFinding = ({ kind }: IncidentEvent): boolean => kind === 'finding_joined' || kind === 'finding_cleared';

/** Beyond the limit what happened to single findings goes, the newest first: what happened to the incident is never missing. */
function cutTimeline({ timeline }: Case): void {
  while (timeline.length > limits.timelineEvents) timeline.splice(Math.max(0, timeline.findLastIndex(isOfFinding)), 1);
}

export function join(one: Case, finding: Finding, atMs: number): void {
  keep(one, finding);
  one.stale = true;
  if (finding.symptom) one.onsetMs = Math.min(one.onsetMs, finding.onsetMs);
  tell(one, atMs, 'finding_joined', finding.id);
}

/** Beyond the limit the oldest finding that is over is forgotten, but for the one it was opened for; where all go on, the new one is. */
function keep(one: Case, finding: Finding): void {
  if (one.findings.size >= limits.findingsPerIncident) {
    one.findingsShed++;
    const over = [...one.findings.values()].find(({ active }, index) => !active && index > 0);
    if (over === undefined) return;
    one.findings.delete(over.id);
  }
  one.findings.set(finding.id, finding);
}

/** The younger turned out to be the same fault: the older takes its findings, what happened to them, and a person's word; the younger leads on to it. */
export function absorb(older: Case, younger: Case, atMs: number): void {
  tell(younger, atMs, 'merged', older.id);
  Object.assign(younger, { state: 'resolved', resolvedMs: younger.updatedMs, mergedInto: older.id });
  for (const finding of younger.findings.values()) keep(older, finding);
  older.findingsShed += younger.findingsShed;
  younger.findingsShed = 0;
  younger.findings.clear();
  older.timeline = [...older.timeline, ...younger.timeline.filter(isOfFinding)].sort((a, b) => a.atMs - b.atMs);
  younger.timeline = younger.timeline.filter((event) => !isOfFinding(event));
  older.onsetMs = Math.min(older.onsetMs, younger.onsetMs);
  older.verdict ??= younger.verdict;
  older.calmPanes = Math.min(older.calmPanes, younger.calmPanes);
  older.stale = true;
  tell(older, atMs, 'absorbed', younger.id);
}

/** Onset of what it was opened for: what joins later may have been dated to before it. */
export function beganMs(one: Case): number {
  for (const { onsetMs } of one.findings.values()) return onsetMs;
  return one.onsetMs;
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
    explanation: one.explanation, verdict: one.verdict ?? null, timeline: [...one.timeline], mergedInto: one.mergedInto ?? null,
  };
}

/** `inc-20261122-101523-payment`, with a number behind it when that is taken. */
export function incidentId(onsetMs: number, node: EntityId, taken: (id: string) => boolean): string {
  const name = node.slice(node.indexOf(':') + 1).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '').slice(0, 40);
  const id = `inc-${toStamp(onsetMs)}-${name === '' ? 'unnamed' : name}`;
  if (!taken(id)) return id;
  for (let count = 2; ; count++) if (!taken(`${id}-${count}`)) return `${id}-${count}`;
}

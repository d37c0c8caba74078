import { distinct } from '@clew/words';
import type { Cause, Change, Finding, Incident, PathStep } from '../model.ts';

/** One step of the story on the map: what a change did, where the fault arrived, when somebody was told. */
export type Moment =
  | { readonly kind: 'change'; readonly atMs: number; readonly change: Change }
  | { readonly kind: 'step'; readonly atMs: number; readonly step: PathStep; readonly finding: Finding | null }
  | { readonly kind: 'opened'; readonly atMs: number };

/** A change so long before the first symptom is told by the timeline; on the map it would only be a long wait. */
const changeWindowMs = 10 * 60_000;

/** The story in the order of its moments: changes that are evidence, each step of the thread from the cause upwards, the alarm. */
export function momentsOf(incident: Pick<Incident, 'onsetMs' | 'openedMs'>, cause: Pick<Cause, 'path' | 'evidence'>, findings: readonly Finding[], changes: readonly Change[]): Moment[] {
  const arrived = arrivals(cause.path, incident.onsetMs);
  const suspects = new Set(cause.evidence.flatMap((each) => (each.kind === 'change' ? [each.changeId] : [])));
  const steps = cause.path.map((step, at): Moment => {
    const own = new Set(step.findingIds);
    return { kind: 'step', atMs: arrived[at], step, finding: distinct(findings.filter((finding) => own.has(finding.id)), step.entity)[0] ?? null };
  });
  const told = changes.filter((change) => suspects.has(change.id) && Math.abs(change.atMs - incident.onsetMs) <= changeWindowMs).map((change): Moment => ({ kind: 'change', atMs: change.atMs, change }));
  // Steps were turned round: what arrives at the same time is told from the cause upwards.
  return [...told, ...steps.reverse(), { kind: 'opened' as const, atMs: incident.openedMs }].sort((a, b) => a.atMs - b.atMs);
}

/** Moments that the map shows at once. */
export interface Frame { readonly atMs: number; readonly moments: readonly Moment[] }

export function framesOf(moments: readonly Moment[]): Frame[] {
  return [...Map.groupBy(moments, ({ atMs }) => atMs)].map(([atMs, own]) => ({ atMs, moments: own }));
}

/**
 * When the fault arrived at each step. Onsets are estimates, and a step may have none; but no effect comes before its cause, so
 * that a step counts as reached when any step nearer to people is.
 */
export function arrivals(path: readonly PathStep[], onsetMs: number): number[] {
  let earliest = path.find((step) => step.onsetMs !== null)?.onsetMs ?? onsetMs;
  return path.map((step) => (earliest = Math.min(earliest, step.onsetMs ?? earliest)));
}

/** The part of the thread that the fault has run through at that moment, symptom's side first. */
export function reachedAt(path: readonly PathStep[], onsetMs: number, atMs: number): readonly PathStep[] {
  const arrived = arrivals(path, onsetMs);
  const from = arrived.findIndex((each) => each <= atMs);
  return from < 0 ? [] : path.slice(from);
}

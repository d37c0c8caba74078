import type { Cause, Change, EntityId, Finding, Incident, IncidentEvent, Node } from '@clew/engine';
import { sayCause, sayNext, sayUnknownNext } from './cause.ts';
import { sayEvidence, sayRuledOut } from './evidence.ts';
import { nameOfFeature } from './feature.ts';
import { isUnknown, sayHeadline, sayMerged, sayPerson, sayVerdict } from './incident.ts';
import { capitalized, makeNames, type Names, sayList, sayPlain } from './name.ts';
import { sayFromTo, sayShare, saySpan, sayTime } from './quantity.ts';
import { sayMissing } from './settle.ts';
import { joinReleases, type Release } from './release.ts';

export interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  /** Drawn in characters: to be shown as it is, in a fixed-width face. */
  readonly isDrawing: boolean;
}

/** An incident told in full: what broke, why, how sure, what now. Plain text; whoever renders it escapes for the target. */
export interface Story {
  readonly title: string;
  readonly summary: readonly string[];
  readonly sections: readonly Section[];
}

export interface Told {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly nodes: readonly Node[];
}

const ruledOutMax = 12;
const evidenceMax = 8;
const timelineMax = 30;
const changesMax = 8;

export function tellStory(told: Told): Story {
  const { incident } = told;
  const names = makeNames(told.nodes);
  const nearMs = incident.updatedMs;
  const endMs = incident.resolvedMs ?? incident.updatedMs;
  const [best] = incident.explanation.causes;
  const sections = [
    best === undefined ? null : drawing('The thread', drawThread(best, told, names)),
    ...(best === undefined || best.kind === 'unknown' ? [] : whySections(best, incident, names)),
    section('Other candidates', otherCandidates(incident, names)),
    section('What else was looked at', ruledOutLines(incident, names)),
    section('What would settle it', (incident.explanation.wouldSettle ?? []).map((each) => capitalized(sayMissing(each, names)))),
    section('Who is affected', [sayAffected(incident, names)]),
    section('Timeline', timelineLines(told, names, nearMs)),
    section('What now', [isUnknown(incident) || best === undefined ? sayUnknownNext(incident.explanation.causes.length) : sayNext(best.kind)]),
  ];
  return {
    title: `${incident.id} · ${incident.state} · ${incident.severity} · ${saySpan(endMs - incident.onsetMs)}`,
    summary: [sayHeadline(incident, names), sayMerged(incident), sayVerdict(incident, names), sayPerson(incident, names)].filter((each) => each !== null),
    sections: sections.filter((each) => each !== null && each.lines.length > 0) as Section[],
  };
}

function section(title: string, lines: readonly string[]): Section {
  return { title, lines, isDrawing: false };
}

function drawing(title: string, lines: readonly string[]): Section {
  return { title, lines, isDrawing: true };
}

function whySections(best: Cause, incident: Incident, names: Names): Section[] {
  const say = (each: Cause['evidence'][number]): string => capitalized(sayEvidence(each, names, incident.updatedMs));
  const title = isUnknown(incident) ? `What speaks for the nearest guess (${sayShare(best.confidence)} sure)` : `Why we think so (${sayShare(best.confidence)} sure)`;
  return [section(title, best.evidence.slice(0, evidenceMax).map(say)), section('What speaks against it', best.against.slice(0, evidenceMax).map(say))];
}

/**
 * The thread from the symptom down to the cause, one step a line:
 *   ○ gateway
 *   │
 *   ○ checkout                share of failed requests 0.2 → 12 %, from 10:15:23 UTC
 *   │
 *   ● payment-db (postgresql) …                                  ← cause
 */
export function drawThread(cause: Cause, told: Pick<Told, 'findings' | 'incident'>, names: Names): string[] {
  const byId = new Map(told.findings.map((finding) => [finding.id, finding]));
  const width = Math.max(0, ...cause.path.map(({ entity }) => names.of(entity).length));
  const mark = isUnknown(told.incident) ? '← nearest guess' : '← cause';
  return cause.path.flatMap((step, i) => {
    const isLast = i === cause.path.length - 1;
    const strongest = step.findingIds.map((id) => byId.get(id)).filter((found) => found !== undefined).toSorted((a, b) => telling(b, step.entity) - telling(a, step.entity) || b.score - a.score)[0];
    const said = [
      strongest === undefined ? '' : sayFinding(strongest),
      step.onsetMs === null ? '' : `from ${sayTime(step.onsetMs, told.incident.updatedMs)}`,
    ].filter((part) => part !== '').join(', ');
    const line = `${isLast ? '●' : '○'} ${names.of(step.entity).padEnd(width)}  ${said}${isLast ? `  ${mark}` : ''}`.trimEnd();
    return isLast ? [line] : [line, '│'];
  });
}

/** What people feel tells more than what may explain it, and the node as a whole more than a part of it. */
function telling(finding: Finding, entity: EntityId): number {
  return (finding.symptom || /^(error_share|latency_|queue_lag)/.test(finding.feature) ? 2 : 0) + (finding.entity === entity ? 1 : 0);
}

/** `share of failed requests 0.2 → 12 %`, without the entity's name. */
export function sayFinding(finding: Finding): string {
  const name = nameOfFeature(finding.feature, finding.subject, finding.text);
  if (finding.direction === 'new') return `${name}: new`;
  if (finding.direction === 'absent') return `${name}: gone`;
  return `${name} ${sayFromTo(finding.expected.mid, finding.observed, finding.unit)}`;
}

function otherCandidates(incident: Incident, names: Names): string[] {
  const { causes, unknown, outside = 0 } = incident.explanation;
  const others = causes.slice(1).filter((cause) => cause.kind !== 'unknown').map((cause) => `${sayShare(cause.confidence)}  ${names.of(cause.entity)}, ${sayCause(cause)}; ${sayWhyNot(cause, causes[0], names, incident.updatedMs)}`);
  const rest: readonly (readonly [number, string])[] = outside === 0 ? [[unknown, 'something that the data does not show']] : [[outside, 'something outside of what the telemetry shows'], [unknown - outside, 'something else within it']];
  return [...others, ...rest.filter(([share]) => share > 0).map(([share, what]) => `${sayShare(share)}  ${what}`)];
}

/** What speaks against a candidate; of one against which nothing speaks, why it is not the first. */
function sayWhyNot({ against: [strongest], evidence }: Cause, best: Cause, names: Names, nearMs: number): string {
  if (strongest !== undefined) return `against it: ${sayEvidence(strongest, names, nearMs)}`;
  if (evidence.length >= best.evidence.length) return 'nothing speaks against it, but what speaks for it is weaker';
  return `nothing speaks against it, but less speaks for it: ${evidence.length} ${evidence.length === 1 ? 'piece' : 'pieces'} of evidence, ${best.evidence.length} for the first`;
}

function ruledOutLines(incident: Incident, names: Names): string[] {
  const { ruledOut } = incident.explanation;
  const lines = ruledOut.slice(0, ruledOutMax).map((each) => sayRuledOut(each, names, incident.updatedMs));
  return ruledOut.length > ruledOutMax ? [...lines, `and ${ruledOut.length - ruledOutMax} more`] : lines;
}

function sayAffected({ blast, state }: Incident, names: Names): string {
  const past = state === 'resolved';
  const shares = [
    blast.failedShare > 0 ? `${sayShare(blast.failedShare)} of requests at the entry ${past ? 'failed' : 'fail'}` : '',
    blast.slowShare > 0 ? `${sayShare(blast.slowShare)} ${past ? 'were' : 'are'} slower than normal` : '',
  ].filter((part) => part !== '').join(', ');
  const who = blast.affected.length === 0 ? '' : `${blast.affected.length === 1 ? 'one service' : `${blast.affected.length} services`}: ${sayList(blast.affected.map((entity) => names.of(entity)), 6)}`;
  return capitalized([shares === '' ? 'no request at the entry has failed or been slow' : shares, who].filter((part) => part !== '').join('; '));
}

function timelineLines({ incident, findings, changes }: Told, names: Names, nearMs: number): string[] {
  const rows = [
    ...nearestChanges(joinReleases(changes), incident).map(({ told: change, changes: { length } }) => ({ atMs: change.atMs, said: `change${change.entity === null ? '' : ` of ${names.of(change.entity)}`}: ${sayPlain(change.what)}${sayMore(length - 1)}` })),
    ...firstOfEach(findings).map(({ first, more }) => ({ atMs: first.onsetMs, said: `${names.of(first.entity)}: ${sayFinding(first)}${sayMore(more)}` })),
    ...incident.timeline.map((event) => ({ atMs: event.atMs, said: sayEvent(event, names) })),
  ].filter(({ said }) => said !== '').toSorted((a, b) => a.atMs - b.atMs);
  const left = rows.length - timelineMax;
  const lines = rows.slice(0, timelineMax).map(({ atMs, said }) => `${sayTime(atMs, nearMs)}  ${said}`);
  return left > 0 ? [...lines, `and ${left} more`] : lines;
}

/** Many findings of one node are one event for the reader: the most telling one stands for them. */
function firstOfEach(findings: readonly Finding[]): { readonly first: Finding; readonly more: number }[] {
  return [...Map.groupBy(findings, (finding) => finding.node)].map(([node, own]) => ({
    first: own.toSorted((a, b) => telling(b, node) - telling(a, node) || a.onsetMs - b.onsetMs)[0], more: own.length - 1,
  }));
}

function sayMore(more: number): string {
  return more === 0 ? '' : ` (and ${more} more)`;
}

/** Those of the candidates first, then those nearest to the onset. */
function nearestChanges(changes: readonly Release[], { onsetMs, explanation }: Incident): readonly Release[] {
  const suspected = new Set<EntityId | null>(explanation.causes.map(({ entity }) => entity));
  const distance = ({ told }: Release): number => (suspected.has(told.entity) ? -1 : Math.abs(told.atMs - onsetMs));
  return changes.toSorted((a, b) => distance(a) - distance(b)).slice(0, changesMax);
}

/** Findings are told at their onset already, and when all are over the incident recovers. */
function sayEvent({ kind, subject }: IncidentEvent, names: Names): string {
  switch (kind) {
    case 'opened': return 'the incident was opened';
    case 'finding_joined': case 'finding_cleared': return '';
    case 'cause_changed': return subject === '' ? 'the cause became unknown' : `the likely cause became ${names.of(subject satisfies EntityId)}`;
    case 'severity_changed': return `severity became ${sayPlain(subject)}`;
    case 'recovering': return 'it began to recover';
    case 'relapsed': return 'it got worse again';
    case 'resolved': return 'it was resolved';
    case 'merged': return `it turned out to be the same fault as ${sayPlain(subject)}`;
    case 'absorbed': return `${sayPlain(subject)} turned out to be the same fault`;
    case 'divided': return `a second fault was told apart: ${sayPlain(subject)}`;
  }
}

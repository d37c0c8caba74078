import type { Cause, Change, Finding, Incident, IncidentEvent, Node } from '@clew/engine';
import { causeHead, causeTail, causeText, knownCause, nextStep, notKnownKey, secondLine } from './cause.ts';
import { eventSentence, lifeOf } from './event.ts';
import { againstSentence, tellEvidence, type About } from './evidence.ts';
import { findingLine } from './finding.ts';
import { distinct, foldByNode } from './fold.ts';
import { formatConfidence, formatShare } from './format.ts';
import { headline } from './headline.ts';
import type { Language } from './language.ts';
import { relativeTo, signedSince, timeOf } from './moment.ts';
import { entityName, namesOf, nodeOf } from './name.ts';
import { listed, named, oneLine, plain, startSentence, type Piece } from './piece.ts';
import { joinReleases } from './release.ts';
import { groupRuledOut, ruledOutSentence, seenThere } from './ruled-out.ts';
import { say, sayKind, template } from './say.ts';
import { missingSentence } from './settle.ts';
import { sureWords, whyLower } from './sure.ts';

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

/** `withStatistics`: what models reckon is told, too. */
export interface Telling { readonly language?: Language; readonly withStatistics?: boolean }

const ruledOutMost = 6;
const seenMost = 2;
const evidenceMost = 6;
const timelineMost = 30;
const changesMost = 8;
const lineCharsMax = 500;

export function tellStory(told: Told, { language = 'en', withStatistics = false }: Telling = {}): Story {
  const about = aboutOf(told, language);
  const { incident } = told;
  const [best] = incident.explanation.causes;
  const title = (key: Parameters<typeof template>[1]): string => template(language, key);
  const evidence = best === undefined || best.kind === 'unknown' ? null : tellEvidence(best.evidence, about);
  const against = best === undefined ? null : tellEvidence(best.against, about, againstSentence);
  // Where only models speak for it, they are all that there is.
  const facts = evidence === null ? [] : evidence.facts.length > 0 ? evidence.facts.map(({ pieces }) => pieces) : evidence.statistics;
  const sections = [
    best === undefined ? null : { title: title('incident.thread'), lines: drawThread(best, told, about), isDrawing: true },
    section(`${title(knownCause(incident) === null ? 'incident.whyGuess' : 'incident.why')}${best === undefined ? '' : ` (${sureWords(best, language)})`}`, facts.slice(0, evidenceMost)),
    section(title('incident.against'), against?.facts.map(({ pieces }) => pieces) ?? []),
    section(title('incident.others'), otherCandidates(incident, about)),
    section(title('incident.ruledOut'), ruledOutLines(incident, about)),
    section(title('settle.title'), (incident.explanation.wouldSettle ?? []).map((each) => missingSentence(each, about))),
    section(title('incident.affectedTitle'), [affected(incident, about)]),
    { title: title('incident.timeline'), lines: timelineLines(told, about).map(plain), isDrawing: true },
    section(title('incident.next'), [[nextStep(incident, language)]]),
    { title: title('incident.traces'), lines: tracesOf(best), isDrawing: true },
    ...(withStatistics ? [section(title('incident.statistics'), [...(evidence?.statistics ?? []), ...(against?.statistics ?? [])])] : []),
  ];
  return {
    title: [incident.id, sayKind(language, 'state', incident.state), say(language, 'incident.severity', { severity: sayKind(language, 'severity', incident.severity) })].join(' · '),
    summary: summaryLines(incident, about), sections: sections.filter((each): each is Section => each !== null && each.lines.length > 0),
  };
}

function section(title: string, lines: readonly (readonly Piece[])[]): Section {
  return { title, lines: lines.map((line) => oneLine(plain(startSentence(line)), lineCharsMax)), isDrawing: false };
}

/** Told as of the last time it was looked at, in UTC: a text outlives the zone of whoever copied it. */
function aboutOf({ incident, findings, changes, nodes }: Told, language: Language): About {
  return { language, names: namesOf(nodes.map((node) => ({ node }))), nowMs: incident.updatedMs, dayMs: incident.onsetMs, zone: 'UTC', onsetMs: incident.onsetMs, findings, changes };
}

/** What broke, why, and how sure: two sentences; more where it leads on to another incident, or where a second cause comes near. */
export function summarizeIncident(incident: Incident, nodes: readonly Node[], language: Language = 'en'): string {
  return summaryLines({ ...incident, verdict: null }, aboutOf({ incident, findings: [], changes: [], nodes }, language)).join(' ');
}

function summaryLines(incident: Incident, about: About): string[] {
  const { language } = about;
  const lines = [plain(headline(incident, about)), incident.mergedInto === null ? '' : say(language, 'merged.goesOn', { incident: incident.mergedInto }), verdictLine(incident, about), secondLine(incident, about), personLine(incident, about)];
  return lines.filter((line) => line !== '').map((line) => oneLine(line, lineCharsMax));
}

/** `Cause: payment-db (postgresql), slow database queries (…); 93 % sure.` */
export function verdictLine({ explanation }: Pick<Incident, 'explanation'>, about: About): string {
  const { language } = about;
  const [best] = explanation.causes;
  const known = knownCause({ explanation });
  const [semicolon, stop] = language === 'zh' ? ['；', '。'] : ['; ', '.'];
  if (known !== null) return `${causeHead(known, about)}${causeTail(known, about)}${semicolon}${say(language, 'sure.firm', { share: formatConfidence(known.confidence) })}${stop}`;
  const guess = best === undefined || best.kind === 'unknown' ? '' : ` ${say(language, 'cause.bestGuess', { name: entityName(best.entity, about.names), kind: sayKind(language, 'cause', best.kind), share: formatConfidence(best.confidence) })}`;
  return `${template(language, notKnownKey(explanation))}${guess}`;
}

/** What a person said the cause was; empty while nobody has. */
export function personLine({ verdict, explanation }: Pick<Incident, 'verdict' | 'explanation'>, about: About): string {
  if (verdict === null) return '';
  const { language } = about;
  const agrees = knownCause({ explanation })?.entity === verdict.cause;
  return say(language, agrees ? 'cause.person.agrees' : 'cause.person', { by: verdict.by === '' ? template(language, 'cause.person.nobody') : oneLine(verdict.by, 80), time: timeOf(verdict.atMs, about), name: entityName(verdict.cause, about.names) });
}

/**
 * The thread from the symptom down to the cause, one step a line:
 *   ○ gateway
 *   │
 *   ● payment-db (postgresql)  p95 latency 50 ms → 3.5 s, at 10:15:20 UTC  ← cause
 */
function drawThread(cause: Cause, { findings, incident }: Told, about: About): string[] {
  const { language, names, onsetMs } = about;
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const name = (entity: string): string => oneLine(entityName(entity, names), 80);
  const width = Math.max(0, ...cause.path.map(({ entity }) => name(entity).length));
  return cause.path.flatMap((step, at) => {
    const isLast = at === cause.path.length - 1;
    const own = step.findingIds.map((id) => byId.get(id)).filter((found) => found !== undefined);
    const strongest = distinct(own, step.entity)[0];
    const said = [strongest === undefined ? '' : oneLine(findingLine(strongest, about), lineCharsMax), step.onsetMs === null ? '' : `${timeOf(step.onsetMs, about)} (${relativeTo(onsetMs, step.onsetMs, about)})`].filter((part) => part !== '').join(', ');
    const mark = isLast ? `  ← ${template(language, knownCause(incident) === null ? 'incident.guess' : 'incident.cause')}` : '';
    const line = `${isLast ? '●' : '○'} ${name(step.entity).padEnd(width)}  ${said}${mark}`.trimEnd();
    return isLast ? [line] : [line, '│'];
  });
}

/** Traces that show it, of each kind of evidence the first: what to open next. */
function tracesOf(best: Cause | undefined): string[] {
  const ids = (best?.evidence ?? []).flatMap((each) => ('traces' in each ? each.traces.slice(0, 1).map(({ traceId }) => traceId) : []));
  return [...new Set(ids)].slice(0, tracesMost).map((traceId) => `clew query trace ${traceId}`);
}

const tracesMost = 3;

function otherCandidates(incident: Incident, about: About): Piece[][] {
  const { language } = about;
  const { causes, unknown, outside = 0 } = incident.explanation;
  const others = causes.slice(1).filter((cause) => cause.kind !== 'unknown').map((cause): Piece[] => [`${formatConfidence(cause.confidence)}  ${causeText(cause, about)}. `, ...whyLower(cause, causes[0], about)]);
  const rest = [[outside, 'incident.outsideShare'], [unknown - outside, 'incident.unknownShare']] as const;
  return [...others, ...rest.filter(([share]) => share >= leastShare).map(([share, key]): Piece[] => [`${formatConfidence(share)}  ${template(language, key)}`])];
}

/** What is less likely than that is not spoken of. */
const leastShare = 0.005;

function ruledOutLines({ explanation: { ruledOut } }: Incident, about: About): Piece[][] {
  const { language } = about;
  const groups = groupRuledOut(ruledOut);
  const lines = groups.slice(0, ruledOutMost).map(({ all }): Piece[] => {
    const seen = all.slice(0, seenMost).map((each) => seenThere(each, about)).filter((words) => words !== '');
    return [...listed(all.map(({ entity }) => named(entity, about)), about), language === 'zh' ? '：' : ': ', ...ruledOutSentence(all[0], about), ...(seen.length === 0 || all.length > 1 ? [] : [` (${seen[0]})`])];
  });
  return groups.length > ruledOutMost ? [...lines, [say(language, 'story.more', { n: groups.length - ruledOutMost })]] : lines;
}

function affected({ blast }: Incident, about: About): Piece[] {
  const { language } = about;
  const shares = [
    blast.failedShare > 0 ? say(language, 'incident.failed', { share: formatShare(blast.failedShare, language) }) : '',
    blast.slowShare > 0 ? say(language, 'incident.slowed', { share: formatShare(blast.slowShare, language) }) : '',
  ].filter((part) => part !== '');
  const [comma, semicolon] = language === 'zh' ? ['，', '；'] : [', ', '; '];
  const who = blast.affected.length === 0 ? [] : [semicolon, say(language, 'story.services', { n: blast.affected.length }), ...listed(blast.affected.map((entity) => named(entity, about)), about, 6)];
  return [shares.length === 0 ? template(language, 'incident.unharmed') : shares.join(comma), ...who];
}

function timelineLines({ incident, findings, changes }: Told, about: About): Piece[][] {
  const { language, onsetMs } = about;
  const more = (n: number): string => (n === 0 ? '' : ` (${say(language, 'incident.moreFindings', { n })})`);
  const rows: { readonly atMs: number; readonly said: readonly Piece[] }[] = [
    ...nearestChanges(changes, incident).map((change) => ({ atMs: change.atMs, said: [sayKind(language, 'change', change.kind), ': ', ...(change.entity === null ? [] : [named(change.entity, about), ' ']), change.what] })),
    ...foldByNode(findings, ({ node }) => nodeOf(node)).map(({ node, told, all }) => ({ atMs: told.onsetMs, said: [named(node, about), ': ', findingLine(told, about), more(all.length - 1)] })),
    ...lifeOf(incident).map((event: IncidentEvent) => ({ atMs: event.atMs, said: eventSentence(event, about) })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const column = Math.max(0, ...rows.map(({ atMs }) => signedSince(onsetMs, atMs, about).length));
  const lines = rows.slice(0, timelineMost).map(({ atMs, said }): Piece[] => [`${timeOf(atMs, about)}  ${signedSince(onsetMs, atMs, about).padEnd(column)}  ${oneLine(plain(said), lineCharsMax)}`]);
  return rows.length > timelineMost ? [...lines, [say(language, 'story.more', { n: rows.length - timelineMost })]] : lines;
}

/** Releases of the candidates first, then those nearest to the onset. */
function nearestChanges(changes: readonly Change[], { onsetMs, explanation }: Incident): Change[] {
  const suspected = new Set<string | null>(explanation.causes.map(({ entity }) => entity));
  const distance = ({ entity, atMs }: Change): number => (suspected.has(entity) ? -1 : Math.abs(atMs - onsetMs));
  return joinReleases(changes).map(({ told, changes: [first], kind }) => ({ ...told, atMs: first.atMs, kind })).toSorted((a, b) => distance(a) - distance(b)).slice(0, changesMost);
}


import type { Cause, CauseKind, Evidence, Incident } from '@clew/engine';
import { seriesOf } from './evidence.ts';
import { formatConfidence, formatDuration, formatQuantity, formatShare } from './format.ts';
import { timeOf } from './moment.ts';
import { entityName, isEntityId, nodeOf } from './name.ts';
import { oneLine, type Tongue } from './piece.ts';
import { hasSentence, say, sayKind, template } from './say.ts';
import { firmnessOf } from './sure.ts';

const detailCharsMax = 160;
const statementCharsMax = 80;

/** When the best answer is weaker than not knowing, the answer is *unknown*. */
export function knownCause(incident: Pick<Incident, 'explanation'>): Cause | null {
  const [best] = incident.explanation.causes;
  return best === undefined || best.kind === 'unknown' || incident.explanation.unknown > best.confidence ? null : best;
}

/** A second candidate that comes near the first: whoever acts should know of both. */
export function closeSecond(incident: Pick<Incident, 'explanation'>): Cause | null {
  const best = knownCause(incident);
  const [, second] = incident.explanation.causes;
  return best === null || second === undefined || second.kind === 'unknown' || second.confidence < nearLeast || second.confidence < best.confidence * nearShare ? null : second;
}

const nearLeast = 0.15;
const nearShare = 0.4;

/** `It may also be cart: bad deployment; 36 % sure.`; empty where none comes near. */
export function secondLine(incident: Pick<Incident, 'explanation'>, { language, names }: Tongue): string {
  const second = closeSecond(incident);
  return second === null ? '' : say(language, 'cause.second', { name: entityName(second.entity, names), kind: sayKind(language, 'cause', second.kind), share: formatConfidence(second.confidence) });
}

/** What is said where no cause is known: that it lies where no telemetry comes from, or nothing. */
export function notKnownKey({ unknown, outside = 0 }: Incident['explanation']): 'cause.outside' | 'cause.notKnown' {
  return outside > unknown / 2 ? 'cause.outside' : 'cause.notKnown';
}

export interface CauseWords {
  readonly name: string;
  /** What is wrong with it. */
  readonly kind: string;
  /** What narrows it down: an operation, a version, a flag; may be empty. */
  readonly detail: string;
  /** The strongest number that shows it; may be empty. */
  readonly fact: string;
}

/** The parts of the line `Cause: payment-db (postgresql), slow database queries: SELECT orders (…)`. */
export function causeWords(cause: Cause, tongue: Tongue): CauseWords {
  const { language, names } = tongue;
  // Of too many people their number tells most, which comes first; of all else a share of a limit does.
  const isCrowd = cause.entity === 'user' && cause.kind === 'overload';
  const evidence = isCrowd ? cause.evidence : cause.evidence.toSorted((a, b) => rankOf(a) - rankOf(b));
  const fact = (factKinds[cause.kind] ?? anyFact).map((kind) => evidence.find((each) => each.kind === kind)).find((each) => each !== undefined);
  const told = fact === undefined ? '' : factOf(fact, tongue);
  const detail = detailOf(cause, tongue);
  return { name: entityName(cause.entity, names), kind: sayKind(language, 'cause', isCrowd ? 'crowd' : cause.kind), detail: told.includes(detail) ? '' : detail, fact: told };
}

/** Of series the share of a limit tells more than an amount, and the whole node more than one instance. */
function rankOf(evidence: Evidence): number {
  return evidence.kind === 'series' ? (evidence.feature.endsWith('_utilization') ? 0 : 2) + (evidence.entity === nodeOf(evidence.entity) ? 0 : 1) : 0;
}

/** What these are is no matter of one operation. */
const wholeNode: ReadonlySet<CauseKind> = new Set(['memory_leak', 'restarts', 'cpu_saturated', 'overload', 'host_saturated']);

/** A detail that says again what is said already is left out, and an id is told by its name. */
function detailOf({ detail, entity, evidence, kind }: Cause, { names }: Tongue): string {
  if (detail === '' || detail === entity || detail === '(unseen)' || (wholeNode.has(kind) && entity !== 'user')) return '';
  if (isEntityId(detail)) return entityName(detail, names) === entityName(entity, names) ? '' : entityName(detail, names);
  // Of what is slow only the place narrows it down, not what its log says.
  if (kind === 'slow' && !evidence.some((each) => each.kind === 'self_time' && each.operation === detail)) return '';
  // The statement is in the fact.
  if ((kind === 'slow_database' || kind === 'slow') && evidence.some((each) => each.kind === 'statement')) return '';
  return oneLine(detail.replace(/^→ /, ''), detailCharsMax);
}

const anyFact: readonly Evidence['kind'][] = ['statement', 'self_time', 'error_origin', 'series', 'silence'];
const errorFact: readonly Evidence['kind'][] = ['error_origin', 'series'];
const readingFact: readonly Evidence['kind'][] = ['series'];
/** A kind of cause is shown by the evidence of its own kind: a full disk by its level, not by the time that requests lost. */
const factKinds: Readonly<Partial<Record<CauseKind, readonly Evidence['kind'][]>>> = {
  errors: errorFact, database_errors: errorFact, third_party_errors: errorFact, down: ['silence', 'error_origin', 'series'], network: ['series', 'error_origin'],
  memory_leak: readingFact, restarts: readingFact, pool_exhausted: readingFact, consumer_stuck: readingFact, queue_backlog: readingFact, noisy_neighbour: readingFact,
  host_saturated: readingFact, cpu_saturated: readingFact, disk_full: readingFact, overload: readingFact,
};

function factOf(evidence: Evidence, tongue: Tongue): string {
  const { language } = tongue;
  switch (evidence.kind) {
    case 'statement': return say(language, 'cause.fact.statement', { text: oneLine(evidence.text, statementCharsMax), before: formatDuration(evidence.beforeMs, language), after: formatDuration(evidence.afterMs, language) });
    case 'self_time': return say(language, 'cause.fact.time', { before: formatDuration(evidence.beforeMs, language), after: formatDuration(evidence.afterMs, language) });
    case 'error_origin': return say(language, 'cause.fact.errors', { share: formatShare(evidence.share, language), type: evidence.errorType === '' ? '' : `${language === 'zh' ? '：' : ': '}${oneLine(evidence.errorType, statementCharsMax)}` });
    case 'series': return say(language, 'cause.fact.series', { feature: seriesOf(evidence, { ...tongue, onsetMs: evidence.onsetMs }), observed: formatQuantity(evidence.observed, evidence.unit, language), expected: formatQuantity(evidence.expected, evidence.unit, language) });
    case 'silence': return say(language, 'cause.fact.silence', { time: timeOf(evidence.sinceMs, tongue) });
    default: return '';
  }
}

/** `Cause: payment-db (postgresql), slow database queries`; the word before a cause says the same as the number after it. */
export function causeHead(cause: Cause, tongue: Tongue): string {
  const { language } = tongue;
  const { name, kind } = causeWords(cause, tongue);
  return say(language, 'cause.line', { lead: template(language, `cause.lead.${firmnessOf(cause)}`), name, kind });
}

/** All of it as text, without the word before it; the number in brackets. */
export function causeText(cause: Cause, tongue: Tongue): string {
  const { name, kind } = causeWords(cause, tongue);
  return `${name}${tongue.language === 'zh' ? '，' : ', '}${kind}${causeTail(cause, tongue)}`;
}

/** What follows the kind: `: SELECT orders (p95 latency 3.5 s, normally 50 ms)`; may be empty. */
export function causeTail(cause: Cause, tongue: Tongue): string {
  const [colon, open, close] = tongue.language === 'zh' ? ['：', '（', '）'] : [': ', ' (', ')'];
  const { detail, fact } = causeWords(cause, tongue);
  return `${detail === '' ? '' : `${colon}${detail}`}${fact === '' ? '' : `${open}${fact}${close}`}`;
}

/** What a person can do about it now: of the cause, or towards finding one. */
export function nextStep(incident: Pick<Incident, 'explanation'>, language: Tongue['language']): string {
  const cause = knownCause(incident);
  if (cause === null) return say(language, incident.explanation.causes.length === 0 ? 'next.nothingFound' : 'next.onlyGuess');
  const key = `next.${cause.kind}`;
  return hasSentence(key) ? template(language, key) : say(language, 'next.unknown');
}


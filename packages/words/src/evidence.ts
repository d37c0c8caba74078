import type { Change, EntityId, Evidence, Finding } from '@clew/engine';
import { featureName, whyItMatters } from './feature.ts';
import { fill } from './fill.ts';
import { formatCount, formatDuration, formatQuantity, formatShare } from './format.ts';
import { measureOf } from './measure.ts';
import { relativeTo, timeOf } from './moment.ts';
import { entityName, isEntityId, nodeOf } from './name.ts';
import { listed, named, oneLine, plain, startUpper, type Piece, type Tongue } from './piece.ts';
import { hasSentence, say, sayKind, template, type SentenceKey } from './say.ts';
import { statisticSentence } from './statistics.ts';

/** What an incident's evidence is told against: when it began, and what else is known of it. */
export interface About extends Tongue {
  readonly onsetMs: number;
  readonly findings?: readonly Finding[];
  readonly changes?: readonly Change[];
}

const textCharsMax = 160;

/** One piece of evidence as one or two sentences: what was seen, against what, since when, why it matters. */
export function evidenceSentence(evidence: Evidence, about: About): Piece[] {
  const { language, onsetMs } = about;
  const duration = (ms: number): string => formatDuration(ms, language);
  const tell = (key: SentenceKey, values: Record<string, Piece> = {}): Piece[] => fill<Piece>(template(language, key), { time: timeOf(onsetMs, about), ...values });
  switch (evidence.kind) {
    case 'self_time':
      return tell('evidence.self_time', { share: formatShare(evidence.share, language), operation: placeOf(evidence.operation, about), before: duration(evidence.beforeMs), after: duration(evidence.afterMs) });
    case 'error_origin':
      return tellErrors(evidence, about);
    case 'series':
      return seriesSentence(evidence, about);
    case 'change':
      return changeSentence(evidence, about);
    case 'log_template':
      return spread(evidence.isNew ? 'evidence.log_template.new' : 'evidence.log_template.burst', about, { time: timeOf(onsetMs, about), service: named(evidence.service, about), n: formatCount(evidence.count, language), baseline: formatCount(evidence.baselineCount, language), template: oneLine(evidence.template, textCharsMax) }, evidence.count);
    case 'co_location':
      return tellMachine(evidence.host, evidence.services, about);
    case 'downstream_healthy':
      return evidence.callees.length === 0 ? tell('evidence.downstream_none') : inserted(tell('evidence.downstream_healthy', { callees: hole }), listed(evidence.callees.map((callee) => named(callee, about)), about));
    case 'statement':
      return tell('evidence.statement', { before: duration(evidence.beforeMs), after: duration(evidence.afterMs), text: oneLine(evidence.text, textCharsMax) });
    case 'silence':
      return tell('evidence.silence', { time: timeOf(evidence.sinceMs, about), relative: relativeTo(onsetMs, evidence.sinceMs, about) });
    case 'attribute':
      return tellAttribute(evidence, about);
    case 'mechanism':
      return tellMechanism(evidence, about);
    case 'effect': case 'graph_pattern':
      return statisticSentence(evidence, about);
  }
}

type Of<Kind extends Evidence['kind']> = Extract<Evidence, { kind: Kind }>;

/** Stands where several pieces are to be put. */
const hole = '\u0000';
function inserted(pieces: readonly Piece[], items: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => (piece === hole ? items : [piece]));
}

/** Fills a template whose plurals follow `n`. */
function spread(key: SentenceKey, { language }: About, values: Record<string, Piece>, n: number): Piece[] {
  return fill<Piece>(template(language, key), values, () => n);
}

/** As the engine names calls that no span of the callee's answers, and the way to a callee and back. */
const unseen = '(unseen)';
const wayMark = '→ ';

function placeOf(operation: string, about: About): string {
  if (operation === '' || operation === unseen) return say(about.language, 'evidence.own');
  return operation.startsWith(wayMark) ? say(about.language, 'evidence.way', { name: nameIn(operation, about) }) : oneLine(operation, textCharsMax);
}

function nameIn(operation: string, about: About): string {
  const at = operation.slice(wayMark.length);
  return isEntityId(at) ? entityName(at, about.names) : oneLine(at, textCharsMax);
}

function tellErrors({ share, errors, operation, errorType }: Of<'error_origin'>, about: About): Piece[] {
  const { language, onsetMs } = about;
  const where = operation === unseen ? say(language, 'evidence.error_origin.unseen')
    : operation === '' ? '' : operation.startsWith(wayMark) ? say(language, 'evidence.error_origin.way', { name: nameIn(operation, about) }) : say(language, 'evidence.error_origin.where', { operation: oneLine(operation, textCharsMax) });
  const type = errorType === '' ? '' : say(language, 'evidence.error_origin.type', { type: oneLine(errorType, textCharsMax) });
  return spread('evidence.error_origin', about, { share: formatShare(share, language), time: timeOf(onsetMs, about), where, type, n: formatCount(errors, language) }, errors);
}

/** What the series of a piece of evidence is called: of a log line its words, which only the finding has. */
export function seriesOf({ feature, subject, findingId }: Of<'series'>, { findings = [], language }: About): string {
  return featureName(feature, subject, language, findings.find(({ id }) => id === findingId)?.text ?? '');
}

function readings(evidence: Of<'series'>, about: About): Record<string, Piece> {
  const { language, onsetMs } = about;
  return {
    feature: startUpper(seriesOf(evidence, about)), entity: named(evidence.entity, about), time: timeOf(evidence.onsetMs, about), relative: relativeTo(onsetMs, evidence.onsetMs, about),
    expected: formatQuantity(evidence.expected, evidence.unit, language), observed: formatQuantity(evidence.observed, evidence.unit, language),
  };
}

function seriesSentence(evidence: Of<'series'>, about: About): Piece[] {
  const { observed, expected, feature } = evidence;
  const isUp = observed >= expected;
  const isLine = feature === 'log_template' && expected === 0;
  const why = whyItMatters(feature, isUp, observed, about.language);
  return [...fill<Piece>(template(about.language, isLine ? 'evidence.series.new' : isUp ? 'evidence.series.up' : 'evidence.series.down'), readings(evidence, about)), ...after(why, about)];
}

function after(more: string, { language }: About): Piece[] {
  return more === '' ? [] : [`${language === 'zh' ? '' : ' '}${more}`];
}

/** Against a cause: a symptom that it does not explain, or what makes its full pool a consequence. */
export function againstSentence(evidence: Evidence, about: About): Piece[] {
  if (evidence.kind === 'self_time') {
    return fill<Piece>(template(about.language, 'evidence.behindPool'), { operation: placeOf(evidence.operation, about), time: timeOf(about.onsetMs, about), before: formatDuration(evidence.beforeMs, about.language), after: formatDuration(evidence.afterMs, about.language) });
  }
  return evidence.kind === 'series' ? fill<Piece>(template(about.language, 'evidence.unexplained'), readings(evidence, about)) : evidenceSentence(evidence, about);
}

function changeSentence({ changeId, what, beforeOnsetMs }: Of<'change'>, about: About): Piece[] {
  const { onsetMs, changes = [], language } = about;
  const change = changes.find(({ id }) => id === changeId);
  const atMs = change?.atMs ?? onsetMs - beforeOnsetMs;
  const kind = change === undefined ? 'other' : change.kind;
  const told = oneLine(what, textCharsMax);
  const isWith = Math.abs(beforeOnsetMs) < withinMs;
  return fill<Piece>(template(language, isWith ? 'evidence.changeWith' : beforeOnsetMs > 0 ? 'evidence.change' : 'evidence.changeAfter'), {
    what: withKind(kind, told, about), time: timeOf(atMs, about), relative: relativeTo(onsetMs, atMs, about),
  });
}

/** `Deployment: 2.4.0 → 2.4.1`; what says by itself what it is needs no such word. */
function withKind(kind: Change['kind'], told: string, { language }: About): string {
  const word = sayKind(language, 'change', kind);
  const first = told.split(' ', 1)[0].toLowerCase();
  return kind === 'other' || sayKind('en', 'change', kind).toLowerCase().split(' ').includes(first) ? startUpper(told) : `${startUpper(word)}${language === 'zh' ? '：' : ': '}${told}`;
}

/** No onset is more exact than a pane. */
const withinMs = 10_000;

function tellMachine(host: EntityId, services: readonly EntityId[], about: About): Piece[] {
  const pieces = fill<Piece>(template(about.language, services.length === 1 ? 'evidence.co_location.one' : 'evidence.co_location'), { services: hole, host: named(host, about), time: timeOf(about.onsetMs, about) });
  return inserted(pieces, listed(services.map((service) => named(service, about)), about));
}

function tellAttribute({ service, key, value, of, inside, outside, count, requests }: Of<'attribute'>, about: About): Piece[] {
  const { language, onsetMs } = about;
  const had = `having.${key}`;
  const having = say(language, hasSentence(had) ? had : 'having.other', { key: oneLine(key, textCharsMax), value: oneLine(value, textCharsMax) });
  const said = (each: number): string => (of === 'errors' || of === 'records' ? formatShare(each, language) : of === 'latency' ? formatDuration(each, language) : formatCount(each, language));
  return spread(`evidence.attribute.${of}`, about, { time: timeOf(onsetMs, about), service: named(service, about), having, inside: said(inside), outside: said(outside), n: formatCount(count, language), requests: formatCount(requests, language) }, requests);
}

/** More traffic than this share of what was gained is spoken of. */
const leastTraffic = 0.05;

/** Shares of a whole: none is less than nothing, or more than all of it. */
function tellMechanism({ of, target, own, total, callees, traffic }: Of<'mechanism'>, about: About): Piece[] {
  const { language, onsetMs } = about;
  const value = (each: number): string => formatQuantity(Math.min(Math.max(0, each), total, of === 'errors' ? 1 : Infinity), of === 'latency' ? 'ms' : '1', language);
  return fill<Piece>(template(language, `evidence.mechanism.${of}`), {
    time: timeOf(onsetMs, about), target: named(target, about), total: value(total), own: value(own), callees: value(callees),
    traffic: traffic > leastTraffic * total ? say(language, 'evidence.mechanism.traffic', { traffic: value(traffic) }) : '',
  });
}

/** The longest stretch of a log template that is the same in every line: what to search for. */
export function templateText(templateWords: string): string {
  return templateWords.split('<*>').map((part) => part.trim()).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** A sentence as it is told; `more` others measure the same and are not told one by one. */
export interface ToldEvidence { readonly evidence: Evidence; readonly pieces: readonly Piece[]; readonly more: number }

/** Evidence for people: what was measured once, the strongest first, what a machine's statistics say kept apart from what was seen. */
export function tellEvidence(all: readonly Evidence[], about: About, how: typeof evidenceSentence = evidenceSentence): { readonly facts: readonly ToldEvidence[]; readonly statistics: readonly (readonly Piece[])[] } {
  const groups = [...Map.groupBy(all.filter(({ kind }) => kind !== 'effect' && kind !== 'graph_pattern'), (each) => measured(each)).values()];
  const facts = groups.map((group) => {
    const told = group.find((each) => each.kind !== 'series' || each.entity === nodeOf(each.entity)) ?? group[0];
    const more = told.kind === 'co_location' ? 0 : group.length - 1;
    return { evidence: told, more, pieces: [...how(merged(told, group), about), ...after(more === 0 ? '' : say(about.language, 'evidence.more', { n: more }), about)] };
  });
  const statistics = all.filter((each) => each.kind === 'mechanism' || each.kind === 'effect' || each.kind === 'graph_pattern').map((each) => statisticSentence(each, about));
  return { facts, statistics };
}

/** What a piece of evidence measures, whichever statistic of it and on whichever instance it was taken. */
function measured(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'series': return `series ${nodeOf(evidence.entity)} ${measureOf(evidence)}`;
    case 'co_location': return `co_location ${evidence.host}`;
    case 'mechanism': return `mechanism ${evidence.of} ${evidence.target}`;
    default: return JSON.stringify(evidence);
  }
}

/** The same machine named several times is one sentence with everybody on it. */
function merged(told: Evidence, group: readonly Evidence[]): Evidence {
  if (told.kind !== 'co_location') return told;
  return { ...told, services: [...new Set(group.flatMap((each) => (each.kind === 'co_location' ? each.services : [])))] };
}

export function evidenceText(evidence: Evidence, about: About): string {
  return plain(evidenceSentence(evidence, about));
}

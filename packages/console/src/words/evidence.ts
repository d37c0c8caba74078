import type { EntityId, Evidence, RuledOut } from '../model.ts';
import { entityName } from './entity.ts';
import { formatDuration, formatNumber, formatShare, formatTime, formatValue } from './format.ts';
import { featureName, say, sayKind, type Piece, type Tongue } from './sentence.ts';
import { fill, template, type StringKey } from './strings.ts';

/** One sentence for one piece of evidence, names as pieces so that a screen can link them. */
export function evidenceSentence(evidence: Evidence, tongue: Tongue): Piece[] {
  const { language, nowMs } = tongue;
  const duration = (ms: number): string => formatDuration(ms, language);
  const count = (value: number): string => formatNumber(value, language, 6);
  const entity = (id: EntityId): Piece => ({ entity: id, name: entityName(id, tongue.names) });
  const tell = (key: StringKey, values: Record<string, Piece>): Piece[] => fill<Piece>(template(language, key), values);
  switch (evidence.kind) {
    case 'self_time':
      return tell('evidence.self_time', { share: formatShare(evidence.share, language), operation: evidence.operation, before: duration(evidence.beforeMs), after: duration(evidence.afterMs) });
    case 'error_origin':
      return tell(evidence.errorType === '' ? 'evidence.error_origin.bare' : 'evidence.error_origin', { share: formatShare(evidence.share, language), operation: evidence.operation, type: evidence.errorType, n: count(evidence.errors) });
    case 'series':
      return tell('evidence.series', { feature: featureName(evidence.feature, evidence.subject, language), entity: entity(evidence.entity), expected: formatValue(evidence.expected, evidence.unit, language), observed: formatValue(evidence.observed, evidence.unit, language), time: formatTime(evidence.onsetMs, nowMs) });
    case 'change':
      return tell(evidence.beforeOnsetMs >= 0 ? 'evidence.change' : 'evidence.changeAfter', { what: evidence.what, duration: duration(Math.abs(evidence.beforeOnsetMs)) });
    case 'log_template':
      return tell(evidence.isNew ? 'evidence.log_template.new' : 'evidence.log_template.burst', { service: entity(evidence.service), n: count(evidence.count), baseline: count(evidence.baselineCount), template: evidence.template });
    case 'co_location':
      return fillList(tell('evidence.co_location', { services: '\u0000', host: entity(evidence.host) }), evidence.services.map(entity), tongue);
    case 'downstream_healthy':
      return evidence.callees.length === 0 ? [template(language, 'evidence.downstream_none')] : fillList(tell('evidence.downstream_healthy', { callees: '\u0000' }), evidence.callees.map(entity), tongue);
    case 'statement':
      return tell('evidence.statement', { before: duration(evidence.beforeMs), after: duration(evidence.afterMs), text: evidence.text });
    case 'silence':
      return tell('evidence.silence', { time: formatTime(evidence.sinceMs, nowMs) });
    case 'attribute': {
      const { key, value, inside, outside, of } = evidence;
      const said = (each: number): string => (of === 'errors' || of === 'records' ? formatShare(each, language) : of === 'latency' ? duration(each) : count(each));
      return tell(`evidence.attribute.${of}`, { service: entity(evidence.service), having: `${key}=${value}`, inside: said(inside), outside: said(outside), n: count(evidence.count), requests: count(evidence.requests) });
    }
    case 'mechanism': case 'effect':
      return causalSentence(evidence, tongue, entity);
    case 'graph_pattern':
      return tell('evidence.graph_pattern', { share: evidence.share.toFixed(2) });
  }
}

/** What the causal model says. */
function causalSentence(evidence: Extract<Evidence, { kind: 'mechanism' | 'effect' }>, tongue: Tongue, entity: (id: EntityId) => Piece): Piece[] {
  const { language } = tongue;
  const value = (each: number): string => formatValue(Math.max(0, each), evidence.of === 'latency' ? 'ms' : '1', language);
  const { low, high } = evidence;
  const common = { target: entity(evidence.target), low: value(low), high: value(high) };
  if (evidence.kind === 'mechanism') {
    return fill<Piece>(template(language, `evidence.mechanism.${evidence.of}`), { ...common, own: value(evidence.own), total: value(evidence.total), callees: value(evidence.callees), traffic: value(evidence.traffic) });
  }
  const { treatment, what, adjustedFor, refutedBy } = evidence;
  const pieces = fill<Piece>(template(language, refutedBy === null ? 'evidence.effect' : `evidence.effect.${refutedBy}`), { ...common, effect: value(evidence.effect), what: treatment === 'change' ? what : say(language, `evidence.effect.${treatment}`), beside: '\u0000' });
  return fillList(pieces, [say(language, 'evidence.effect.load'), ...adjustedFor.map(entity)], tongue);
}

function fillList(pieces: readonly Piece[], items: readonly Piece[], { language }: Tongue): Piece[] {
  const comma = language === 'zh' ? '、' : ', ';
  return pieces.flatMap((piece) => (piece === '\u0000' ? items.flatMap((item, at) => (at === 0 ? [item] : [comma, item])) : [piece]));
}

export function ruledOutSentence(ruledOut: RuledOut, tongue: Tongue): Piece[] {
  const { language, names } = tongue;
  if (ruledOut.reason === 'symptom_of_callee') {
    if (ruledOut.because === null) return [say(language, 'ruledOut.symptom_of_callee.bare')];
    return fill<Piece>(template(language, 'ruledOut.symptom_of_callee'), { because: { entity: ruledOut.because, name: entityName(ruledOut.because, names) } });
  }
  return [sayKind(language, 'ruledOut', ruledOut.reason)];
}

/** The longest stretch of a log template that is the same in every line: what to search for. */
export function templateText(templateWords: string): string {
  return templateWords.split('<*>').map((part) => part.trim()).reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

import type { Cause, EntityId, Finding, Incident } from '../model.ts';
import { entityName, kindOf, type Names } from './entity.ts';
import { formatConfidence, formatNumber, formatShare, formatTime, formatValue } from './format.ts';
import { fill, hasString, template, type Language, type StringKey } from './strings.ts';

/** A sentence in pieces: text, and names of entities that a screen may draw as links. */
export type Piece = string | { readonly entity: EntityId; readonly name: string };

export interface Tongue { readonly language: Language; readonly names: Names; readonly nowMs: number }

/** Counts are shown to the last one. */
const countDigits = 12;

export function say(language: Language, key: StringKey, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(template(language, key), values).map((part) => (typeof part === 'number' ? formatNumber(part, language, countDigits) : part)).join('');
}

/** `cause.slow_database` → its words; what has none is shown as it was sent. */
export function sayKind(language: Language, prefix: string, kind: string): string {
  const key = `${prefix}.${kind}`;
  return hasString(key) ? template(language, key) : kind;
}

export function featureName(feature: string, subject: string, language: Language): string {
  const words = sayKind(language, 'feature', feature);
  if (subject === '') return words.replace(/ ?[（(“]\{subject\}[)）”]/, '').replace('{subject}', feature);
  return fill(words, { subject: subject.length > subjectCharsMax ? `${subject.slice(0, subjectCharsMax - 1)}…` : subject }).join('');
}

/** A template of a log can be long; its finding's page has all of it. */
const subjectCharsMax = 120;

/** What a series is about, in words: of a log template its text, not its id. */
export function seriesName({ feature, subject, text }: { readonly feature: string; readonly subject: string; readonly text: string }, language: Language): string {
  return featureName(feature, text === '' ? subject : text, language);
}

/** When the best answer is weaker than not knowing, the answer is *unknown*. */
export function knownCause(incident: Incident): Cause | null {
  const [best] = incident.explanation.causes;
  return best === undefined || best.kind === 'unknown' || incident.explanation.unknown > best.confidence ? null : best;
}

/** What is said where no cause is known: that it lies where no telemetry comes from, or nothing. */
export function notKnownKey({ unknown, outside = 0 }: Incident['explanation']): 'cause.outside' | 'cause.notKnown' {
  return outside > unknown / 2 ? 'cause.outside' : 'cause.notKnown';
}

/** What broke, since when: the first sentence of every incident. */
export function headline(incident: Incident, tongue: Tongue): Piece[] {
  const { headline: { entity, feature, observed, expected, unit }, onsetMs, resolvedMs, blast } = incident;
  const { language, names, nowMs } = tongue;
  const since = resolvedMs === null
    ? say(language, 'since.time', { time: formatTime(onsetMs, nowMs) })
    : say(language, 'since.span', { from: formatTime(onsetMs, nowMs), to: formatTime(resolvedMs, nowMs) });
  const name: Piece = { entity, name: entityName(entity, names) };
  const words: Record<string, Piece> = { name, since, feature: featureName(feature, '', language), observed: formatValue(observed, unit, language), expected: formatValue(expected, unit, language) };
  const tell = (key: StringKey, more: Record<string, Piece> = {}): Piece[] => fill<Piece>(template(language, key), { ...words, ...more });
  switch (feature) {
    case 'error_share': return tell('sentence.fails', { share: formatShare(Math.max(observed, kindOf(entity) === 'user' ? blast.failedShare : 0), language) });
    case 'latency_p50': case 'latency_p95': case 'latency_p99': return tell('sentence.slow');
    case 'request_rate':
      if (observed === 0) return tell('sentence.gone');
      return observed < expected ? tell('sentence.less', { share: formatShare(1 - observed / expected, language) }) : tell('sentence.more', { times: formatNumber(observed / expected, language, 2) });
    default: return observed === 0 && expected === 0 ? tell('sentence.otherNew') : tell('sentence.other');
  }
}

/** `payment-db — slow database: SELECT …`; null when the answer is unknown. */
export function causeLine(cause: Cause, tongue: Tongue): { readonly name: string; readonly kind: string; readonly detail: string; readonly sure: string } {
  const { language, names } = tongue;
  return { name: entityName(cause.entity, names), kind: sayKind(language, 'cause', cause.kind), detail: cause.detail, sure: say(language, 'cause.sure', { share: formatConfidence(cause.confidence) }) };
}

/** Of these two numbers say nothing. */
const wordless: ReadonlySet<Finding['direction']> = new Set(['new', 'absent', 'shape', 'joint', 'sequence', 'missing']);

export function findingLine(finding: Finding, tongue: Tongue): string {
  const { language } = tongue;
  const feature = seriesName(finding, language);
  if (wordless.has(finding.direction)) return `${feature} · ${sayKind(language, 'direction', finding.direction)}`;
  return `${feature} ${formatValue(finding.expected.mid, finding.unit, language)} → ${formatValue(finding.observed, finding.unit, language)}`;
}

export function plain(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.name)).join('');
}

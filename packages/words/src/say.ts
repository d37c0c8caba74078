import { fill } from './fill.ts';
import { formatNumber } from './format.ts';
import { column, type Language } from './language.ts';
import { evidence } from './table/evidence.ts';
import { features } from './table/features.ts';
import { finding } from './table/finding.ts';
import { incident } from './table/incident.ts';
import { next } from './table/next.ts';
import { nouns } from './table/nouns.ts';
import { refined } from './table/refined.ts';
import { story } from './table/story.ts';

/** The one table of sentences: each key with its English and its Chinese words. A screen puts its own beside them. */
export const sentences = { ...evidence, ...features, ...finding, ...incident, ...next, ...nouns, ...refined, ...story } satisfies Record<string, readonly [en: string, zh: string]>;
export type SentenceKey = keyof typeof sentences;

/** Counts are shown to the last one. */
const countDigits = 12;

export function template(language: Language, key: SentenceKey): string {
  return sentences[key][column[language]];
}

/** Whether a key built from data (`cause.${kind}`) has words. Data that we do not know yet is then shown as it is. */
export function hasSentence(key: string): key is SentenceKey {
  return Object.hasOwn(sentences, key);
}

export function say(language: Language, key: SentenceKey, values: Readonly<Record<string, string | number>> = {}): string {
  return fill(template(language, key), values).map((part) => (typeof part === 'number' ? formatNumber(part, language, countDigits) : part)).join('');
}

/** `cause.slow_database` → its words; what has none is shown as it was sent. */
export function sayKind(language: Language, prefix: string, kind: string): string {
  const key = `${prefix}.${kind}`;
  return hasSentence(key) ? template(language, key) : kind;
}

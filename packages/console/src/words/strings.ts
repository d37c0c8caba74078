import { fill, formatNumber, type Language, sentences } from '@clew/words';
import { access } from './table/access.ts';
import { causeVerdict } from './table/cause-verdict.ts';
import { detection } from './table/detection.ts';
import { finding } from './table/finding.ts';
import { frame } from './table/frame.ts';
import { incident } from './table/incident.ts';
import { ingest } from './table/ingest.ts';
import { ingestNext } from './table/ingest-next.ts';
import { lookBack } from './table/look-back.ts';
import { pages } from './table/pages.ts';
import { profile } from './table/profile.ts';
import { self } from './table/self.ts';

/** The one string table: each key with its English and its Chinese words. What is said of incidents and findings comes from the words that the command line uses, too. */
export const strings = { ...sentences, ...access, ...causeVerdict, ...frame, ...incident, ...pages, ...self, ...finding, ...detection, ...ingest, ...ingestNext, ...lookBack, ...profile } satisfies Record<string, readonly [en: string, zh: string]>;
export type StringKey = keyof typeof strings;

const column: Readonly<Record<Language, 0 | 1>> = { en: 0, zh: 1 };
export function template(language: Language, key: StringKey): string {
  return strings[key][column[language]];
}

/** Whether a key built from data (`cause.${kind}`) has words. Data that we do not know yet is then shown as it is. */
export function hasString(key: string): key is StringKey {
  return Object.hasOwn(strings, key);
}

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

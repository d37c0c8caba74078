import { access } from './table/access.ts';
import { causeVerdict } from './table/cause-verdict.ts';
import { detection } from './table/detection.ts';
import { features } from './table/features.ts';
import { finding } from './table/finding.ts';
import { frame } from './table/frame.ts';
import { health } from './table/health.ts';
import { incident } from './table/incident.ts';
import { ingest } from './table/ingest.ts';
import { ingestNext } from './table/ingest-next.ts';
import { lookBack } from './table/look-back.ts';
import { next } from './table/next.ts';
import { pages } from './table/pages.ts';
import { profile } from './table/profile.ts';
import { refined } from './table/refined.ts';
import { self } from './table/self.ts';

export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

/** The one string table: each key with its English and its Chinese words. */
export const strings = { ...access, ...causeVerdict, ...frame, ...health, ...incident, ...next, ...pages, ...self, ...finding, ...detection, ...features, ...ingest, ...ingestNext, ...lookBack, ...profile, ...refined } satisfies Record<string, readonly [en: string, zh: string]>;
export type StringKey = keyof typeof strings;

const column: Readonly<Record<Language, 0 | 1>> = { en: 0, zh: 1 };
export function template(language: Language, key: StringKey): string {
  return strings[key][column[language]];
}

/** Whether a key built from data (`cause.${kind}`) has words. Data that we do not know yet is then shown as it is. */
export function hasString(key: string): key is StringKey {
  return Object.hasOwn(strings, key);
}

/** Splits `{name}` and `{n|one|many}` holes out of a template; the rest stays text. */
export function fill<Value>(text: string, values: Readonly<Record<string, Value>>, numberOf: (value: Value) => number = Number): (string | Value)[] {
  return text.split(/(\{[^{}]+\})/).filter((part) => part !== '').map((part) => {
    if (!part.startsWith('{')) return part;
    const [name, one, many] = part.slice(1, -1).split('|');
    if (!Object.hasOwn(values, name)) return part;
    const value = values[name];
    return one === undefined || many === undefined ? value : numberOf(value) === 1 ? one : many;
  });
}

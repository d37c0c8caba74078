import { fill } from './fill.ts';
import type { Language } from './language.ts';
import { oneLine } from './piece.ts';
import { hasSentence, sayKind, template } from './say.ts';

/** A template of a log can be long; its finding's page has all of it. */
const subjectCharsMax = 120;
/** Of these the subject is an id of ours: only its text tells people anything. */
const byText: ReadonlySet<string> = new Set(['log_template', 'missing_line', 'odd_line']);

/** What a series is about, in words; `text` is what the subject means where it is an id, as of a log template. */
export function featureName(feature: string, subject: string, language: Language, text: string = ''): string {
  const words = hasSentence(`feature.${feature}`) ? sayKind(language, 'feature', feature) : feature.replaceAll('_', ' ');
  const told = text === '' && byText.has(feature) ? '' : text === '' ? subject : text;
  if (told === '') return words.replace(/ ?[（(“]\{subject\}[)）”]/, '').replace('{subject}', feature);
  return fill(words, { subject: oneLine(told, subjectCharsMax) }).join('');
}

export function seriesName({ feature, subject, text }: { readonly feature: string; readonly subject: string; readonly text: string }, language: Language): string {
  return featureName(feature, subject, language, text);
}

/** Why such a reading matters; empty where the reading says it all. */
export function whyItMatters(feature: string, isUp: boolean, observed: number, language: Language): string {
  if (feature.endsWith('_utilization') && observed < fullFrom) return '';
  const family = familyOf.find(([pattern]) => pattern.test(feature))?.[1] ?? feature;
  const key = family === 'request_rate' ? `why.request_rate.${isUp ? 'up' : 'down'}` : `why.${family}`;
  return hasSentence(key) && (isUp || fallsTell.has(family)) ? template(language, key) : '';
}

/** A resource that is less than so full holds nobody up. */
const fullFrom = 0.8;
const fallsTell: ReadonlySet<string> = new Set(['request_rate', 'instance_count', 'log']);
const familyOf = [[/^pool_/, 'pool'], [/^latency_/, 'latency'], [/^eventloop_/, 'eventloop'], [/^(log_template|error_log_rate|new_template_rate|odd_line|missing_line)$/, 'log']] as const;

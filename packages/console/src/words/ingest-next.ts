import type { Language } from '@clew/words';
import { sayKind, hasString } from './strings.ts';

/** What the sender can do: the server's own words in English; in another language ours, where we have them. */
export function sayIngestNext(language: Language, reason: string, next: string): string {
  return language !== 'en' && hasString(`ingestNext.${reason}`) ? sayKind(language, 'ingestNext', reason) : next;
}

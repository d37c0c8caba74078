import type { EntityId } from '@clew/engine';
import { entityName, type Names } from './name.ts';
import type { Language } from './language.ts';

/** A sentence in pieces: text, and names of entities that a screen may draw as links. */
export type Piece = string | { readonly entity: EntityId; readonly name: string };

/** In which language, with which names and against which moment something is told. `zone`: the viewer's own where it is not given. */
export interface Tongue { readonly language: Language; readonly names: Names; readonly nowMs: number; readonly zone?: 'UTC'; /** A time of this day needs no date; now's where it is not given. */ readonly dayMs?: number }

export function named(entity: EntityId, { names }: Tongue): Piece {
  return { entity, name: entityName(entity, names) };
}

export function plain(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.name)).join('');
}

/** `a`, `a and b`, `a, b and 3 more`: at most so many by name. */
export function listed(items: readonly Piece[], { language }: Pick<Tongue, 'language'>, shownMost: number = 4): Piece[] {
  const [comma, and, more] = language === 'zh' ? ['、', '和', (_: number, all: number) => `等共 ${all} 个`] as const : [', ', ' and ', (n: number) => ` and ${n} more`] as const;
  const cut = items.length > shownMost;
  const shown = cut ? items.slice(0, shownMost - 1) : items;
  const pieces = shown.flatMap((item, at) => (at === 0 ? [item] : [!cut && at === shown.length - 1 ? and : comma, item]));
  return cut ? [...pieces, more(items.length - shown.length, items.length)] : pieces;
}

/** The first letter large; `p95` stays as it is written. */
export function startUpper(text: string): string {
  return /^p\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence begins with a large letter, but a name stays as it was given. */
export function startSentence(pieces: readonly Piece[]): Piece[] {
  const [first, ...rest] = pieces;
  return typeof first === 'string' ? [startUpper(first), ...rest] : [...pieces];
}

/** Control characters, line ends and direction marks out, at most so many characters: text from telemetry on one line. */
export function oneLine(text: string, charsMax: number): string {
  const words = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return words.length > charsMax ? `${words.slice(0, charsMax - 1)}…` : words;
}

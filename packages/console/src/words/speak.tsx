import { Fragment, type ReactNode } from 'react';
import { fill, formatDuration, formatTime, formatTimeExact, formatUtc, type Language, type Names, nodeOf, type Piece, type Tongue } from '@clew/words';
import { useClock } from '../clock.ts';
import { linkTo, useRoute } from '../navigate.ts';
import { usePreferences } from '../preference.ts';
import { Link } from '../parts/link.tsx';
import { say, template, type StringKey } from './strings.ts';

export type Say = (key: StringKey, values?: Readonly<Record<string, string | number>>) => string;

/** The words of the language in force. */
export function useSay(): Say {
  const { language } = usePreferences();
  return (key, values) => say(language, key, values);
}

export function useLanguage(): Language {
  return usePreferences().language;
}

/** Everything a sentence needs besides its subject. */
export function useTongue(names: Names): Tongue {
  return { language: useLanguage(), names, nowMs: useClock() };
}

/** A template whose holes are filled with elements. */
export function Rich({ name, values }: { readonly name: StringKey; readonly values: Readonly<Record<string, ReactNode>> }): ReactNode {
  return fill<ReactNode>(template(useLanguage(), name), values).map((part, at) => <Fragment key={at}>{part}</Fragment>);
}

/** A sentence whose entities are links to their page. Text is only ever text. */
export function Sentence({ pieces }: { readonly pieces: readonly Piece[] }): ReactNode {
  useRoute();
  return pieces.map((piece, at) => (typeof piece === 'string' ? <Fragment key={at}>{glued(piece)}</Fragment> : <Link key={at} className="name" to={linkTo({ page: 'service', id: nodeOf(piece.entity) })}>{piece.name}</Link>));
}

/** A number is not parted from its unit at the end of a line. */
export function glued(text: string): string {
  return text.replace(/(\d) (?=(?:%|[kMGT]?B|[mnµ]?s|min|h|d)(?!\p{L}))/gu, '$1\u00a0').replace(/< (?=\d)/g, '<\u00a0');
}

/** A moment in the viewer's zone, UTC on hover. */
export function Time({ at, exact = false }: { readonly at: number; readonly exact?: boolean }): ReactNode {
  const nowMs = useClock();
  return <time dateTime={new Date(at).toISOString()} title={formatUtc(at)} className="num">{exact ? formatTimeExact(at, nowMs) : formatTime(at, nowMs)}</time>;
}

export function Duration({ ms }: { readonly ms: number }): ReactNode {
  return <span className="num">{formatDuration(ms, useLanguage())}</span>;
}

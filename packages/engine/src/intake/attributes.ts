import { readText, ValueKind } from '@clew/otlp';
import type { AttributeColumns, Strings } from '@clew/otlp';
import { presentAttributes } from './conventions.ts';
import type { ConventionContext } from './conventions.ts';

/** Text of one request, each distinct code decoded at most once and only when asked for. */
export type Texts = (code: number) => string;

/** Longer names and values are cut: they are labels here, the rows keep them whole. */
export const labelCharsMax = 256;

export function openTexts(strings: Strings): Texts {
  const known: (string | undefined)[] = [];
  return (code) => (known[code] ??= readText(strings, code));
}

/**
 * The coercing accessor: an attribute value as text, whatever type it was sent with (ports and status codes arrive as
 * strings and as numbers, otlp §4.10). Arrays, maps and bytes read as empty.
 */
export function textAt(columns: AttributeColumns, entry: number, texts: Texts): string {
  const number = columns.numbers[entry];
  switch (columns.kinds[entry]) {
    case ValueKind.string: return cut(texts(number));
    case ValueKind.int: case ValueKind.double: return String(number);
    case ValueKind.bool: return number === 0 ? 'false' : 'true';
    default: return '';
  }
}

/** All attributes of one owner under their present names: for resources and others that are few. */
export function readAttributes(columns: AttributeColumns, owner: number, texts: Texts, context: ConventionContext = {}): Map<string, string> {
  const sent: [string, string][] = [];
  for (let entry = columns.offsets[owner]; entry < columns.offsets[owner + 1]; entry++) sent.push([texts(columns.keys[entry]), textAt(columns, entry, texts)]);
  // Object.fromEntries defines members, so that no name means anything to JavaScript.
  return new Map(Object.entries(presentAttributes(Object.fromEntries(sent), context)).map(([key, value]) => [key, String(value)]));
}

export function cut(text: string): string {
  return text.length <= labelCharsMax ? text : `${text.slice(0, labelCharsMax - 1)}…`;
}

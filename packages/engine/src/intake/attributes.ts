import { readText, ValueKind } from '@clew/otlp';
import type { AttributeColumns, Strings } from '@clew/otlp';

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

/** All attributes of one owner by key: for resources and others that are few. New names win over old ones. */
export function readAttributes(columns: AttributeColumns, owner: number, texts: Texts, renamed: ReadonlyMap<string, string>): Map<string, string> {
  const found = new Map<string, string>();
  const old = new Map<string, string>();
  for (let entry = columns.offsets[owner]; entry < columns.offsets[owner + 1]; entry++) {
    const key = texts(columns.keys[entry]);
    const value = textAt(columns, entry, texts);
    const now = renamed.get(key);
    if (now === undefined) found.set(key, value); else old.set(now, value);
  }
  for (const [key, value] of old) if (!found.has(key)) found.set(key, value);
  return found;
}

export function cut(text: string): string {
  return text.length <= labelCharsMax ? text : `${text.slice(0, labelCharsMax - 1)}…`;
}

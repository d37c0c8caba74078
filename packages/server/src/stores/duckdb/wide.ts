/**
 * The text of a row's attributes that are not in the dictionary, kept so that it can be searched and read back:
 *
 *   ␞ key ␟ text ␝ kind [base64 of the encoded AnyValue]      once an attribute
 *
 * The separators (and escape) are escaped in keys and texts, so that no value can look like another attribute.
 */
import { ValueKind } from '@clew/otlp';
import type { TextColumn } from './columns.ts';

export const [escape, tail, head, middle] = [0x1b, 0x1d, 0x1e, 0x1f];
const isSpecial = (byte: number): boolean => byte === escape || (byte >= tail && byte <= middle);

/** `0` empty, `s` string, `b` bool, `i` int, `d` double, `a` array, `m` map, `x` bytes: index is ValueKind. */
const kindLetters = '0sbidamx';

export function putEscaped(to: TextColumn, source: Uint8Array, start: number, end: number): void {
  let from = start;
  for (let i = start; i < end; i++) {
    if (source[i] > middle || !isSpecial(source[i])) continue;
    to.put(source, from, i);
    to.putByte(escape);
    to.putByte(source[i] | 0x40);
    from = i + 1;
  }
  to.put(source, from, end);
}

/** After head, key, middle and text: closes the entry. `raw` for kinds whose text does not say all. */
export function putTail(to: TextColumn, kind: ValueKind, raw: Uint8Array | null): void {
  to.putByte(tail);
  to.putByte(kindLetters.charCodeAt(kind));
  if (raw !== null) to.putText(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('base64'));
}

export interface WideEntry { readonly key: string; readonly text: string; readonly kind: ValueKind; readonly raw: Uint8Array | null }

export function readWide(wide: string): WideEntry[] {
  if (wide === '') return [];
  return wide.slice(1).split(String.fromCharCode(head)).map((entry) => {
    const keyEnd = entry.indexOf(String.fromCharCode(middle));
    const textEnd = entry.indexOf(String.fromCharCode(tail), keyEnd);
    const raw = entry.slice(textEnd + 2);
    return {
      key: unescaped(entry.slice(0, keyEnd)),
      text: unescaped(entry.slice(keyEnd + 1, textEnd)),
      kind: kindLetters.indexOf(entry[textEnd + 1]) as ValueKind,
      raw: raw === '' ? null : new Uint8Array(Buffer.from(raw, 'base64')),
    };
  });
}

/** What the wide text of a row contains when it has this attribute with this text. */
export function wideNeedle(key: string, text: string): string {
  return `${String.fromCharCode(head)}${escaped(key)}${String.fromCharCode(middle)}${escaped(text)}${String.fromCharCode(tail)}`;
}

const special = new RegExp(`[${String.fromCharCode(escape, tail, head, middle)}]`, 'g');
const escapedPair = new RegExp(`${String.fromCharCode(escape)}(.)`, 'gs');

function escaped(text: string): string {
  return text.replace(special, (char) => String.fromCharCode(escape, char.charCodeAt(0) | 0x40));
}

function unescaped(text: string): string {
  return text.includes(String.fromCharCode(escape)) ? text.replace(escapedPair, (_, char: string) => String.fromCharCode(char.charCodeAt(0) & ~0x40)) : text;
}

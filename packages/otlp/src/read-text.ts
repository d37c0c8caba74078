import type { Strings } from './batch.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The string with this code as text. Strings of a batch are known to be UTF-8. */
export function readText(strings: Strings, code: number): string {
  const length = strings.lengths[code];
  if (length === 0) return '';
  const start = strings.starts[code];
  return decoder.decode(strings.bytes.subarray(start, start + length));
}

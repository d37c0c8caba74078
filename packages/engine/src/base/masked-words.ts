/** The words of a log record with what varies masked: what its template is found by, and what makes two bodies the same. */

/** Words read of a record; the rest tells templates apart no more. */
const wordsMax = 60;
export const wild = '<*>';

const variable = /"[^"]*"|'[^'\s][^']*'|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[a-z]*\d)[0-9a-f]{8,}\b|[-+]?\d+(?:[.:,/-]\d+)*(?:[eE][-+]?\d+)?(?:ms|us|ns|s|m|h|%|[kKMG]i?[bB]|[bB])?(?![a-z])/gi;

/** Answers that were given before: the same text again costs a look-up. Never seen from outside. */
const known = new Map<string, readonly string[]>();
const knownMax = 8_192;

/** The words of a record with `<*>` in place of what varies. */
export function maskedWords(text: string): readonly string[] {
  const before = known.get(text);
  if (before !== undefined) return before;
  const masked = text.replace(variable, wild).trim().split(/\s+/, wordsMax);
  const words = masked.map((word) => (word.includes(wild) ? word.replace(/(?:<\*>[.,:/@_-]?)+<\*>/g, wild) : word));
  if (known.size >= knownMax) known.clear();
  known.set(text, words);
  return words;
}

import type { Random } from '../../packages/simulator/src/random.ts';
import { changeBytes } from './mutate-bytes.ts';

const inputCharsMax = 16_384;
/** Strings, words and numbers, white space, single characters. */
const token = /"(?:[^"\\]|\\.)*"|[-+.\w]+|\s+|./gsu;
const scalars = ['0', '-0', '1', '-1', '1.5', '1e3', '1e400', '-1e400', '9007199254740993', '18446744073709551615', '18446744073709551616', '-9223372036854775809', '01', '1.', '.5', '+1', '0x10', 'NaN', 'Infinity', 'null', 'true', 'false', '{}', '[]', '[null]', '{"":""}',
  '"NaN"', '"-Infinity"', '"1e3"', '"1.5"', '" 1"', '"0x1"', '""', '"AAECAw=="', '"AAECAw"', '"_-8"', '"A"', '"0af7651916cd43dd8448eb211c80319c"', '"0AF7651916CD43DD"', '"CvdlGRbNQ92ESOshHIAxnA=="', '"SPAN_KIND_SERVER"', '"2026-11-22T00:00:00Z"', '"\\ud800"', '"\\u0000"', '"\\x"', '"__proto__"', '"\\u005f_proto__"', '"toString"', '"caf\u00e9 \u{1f600}"'];
const keys = ['"resourceSpans"', '"resource_spans"', '"resourceMetrics"', '"resourceLogs"', '"resourceProfiles"', '"scopeSpans"', '"spans"', '"attributes"', '"key"', '"value"', '"stringValue"', '"string_value"', '"intValue"', '"doubleValue"', '"bytesValue"', '"arrayValue"', '"kvlistValue"', '"values"', '"traceId"', '"trace_id"', '"__proto__"', '"kind"', '"dataPoints"', '"sum"', '"asInt"', '"body"', '"timeUnixNano"'];

/** `input` as JSON text with one to five tokens changed; sometimes as bytes, so that UTF-8 is broken, too. */
export function changeText(random: Random, input: Uint8Array, other: Uint8Array): Uint8Array {
  if (random.chance(0.1)) return changeBytes(random, input);
  const tokens = new TextDecoder().decode(input).match(token) ?? [];
  const donor = random.chance(0.3) ? new TextDecoder().decode(other).match(token) ?? [] : [];
  for (let count = random.pick([1, 1, 2, 3, 5]); count > 0; count--) changeOnce(random, tokens, donor);
  return new TextEncoder().encode(tokens.join('').slice(0, inputCharsMax));
}

function changeOnce(random: Random, tokens: string[], donor: readonly string[]): void {
  const at = random.below(tokens.length);
  // Most changes leave the text well-formed, so that what is behind the parser is reached.
  const kind = random.below(20);
  if (kind < 10) tokens[nextWhere(tokens, at, (i) => /^[-"\w]/.test(tokens[i]) && tokens[i + 1] !== ':')] = random.pick(scalars);
  else if (kind < 13) tokens[nextWhere(tokens, at, (i) => tokens[i + 1] === ':')] = random.chance(0.5) ? random.pick(keys) : tokens[nextWhere(tokens, random.below(tokens.length), (i) => tokens[i + 1] === ':')];
  else changeShape(random, tokens, donor, at);
}

function changeShape(random: Random, tokens: string[], donor: readonly string[], at: number): void {
  switch (random.below(6)) {
    case 0: tokens.splice(at, random.integer(1, 6)); return;
    case 1: tokens.splice(at, 0, random.pick(['{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\n', '\ufeff'])); return;
    case 2: tokens.splice(at, 0, ...tokens.slice(random.below(tokens.length), random.below(tokens.length)).slice(0, 60)); return;
    case 3: tokens.splice(at, 0, ...donor.slice(random.below(donor.length + 1)).slice(0, 40)); return;
    case 4: {
      const depth = random.pick([1, 3, 70, 600]);
      const [open, close] = random.pick([['[', ']'], ['{"arrayValue":{"values":[', ']}}'], ['{"kvlistValue":{"values":[{"key":"k","value":', '}]}}'], ['{"a":', '}']]);
      tokens[at] = open.repeat(depth) + (tokens[at] ?? '') + close.repeat(depth);
      return;
    }
    default: tokens.splice(at); return;
  }
}

function nextWhere(tokens: readonly string[], from: number, is: (index: number) => boolean): number {
  for (let i = 0; i < tokens.length; i++) if (is((from + i) % tokens.length)) return (from + i) % tokens.length;
  return from;
}

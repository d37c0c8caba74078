/**
 * OTLP/JSON → protobuf of the same request, so that there is one reader. Read leniently: enum names and snake_case names
 * are understood, unknown members are ignored, null is the default, of two equal names the last counts.
 */
import type { Signal } from './batch.ts';
import { MalformedOtlp } from './malformed.ts';
import { requests } from './schema-requests.ts';
import { openSink, written } from './sink.ts';
import { writeMessage } from './write-message.ts';

/** Throws MalformedOtlp where the text is no JSON object, or a member has the wrong type or range; `at` is its path. */
export function fromJson(signal: Signal, text: string): Uint8Array {
  let request: unknown;
  try {
    request = JSON.parse(quoteLongIntegers(text));
  } catch (error) {
    throw new MalformedOtlp('', error instanceof SyntaxError ? `not one JSON object: ${error.message}` : 'not one JSON object');
  }
  const sink = openSink();
  writeMessage(sink, requests[signal], request, true);
  return written(sink);
}

/** An integer of fewer digits is exact as a double. */
const exactDigits = 15;
const longInteger = /[-:,[\s]\d{16}/;
const zero = 48;
const nine = 57;

/**
 * JSON.parse rounds integers beyond 2^53, so those that stand bare are put into quotes first, which OTLP/JSON allows for
 * every integer. What is not JSON stays what is not JSON: only what is followed by the end of a value is touched.
 */
export function quoteLongIntegers(text: string): string {
  if (!longInteger.test(text)) return text;
  let out = '';
  let copied = 0;
  let i = 0;
  while (i < text.length) {
    const unit = text.charCodeAt(i);
    if (unit === 34) {
      i = endOfString(text, i + 1);
      continue;
    }
    if (unit < zero || unit > nine) {
      i++;
      continue;
    }
    const start = i > 0 && text[i - 1] === '-' ? i - 1 : i;
    const digits = i;
    while (isNumberPart(text.charCodeAt(i))) i++;
    const number = text.slice(digits, i);
    if (number.length > exactDigits && /^[1-9]\d*$/.test(number) && endsValue(text, i) && startsValue(text, start)) {
      out += `${text.slice(copied, start)}"${text.slice(start, i)}"`;
      copied = i;
    }
  }
  return out + text.slice(copied);
}

/** Behind the closing quote of the string that `i` is in. */
function endOfString(text: string, i: number): number {
  for (let at = text.indexOf('"', i); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

function isNumberPart(unit: number): boolean {
  return (unit >= zero && unit <= nine) || unit === 46 || unit === 101 || unit === 69 || unit === 43 || unit === 45;
}

function endsValue(text: string, i: number): boolean {
  while (isSpace(text.charCodeAt(i))) i++;
  return text[i] === ',' || text[i] === '}' || text[i] === ']';
}

function startsValue(text: string, i: number): boolean {
  i--;
  while (isSpace(text.charCodeAt(i))) i--;
  return text[i] === ':' || text[i] === '[' || text[i] === ',';
}

function isSpace(unit: number): boolean {
  return unit === 32 || unit === 10 || unit === 13 || unit === 9;
}

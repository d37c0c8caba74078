import type { AnyValue, KeyValue } from '@clew/otlp';
import { CodedError } from '../../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Throws `malformed`. */
export function toText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new CodedError('malformed', '', { detail: 'The text is not valid UTF-8.', cause: error });
  }
}

/** Integers that a double would round: those come out as bigint. */
const longInteger = /(?<![\d.])(?:9\d{15}|\d{17})/;

interface Source { readonly source?: string }
const keepExact = (_: string, value: unknown, context?: Source): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && context?.source !== undefined && /^-?\d{1,40}$/.test(context.source) ? BigInt(context.source) : value;

/** Throws SyntaxError. */
export function parseExact(text: string): unknown {
  return longInteger.test(text) ? JSON.parse(text, keepExact as (key: string, value: unknown) => unknown) : JSON.parse(text);
}

/** Objects and lists in one text: `[[],[],…` of 64 MiB would else become a gigabyte of them before anything could be counted. */
const containersMax = 4_000_000;

function countContainers(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === 0x5b || byte === 0x7b) count++;
  return count;
}

/** Throws `malformed`. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length > 2 * containersMax && countContainers(body) > containersMax) throw new CodedError('malformed', '', { detail: `The text has more than ${containersMax} objects and lists.` });
  const text = toText(body);
  try {
    return parseExact(text);
  } catch (error) {
    throw new CodedError('malformed', '', { detail: `It is not JSON: ${error instanceof Error ? error.message : ''}`, cause: error });
  }
}

/** What is nested more deeply than any reader takes is left empty: its item is then refused for that. */
const depthMax = 80;
const int64Max = 2n ** 63n;

export function toAnyValue(value: unknown, depth = 0): AnyValue {
  switch (typeof value) {
    case 'string': return { stringValue: value };
    case 'boolean': return { boolValue: value };
    case 'number': return Number.isSafeInteger(value) ? { intValue: value } : { doubleValue: value };
    case 'bigint': return value >= -int64Max && value < int64Max ? { intValue: value } : { stringValue: value.toString() };
    default:
  }
  if (value === null || value === undefined || depth > depthMax) return {};
  if (Array.isArray(value)) return { arrayValue: { values: value.map((each) => toAnyValue(each, depth + 1)) } };
  return { kvlistValue: { values: toAttributes(value as JsonObject, depth + 1) } };
}

export function toAttributes(object: JsonObject, depth = 0): KeyValue[] {
  return Object.entries(object).map(([key, value]) => ({ key, value: toAnyValue(value, depth) }));
}

export const textAttribute = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });

const nsMax = 2n ** 64n - 1n;
/** Both are at most `nsMax`. */
export const addNs = (ns: bigint, more: bigint): bigint => (ns + more > nsMax ? nsMax : ns + more);

/** Microseconds since 1970, a number or its digits → nanoseconds; null where it is none. */
export function fromMicros(value: unknown): bigint | null {
  const micros = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof micros !== 'number' || !(micros >= 0) || micros * 1_000 > Number(nsMax)) return null;
  const whole = Math.trunc(micros);
  return BigInt(whole) * 1_000n + BigInt(Math.round((micros - whole) * 1_000));
}

/** Hex of an id, padded with zeros on the left to the length that it has in OTLP; null where it is none. */
export function toId(value: unknown, digits: 16 | 32): string | null {
  if (typeof value !== 'string' || value.length > digits || !/^[0-9a-f]+$/i.test(value) || /^0+$/.test(value)) return null;
  return value.toLowerCase().padStart(digits, '0');
}

/** The same text for the same value, to tell groups apart; `parseExact` gives integers that JSON.stringify refuses. */
export const keyOf = (value: unknown): string => JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each));

/** Numbers as OTLP/JSON and message.ts allow them: JSON numbers, decimal strings, bigint. Wrong ones give a text that says why. */

/** A number, or the complaint about it. */
export type Parsed<T> = { readonly ok: T } | { readonly wrong: string };

const plainInteger = /^-?(?:0|[1-9]\d*)$/;
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]/;
/** 20 digits hold any 64-bit number; a longer text is not worth making a bigint of. */
const digitsMax = 32;

export function toInteger(value: unknown, min: bigint, max: bigint): Parsed<bigint> {
  let n: bigint;
  if (typeof value === 'bigint') n = value;
  else if (typeof value === 'number') {
    if (!Number.isInteger(value)) return { wrong: `${value} is not an integer` };
    n = BigInt(value);
  } else if (typeof value === 'string') {
    if (value.length <= digitsMax && plainInteger.test(value)) n = BigInt(value);
    else if (rfc3339.test(value)) return { wrong: `${JSON.stringify(value.slice(0, 40))}: times are decimal nanoseconds since 1970, not RFC 3339` };
    else if (decimal.test(value) && Number.isInteger(Number(value))) n = BigInt(Number(value));
    else return { wrong: `${JSON.stringify(value.slice(0, 40))} is not an integer` };
  } else return { wrong: `an integer is due, not ${nameOf(value)}` };
  if (n < min || n > max) return { wrong: `${n.toString().slice(0, 40)} is out of range (${min} to ${max})` };
  return { ok: n };
}

/** `1e400` reads as Infinity, like everywhere in JavaScript. */
export function toDouble(value: unknown): Parsed<number> {
  if (typeof value === 'number') return { ok: value };
  if (typeof value === 'bigint') return { ok: Number(value) };
  if (typeof value !== 'string') return { wrong: `a number is due, not ${nameOf(value)}` };
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity' || decimal.test(value)) return { ok: Number(value) };
  return { wrong: `${JSON.stringify(value.slice(0, 40))} is not a number` };
}

/** What a value is, in words for people. */
export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null || value === undefined) return 'null';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

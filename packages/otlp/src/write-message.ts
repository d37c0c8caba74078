/** Any object in the shape of message.ts → protobuf, by the tables of schema.ts. */
import { fromBase64 } from './base64.ts';
import { fromHex } from './hex.ts';
import { valueDepthMax } from './limits.ts';
import { MalformedOtlp } from './malformed.ts';
import { nameOf, toDouble, toInteger } from './number.ts';
import type { Parsed } from './number.ts';
import type { Field, Message } from './schema-field.ts';
import type { Sink } from './sink.ts';
import { endLength, startLength, writeBytes, writeDouble, writeFixed32, writeFixed64, writeString, writeVarint, writeVarint64 } from './sink.ts';

/**
 * Messages inside one another: four of these make one level of nested values, and a dozen lie around them. What is
 * deeper is left out: by then the value is deeper than any reader takes, so its item is refused whatever is in there.
 */
const messageDepthMax = valueDepthMax * 4 + 16;

/** `lenient`: names in snake_case are understood too, where the lowerCamelCase name is absent. */
export function writeMessage(s: Sink, message: Message, object: unknown, lenient: boolean, depth = 0): void {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) throw wrong(`an object (${message.name}) is due, not ${nameOf(object)}`);
  if (depth > messageDepthMax) return;
  const record = object as Readonly<Record<string, unknown>>;
  let member = '';
  for (const field of message.fields) {
    let value = record[field.name];
    if ((value === undefined || value === null) && lenient && field.snake !== field.name) value = record[field.snake];
    if (value === undefined || value === null) continue;
    if (field.oneof !== null) {
      if (member !== '') throw wrong(`${member} and ${field.name} are both set, only one may be`);
      member = field.name;
    }
    try {
      if (field.repeated) writeList(s, field, value, lenient, depth);
      else writeField(s, field, value, lenient, depth);
    } catch (error) {
      throw below(error, field.name);
    }
  }
}

function wrong(what: string): MalformedOtlp {
  return new MalformedOtlp('', what);
}

/** The same complaint, seen from one level further out. */
function below(error: unknown, segment: string): unknown {
  if (!(error instanceof MalformedOtlp)) return error;
  const at = error.at === '' || error.at.startsWith('[') ? segment + error.at : `${segment}.${error.at}`;
  return new MalformedOtlp(at, error.message);
}

function writeList(s: Sink, field: Field, value: unknown, lenient: boolean, depth: number): void {
  if (!Array.isArray(value)) throw wrong(`an array is due, not ${nameOf(value)}`);
  if (value.length === 0) return;
  const packed = field.type !== 'message' && field.type !== 'string';
  let at = 0;
  if (packed) {
    writeVarint(s, field.number * 8 + 2);
    at = startLength(s);
  }
  for (let i = 0; i < value.length; i++) {
    try {
      if (packed) writeScalar(s, field, value[i], false);
      // An array element that is null is an empty value, and keeps its place.
      else writeField(s, field, value[i] ?? (field.type === 'message' ? {} : value[i]), lenient, depth, true);
    } catch (error) {
      throw below(error, `[${i}]`);
    }
  }
  if (packed) endLength(s, at);
}

function writeField(s: Sink, field: Field, value: unknown, lenient: boolean, depth: number, always = field.explicit): void {
  if (field.message === null) {
    const before = s.pos;
    if (!writeScalar(s, field, value, true) && !always) s.pos = before;
    return;
  }
  writeVarint(s, field.number * 8 + 2);
  const at = startLength(s);
  writeMessage(s, field.message(), value, lenient, depth + 1);
  endLength(s, at);
}

const wireTypes: Readonly<Record<Field['type'], number>> = {
  string: 2, bytes: 2, traceId: 2, spanId: 2, profileId: 2, message: 2, bool: 0, uint32: 0, int32: 0, sint32: 0, int64: 0, uint64: 0, enum: 0,
  double: 1, fixed64: 1, sfixed64: 1, time: 1, fixed32: 5,
};

/** Writes one value, with its tag if asked; false where it is the default of its type. */
function writeScalar(s: Sink, field: Field, value: unknown, tag: boolean): boolean {
  if (tag) writeVarint(s, field.number * 8 + wireTypes[field.type]);
  switch (field.type) {
    case 'string': {
      if (typeof value !== 'string') throw wrong(`a string is due, not ${nameOf(value)}`);
      writeString(s, value);
      return value !== '';
    }
    case 'bool': {
      if (typeof value !== 'boolean') throw wrong(`true or false is due, not ${nameOf(value)}`);
      writeVarint(s, value ? 1 : 0);
      return value;
    }
    case 'double': {
      const n = ok(toDouble(value));
      writeDouble(s, n);
      return !Object.is(n, 0);
    }
    case 'traceId': return writeId(s, value, 16);
    case 'spanId': return writeId(s, value, 8);
    case 'profileId': return writeProfileId(s, value);
    case 'bytes': {
      const bytes = typeof value === 'string' ? fromBase64(value) : null;
      if (bytes === null) throw wrong(`base64 is due, not ${typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : nameOf(value)}`);
      writeBytes(s, bytes);
      return bytes.length > 0;
    }
    default: return writeInteger(s, field, value);
  }
}

function ok<T>(parsed: Parsed<T>): T {
  if ('wrong' in parsed) throw wrong(parsed.wrong);
  return parsed.ok;
}

const uint32Max = 2n ** 32n - 1n;
const int32Max = 2n ** 31n - 1n;
const uint64Max = 2n ** 64n - 1n;
const int64Max = 2n ** 63n - 1n;

function writeInteger(s: Sink, field: Field, value: unknown): boolean {
  // Most integers are small and in range for every type that is a plain varint: they need no bigint.
  if (wireTypes[field.type] === 0 && field.type !== 'sint32' && typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff) {
    writeVarint(s, value);
    return value !== 0;
  }
  switch (field.type) {
    case 'uint32':
    case 'fixed32': {
      const n = Number(ok(toInteger(value, 0n, uint32Max)));
      if (field.type === 'uint32') writeVarint(s, n);
      else writeFixed32(s, n);
      return n !== 0;
    }
    case 'sint32': {
      const n = Number(ok(toInteger(value, -int32Max - 1n, int32Max)));
      writeVarint(s, (n << 1) ^ (n >> 31));
      return n !== 0;
    }
    case 'enum':
    case 'int32': {
      const named = typeof value === 'string' && field.names !== null && Object.hasOwn(field.names, value) ? field.names[value] : undefined;
      const n = named === undefined ? ok(toInteger(value, -int32Max - 1n, int32Max)) : BigInt(named);
      writeVarint64(s, n);
      return n !== 0n;
    }
    case 'int64':
    case 'sfixed64': {
      const n = ok(toInteger(value, -int64Max - 1n, int64Max));
      if (field.type === 'int64') writeVarint64(s, n);
      else writeFixed64(s, n);
      return n !== 0n;
    }
    default: {
      const n = ok(toInteger(value, 0n, uint64Max));
      if (field.type === 'uint64') writeVarint64(s, n);
      else writeFixed64(s, n);
      return n !== 0n;
    }
  }
}

const encoder = new TextEncoder();

/**
 * An id is hex. A text that is not (base64, as plain protobuf JSON would have it) is written as bytes of a length that
 * no id has, so that the reader refuses the item it belongs to and not the whole request.
 */
function writeId(s: Sink, value: unknown, length: number): boolean {
  if (typeof value !== 'string') throw wrong(`an id (hex string) is due, not ${nameOf(value)}`);
  let bytes = fromHex(value);
  if (bytes === null) {
    bytes = encoder.encode(value);
    if (bytes.length === length) bytes = encoder.encode(`${value}?`);
  }
  writeBytes(s, bytes);
  return bytes.length > 0;
}

/** Base64, as the JSON mapping has it for all bytes but trace and span ids; 32 hex digits are understood, too. */
function writeProfileId(s: Sink, value: unknown): boolean {
  if (typeof value !== 'string') throw wrong(`a profile id (base64) is due, not ${nameOf(value)}`);
  const bytes = (value.length === 32 ? fromHex(value) : null) ?? fromBase64(value);
  if (bytes === null) throw wrong(`a profile id (base64, or 32 hex digits) is due, not ${JSON.stringify(value.slice(0, 40))}`);
  writeBytes(s, bytes);
  return bytes.length > 0;
}

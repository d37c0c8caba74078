/** Protobuf → objects in the shape of message.ts, by the tables of schema.ts. For what people look at; columns are for the rest. */
import type { Signal } from './batch.ts';
import { MetricType } from './batch.ts';
import { toBase64 } from './base64.ts';
import type { Cursor } from './cursor.ts';
import { endOf, malformed, openCursor, readLength, readTag, readVarint, skipUnknown } from './cursor.ts';
import { toHex } from './hex.ts';
import { valueDepthMax } from './limits.ts';
import type {
  AnyValue, ExponentialHistogramPoint, HistogramPoint, LogRecordMessage, LogsData, MetricsData, NumberPoint, Resource, Scope, Span, SummaryPoint, TracesData,
} from './message.ts';
import type { Profile, ProfilesData, ProfilesDictionary } from './message-profiles.ts';
import type { Field, Message } from './schema-field.ts';
import { profile, profilesDictionary } from './schema-profiles.ts';
import { requests } from './schema-requests.ts';
import {
  anyValue, exponentialHistogramPoint, histogramPoint, logRecord, metric, numberPoint, resource, scope, span, summaryPoint,
} from './schema.ts';
import type { Metric } from './message.ts';

/**
 * A whole request. Only members that were sent are there; 64-bit integers are decimal strings, ids lower-case hex, bytes
 * base64, NaN and infinities (and −0, which JSON.stringify would lose) strings: JSON.stringify makes OTLP/JSON of it.
 */
export function readMessage(signal: 'traces', bytes: Uint8Array): TracesData;
export function readMessage(signal: 'logs', bytes: Uint8Array): LogsData;
export function readMessage(signal: 'metrics', bytes: Uint8Array): MetricsData;
export function readMessage(signal: 'profiles', bytes: Uint8Array): ProfilesData;
export function readMessage(signal: Signal, bytes: Uint8Array): TracesData | LogsData | MetricsData | ProfilesData;
export function readMessage(signal: Signal, bytes: Uint8Array): TracesData | LogsData | MetricsData | ProfilesData {
  return decode(requests[signal], bytes);
}

/** Request as OTLP/JSON. */
export function toJson(signal: Signal, bytes: Uint8Array): string {
  return JSON.stringify(readMessage(signal, bytes));
}

/** The AnyValue encoded in `bytes[start .. start + length)`, such as an attribute's slice of `strings.bytes`. */
export function readValue(bytes: Uint8Array, start: number, length: number): AnyValue {
  return decode(anyValue, bytes.subarray(start, start + length));
}

/** The Resource, InstrumentationScope or Metric at a slice of `strings.bytes` (see the `starts` and `lengths` of batch.ts). */
export function readResource(bytes: Uint8Array, start: number, length: number): Resource {
  return decode(resource, bytes.subarray(start, start + length));
}
export function readScope(bytes: Uint8Array, start: number, length: number): Scope {
  return decode(scope, bytes.subarray(start, start + length));
}
export function readMetric(bytes: Uint8Array, start: number, length: number): Metric {
  return decode(metric, bytes.subarray(start, start + length));
}

/** A Profile and the ProfilesDictionary that its indexes point into, each at a slice (see ProfileBatch). */
export function readProfile(bytes: Uint8Array, start: number, length: number): Profile {
  return decode(profile, bytes.subarray(start, start + length));
}
export function readDictionary(bytes: Uint8Array, start: number, length: number): ProfilesDictionary {
  return decode(profilesDictionary, bytes.subarray(start, start + length));
}

export type PointOf = {
  [MetricType.gauge]: NumberPoint; [MetricType.sum]: NumberPoint; [MetricType.histogram]: HistogramPoint;
  [MetricType.exponentialHistogram]: ExponentialHistogramPoint; [MetricType.summary]: SummaryPoint;
};

const pointMessages: Readonly<Record<MetricType, Message>> = {
  [MetricType.gauge]: numberPoint, [MetricType.sum]: numberPoint, [MetricType.histogram]: histogramPoint,
  [MetricType.exponentialHistogram]: exponentialHistogramPoint, [MetricType.summary]: summaryPoint,
};

/** The fields in one row's slice of `rest`. Those of a data point mean different things by the type of its metric. */
export function readRest(signal: 'traces', bytes: Uint8Array): Partial<Span>;
export function readRest(signal: 'logs', bytes: Uint8Array): Partial<LogRecordMessage>;
export function readRest<T extends MetricType>(signal: 'metrics', bytes: Uint8Array, type: T): Partial<PointOf[T]>;
export function readRest(signal: Signal, bytes: Uint8Array, type?: MetricType): object {
  if (signal === 'traces') return decode(span, bytes);
  if (signal === 'logs') return decode(logRecord, bytes);
  if (type === undefined) throw new Error('BUG: the rest of a data point cannot be read without its metric type');
  return decode(pointMessages[type], bytes);
}

/** Any message of the schema, at the door of this file only. */
export function decode<T extends object>(message: Message, bytes: Uint8Array): T {
  return readFields(openCursor(bytes), message, bytes.length, {}, 0) as T;
}

type Fields = Record<string, unknown>;

const messageDepthMax = valueDepthMax * 4 + 16;
const wireTypes: Readonly<Record<Field['type'], number>> = {
  string: 2, bytes: 2, traceId: 2, spanId: 2, profileId: 2, message: 2, bool: 0, uint32: 0, int32: 0, sint32: 0, int64: 0, uint64: 0, enum: 0,
  double: 1, fixed64: 1, sfixed64: 1, time: 1, fixed32: 5,
};

/** Merges the fields `[c.pos .. end)` into `out`. */
function readFields(c: Cursor, message: Message, end: number, out: Fields, depth: number): Fields {
  if (depth > messageDepthMax) throw malformed(c.pos, 'messages are nested too deeply');
  while (c.pos < end) {
    const tag = readTag(c);
    const field = message.byNumber.get(tag >>> 3);
    if (field === undefined) {
      skipUnknown(c, tag, end, 0);
      continue;
    }
    const wire = wireTypes[field.type];
    const packed = field.repeated && wire !== 2 && (tag & 7) === 2;
    if (!packed && (tag & 7) !== wire) throw malformed(c.pos, `${message.name}.${field.name} has the wrong wire type ${tag & 7}`);
    if (field.oneof !== null) for (const other of field.oneof) if (other !== field.name) delete out[other];
    if (field.repeated) readElements(c, field, packed, end, (out[field.name] ??= []) as unknown[], depth);
    else if (field.message !== null) {
      const stop = readLength(c, end) + c.pos;
      out[field.name] = readFields(c, field.message(), stop, (out[field.name] ?? {}) as Fields, depth + 1);
    } else out[field.name] = readScalar(c, field, end);
  }
  endOf(c, end);
  return out;
}

function readElements(c: Cursor, field: Field, packed: boolean, end: number, into: unknown[], depth: number): void {
  if (packed) {
    const stop = readLength(c, end) + c.pos;
    while (c.pos < stop) into.push(readScalar(c, field, stop));
    endOf(c, stop);
  } else if (field.message !== null) {
    const stop = readLength(c, end) + c.pos;
    into.push(readFields(c, field.message(), stop, {}, depth + 1));
  } else into.push(readScalar(c, field, end));
}

function readScalar(c: Cursor, field: Field, end: number): unknown {
  switch (field.type) {
    case 'string': return readString(c, end);
    case 'bytes':
    case 'profileId': return toBase64(readBytes(c, end));
    case 'traceId':
    case 'spanId': return toHex(readBytes(c, end));
    case 'bool': return readVarint(c) !== 0 || c.hi !== 0;
    case 'uint32': return readVarint(c);
    case 'enum':
    case 'int32': return readVarint(c) | 0;
    case 'sint32': {
      const n = readVarint(c);
      return (n >>> 1) ^ -(n & 1);
    }
    case 'int64':
    case 'uint64': {
      const lo = readVarint(c);
      const value = (BigInt(c.hi) << 32n) | BigInt(lo);
      return (field.type === 'int64' ? BigInt.asIntN(64, value) : value).toString();
    }
    default: return readFixed(c, field);
  }
}

function readFixed(c: Cursor, field: Field): unknown {
  const at = c.pos;
  c.pos += field.type === 'fixed32' ? 4 : 8;
  switch (field.type) {
    case 'fixed32': return c.view.getUint32(at, true);
    case 'sfixed64': return c.view.getBigInt64(at, true).toString();
    case 'double': {
      const value = c.view.getFloat64(at, true);
      return Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value);
    }
    default: return c.view.getBigUint64(at, true).toString();
  }
}

function readBytes(c: Cursor, end: number): Uint8Array {
  const length = readLength(c, end);
  const start = c.pos;
  c.pos += length;
  return c.bytes.subarray(start, c.pos);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readString(c: Cursor, end: number): string {
  const bytes = readBytes(c, end);
  try {
    return decoder.decode(bytes);
  } catch {
    throw malformed(c.pos - bytes.length, 'a string is not valid UTF-8');
  }
}

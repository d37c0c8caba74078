/** The judge: protobufjs over the published .proto files. Messages are written as OTLP/JSON objects throughout. */
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import type { Signal } from './case.ts';

/** An OTLP/JSON object: ids in hex, bytes in base64, 64-bit integers as decimal text, enums as numbers. */
export type Message = { readonly [field: string]: unknown };

// Values nested deeper than any receiver's limit have to be written first.
(protobuf.util as { recursionLimit?: number }).recursionLimit = 2_000;

const folder = fileURLToPath(new URL('../proto/', import.meta.url));
const root = new protobuf.Root();
root.resolvePath = (_from, name) => (name.startsWith('google/protobuf/') ? name : folder + name);
root.loadSync([
  'opentelemetry/proto/collector/trace/v1/trace_service.proto', 'opentelemetry/proto/collector/metrics/v1/metrics_service.proto',
  'opentelemetry/proto/collector/logs/v1/logs_service.proto', 'opentelemetry/proto/collector/profiles/v1development/profiles_service.proto',
  'google/rpc/status.proto', 'google/rpc/error_details.proto',
]);
root.resolveAll();

const packages: Readonly<Record<Signal, string>> = {
  traces: 'opentelemetry.proto.collector.trace.v1', metrics: 'opentelemetry.proto.collector.metrics.v1',
  logs: 'opentelemetry.proto.collector.logs.v1', profiles: 'opentelemetry.proto.collector.profiles.v1development',
};
const nouns: Readonly<Record<Signal, string>> = { traces: 'Trace', metrics: 'Metrics', logs: 'Logs', profiles: 'Profiles' };

export const requestType = (signal: Signal): protobuf.Type => root.lookupType(`${packages[signal]}.Export${nouns[signal]}ServiceRequest`);
export const responseType = (signal: Signal): protobuf.Type => root.lookupType(`${packages[signal]}.Export${nouns[signal]}ServiceResponse`);
export const statusType = (): protobuf.Type => root.lookupType('google.rpc.Status');
export const detailType = (name: string): protobuf.Type => root.lookupType(name);
export const exportPath = (signal: Signal): string => `/${packages[signal]}.${nouns[signal]}Service/Export`;

/** Fields that OTLP/JSON writes in hex; every other `bytes` is base64. */
const hexFields: ReadonlySet<string> = new Set(['traceId', 'spanId', 'parentSpanId']);

export function encodeRequest(signal: Signal, message: Message): Buffer {
  return encode(requestType(signal), message);
}

export function encode(type: protobuf.Type, message: Message): Buffer {
  return Buffer.from(type.encode(type.fromObject(toOracle(type, message))).finish());
}

function toOracle(type: protobuf.Type, message: Message): Record<string, unknown> {
  return Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null && value !== undefined).map(([name, value]) => {
    const field = type.fields[name];
    if (field === undefined) throw new Error(`BUG: ${type.name} has no field ${name}`);
    const one = (each: unknown): unknown => {
      if (field.type === 'bytes') return Buffer.from(String(each), hexFields.has(name) ? 'hex' : 'base64');
      return field.resolvedType instanceof protobuf.Type ? toOracle(field.resolvedType, each as Message) : each;
    };
    return [name, Array.isArray(value) ? value.map(one) : one(value)];
  }));
}

/** Throws where the bytes are not this message. Fields at their default are left out; 64-bit integers are text. */
export function decode(type: protobuf.Type, bytes: Uint8Array): Message {
  return type.toObject(type.decode(bytes), { longs: String, bytes: String, arrays: false, defaults: false }) as Message;
}

/** The same request in one form: through protobuf and back, members in order, messages without members left out. Two requests mean the same where these texts are equal. */
export function canonical(signal: Signal, message: Message): string {
  return JSON.stringify(sorted(decode(requestType(signal), encodeRequest(signal, message))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]): [string, unknown] => [name, sorted(each)]).filter(([, each]) => !isEmptyMessage(each)));
}

const isEmptyMessage = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

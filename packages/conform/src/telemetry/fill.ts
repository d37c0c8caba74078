import protobuf from 'protobufjs';
import { requestType } from '../oracle.ts';
import type { Message } from '../oracle.ts';
import type { Signal } from '../case.ts';
import { nowNs } from './ids.ts';

/** Where the published type alone does not say what a good value is. */
const known: Readonly<Record<string, unknown>> = {
  'Span.traceId': 'c10102030405060708090a0b0c0d0e0f', 'Span.spanId': 'c101020304050607', 'Span.parentSpanId': 'c1010203040506aa', 'Span.kind': 2,
  'Link.traceId': 'c1ffffffffffffffffffffffffffff01', 'Link.spanId': 'c1ffffffffffff01', 'LogRecord.traceId': 'c10102030405060708090a0b0c0d0e0f', 'LogRecord.spanId': 'c101020304050607',
  'Exemplar.traceId': 'c10102030405060708090a0b0c0d0e0f', 'Exemplar.spanId': 'c101020304050607', 'LogRecord.severityNumber': 17, 'Status.code': 2,
  'HistogramDataPoint.count': '3', 'HistogramDataPoint.bucketCounts': ['1', '2'], 'HistogramDataPoint.explicitBounds': [1.5],
  'ExponentialHistogramDataPoint.count': '7', 'ExponentialHistogramDataPoint.zeroCount': '1', 'ExponentialHistogramDataPoint.scale': 2, 'Buckets.offset': -3, 'Buckets.bucketCounts': ['1', '2'],
  'ValueAtQuantile.quantile': 0.5, 'NumberDataPoint.flags': 0, 'HistogramDataPoint.flags': 0, 'ExponentialHistogramDataPoint.flags': 0, 'SummaryDataPoint.flags': 0,
  'Sum.aggregationTemporality': 2, 'Histogram.aggregationTemporality': 2, 'ExponentialHistogram.aggregationTemporality': 2, 'EntityRef.idKeys': ['key'], 'EntityRef.descriptionKeys': ['key'],
};
/** Fields of another signal's dictionary; a table of their own tests has them. */
const leftOut: ReadonlySet<string> = new Set(['AnyValue.stringValueStrindex', 'KeyValue.keyStrindex']);
const depthMax = 3;

/** Every field that the published messages have, one value each; of a oneof the member that `turn` picks. `own` replaces values by `Type.field`. */
export function fillRequest(signal: Signal, turn: number, own: Readonly<Record<string, unknown>> = {}): Message {
  return fill(requestType(signal), { ...known, ...own }, turn, 0);
}

function fill(type: protobuf.Type, given: Readonly<Record<string, unknown>>, turn: number, depth: number): Message {
  const chosen = new Set(type.oneofsArray.filter((oneof) => oneof.fieldsArray.length > 1).map((oneof) => pick(oneof.fieldsArray.filter((field) => isAllowed(type, field, depth)), turn).name));
  const inOneof = (field: protobuf.Field): boolean => field.partOf !== null && field.partOf.fieldsArray.length > 1;
  return Object.fromEntries(type.fieldsArray.filter((field) => isAllowed(type, field, depth) && (!inOneof(field) || chosen.has(field.name))).map((field) => {
    field.resolve();
    const value = given[`${type.name}.${field.name}`] ?? valueOf(field, given, turn, depth);
    return [field.name, field.repeated && !Array.isArray(value) ? [value] : value];
  }));
}

const isAllowed = (type: protobuf.Type, field: protobuf.Field, depth: number): boolean => !leftOut.has(`${type.name}.${field.name}`)
  && !(depth > depthMax + 4 && ['ArrayValue', 'KeyValueList'].includes(field.type));
const pick = (fields: readonly protobuf.Field[], turn: number): protobuf.Field => fields[turn % fields.length];

function valueOf(field: protobuf.Field, given: Readonly<Record<string, unknown>>, turn: number, depth: number): unknown {
  if (field.resolvedType instanceof protobuf.Type) return fill(field.resolvedType, given, turn, depth + 1);
  if (field.resolvedType !== null) return 1;
  switch (field.type) {
    case 'string': return field.name === 'key' ? 'key' : `${field.name} é${turn}`;
    case 'bytes': return 'AAECAw==';
    case 'bool': return true;
    case 'double': case 'float': return 1.25;
    case 'fixed64': case 'uint64': case 'int64': case 'sfixed64': case 'sint64': return /timeUnixNano$/i.test(field.name) ? nowNs(field.name.startsWith('start') ? -60_000 : -500) : '3';
    default: return 1;
  }
}

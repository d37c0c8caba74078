import type { KeyValue, Span, SpanEvent, SpanLink } from '@clew/otlp';
import { CodedError, errorTable } from '../../errors.ts';
import { checkJsonType, failureJson } from './answers.ts';
import { addNs, fromMicros, isObject, isText, keyOf, parseJson, textAttribute, toAnyValue, toId } from './json.ts';
import type { JsonObject } from './json.ts';
import { refusals } from './refusals.ts';
import type { Refusals } from './refusals.ts';
import type { ForeignRoute, Translation } from './route.ts';
import { makeSpanGroups, readTold, serviceResource } from './spans-by-resource.ts';

const kinds: Readonly<Record<string, number>> = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const sampledFlag = 1;
const debugFlag = 2;

/** Traces as Jaeger's UI downloads them and its query service gives them out: `{"data": [trace, …]}`, one trace, or a list of them. */
export const jaegerRoute: ForeignRoute = {
  path: '/v1/traces/jaeger',
  name: 'jaeger',
  signal: 'traces',
  isSnappy: false,
  checkType: checkJsonType,
  read: ({ body, itemsMax }) => readJaeger(body, itemsMax),
  refuse: (error) => ({ status: errorTable[error.code].http, type: 'application/json', body: failureJson(error) }),
};

export function readJaeger(body: Uint8Array, itemsMax: number): Translation {
  const refused = refusals();
  const groups = makeSpanGroups();
  let left = itemsMax;
  for (const [at, trace] of tracesOf(parseJson(body)).entries()) {
    const spans = isObject(trace) && Array.isArray(trace.spans) ? (trace.spans as unknown[]) : null;
    if (!isObject(trace) || spans === null) throw new CodedError('malformed', `data[${at}]`, { detail: 'A trace with "spans" and "processes" is due.' });
    left -= spans.length;
    if (left < 0) throw new CodedError('malformed', '', { detail: `The request has more than ${itemsMax} spans.` });
    const processes = isObject(trace.processes) ? trace.processes : {};
    const keys = new Map<unknown, string>();
    for (const [index, each] of spans.entries()) {
      const place = `data[${at}].spans[${index}]`;
      const read = toSpan(each, refused, place);
      const process = isObject(each) ? processOf(each, processes, keys) : null;
      if (read === null) continue;
      if (process === null) refused.add('jaeger.process', place);
      else groups.add(process.key, () => toResource(process.value), read.told.scope, read.span);
    }
  }
  return {
    body: groups.write(), items: groups.count(), refusals: refused.list(),
    answer(partial) {
      const rejected = refused.count() + (partial?.rejected ?? 0);
      const accepted = groups.count() - (partial?.rejected ?? 0);
      const answer = { accepted, refused: rejected, ...(rejected === 0 ? {} : { message: refused.words(partial) }) };
      return { status: accepted === 0 && rejected > 0 ? 400 : 200, type: 'application/json', body: `${JSON.stringify(answer)}\n` };
    },
  };
}

function tracesOf(sent: unknown): readonly unknown[] {
  if (Array.isArray(sent)) return sent as unknown[];
  if (isObject(sent) && Array.isArray(sent.data)) return sent.data as unknown[];
  if (isObject(sent) && Array.isArray(sent.spans)) return [sent];
  throw new CodedError('malformed', '', { detail: '{"data": [traces]}, one trace, or a list of traces is due.' });
}

function toSpan(each: unknown, refused: Refusals, place: string) {
  if (!isObject(each)) return refused.add('jaeger.span', place);
  const traceId = toId(each.traceID, 32);
  const spanId = toId(each.spanID, 16);
  if (traceId === null || spanId === null) return refused.add('jaeger.ids', place);
  const startNs = fromMicros(each.startTime);
  const durationNs = fromMicros(each.duration ?? 0);
  const events = toEvents(each.logs);
  if (startNs === null || durationNs === null || events === null) return refused.add('jaeger.time', place);
  const tags = listOf(each.tags);
  const told = readTold((name) => {
    const found = tags.find(({ key }) => key === name);
    return found === undefined ? null : String(found.value);
  });
  const named = String(tags.find(({ key }) => key === 'span.kind')?.value ?? '').toLowerCase();
  const kind = Object.hasOwn(kinds, named) ? kinds[named] : 0;
  const { parentSpanId, links } = readReferences(each, traceId);
  const flags = typeof each.flags === 'number' ? each.flags : 0;
  const span: Span = {
    traceId, spanId, parentSpanId, links, kind,
    traceState: told.traceState,
    name: isText(each.operationName) ? each.operationName : '',
    startTimeUnixNano: startNs, endTimeUnixNano: addNs(startNs, durationNs),
    attributes: [
      ...tags.filter(({ key }) => !told.used.has(key) && !(key === 'span.kind' && kind !== 0)).map(toAttribute),
      ...((flags & debugFlag) === 0 ? [] : [{ key: 'jaeger.debug', value: { boolValue: true } }]),
      ...(Array.isArray(each.warnings) && each.warnings.length > 0 ? [{ key: 'jaeger.warnings', value: toAnyValue(each.warnings) }] : []),
    ],
    events,
    status: told.status,
    flags: flags & sampledFlag,
    ...told.dropped,
  };
  return { told, span };
}

interface Tag { readonly key: string; readonly type: string; readonly value: unknown }

function listOf(tags: unknown): Tag[] {
  return (Array.isArray(tags) ? (tags as unknown[]) : []).filter(isObject).map(({ key, type, value }) => ({ key: String(key ?? ''), type: String(type ?? ''), value }));
}

/** Jaeger's types say what JSON alone does not: a float without a fraction, a long integer in quotes, bytes. */
function toAttribute({ key, type, value }: Tag): KeyValue {
  if (type === 'float64' && (typeof value === 'number' || typeof value === 'bigint')) return { key, value: { doubleValue: Number(value) } };
  if (type === 'int64' && typeof value === 'string' && /^-?\d{1,19}$/.test(value)) return { key, value: toAnyValue(BigInt(value)) };
  if (type === 'binary' && typeof value === 'string' && /^[\w+/-]*={0,2}$/.test(value) && value.replaceAll('=', '').length % 4 !== 1) return { key, value: { bytesValue: value } };
  return { key, value: toAnyValue(value) };
}

/** The parent is the first CHILD_OF in the same trace, else the first FOLLOWS_FROM in it, as Jaeger itself has it; all others are links. */
function readReferences(span: JsonObject, traceId: string): { readonly parentSpanId: string; readonly links: SpanLink[] } {
  const all = (Array.isArray(span.references) ? (span.references as unknown[]) : []).filter(isObject)
    .map((each) => ({ type: String(each.refType ?? ''), traceId: toId(each.traceID, 32), spanId: toId(each.spanID, 16) }))
    .filter((each): each is { type: string; traceId: string; spanId: string } => each.traceId !== null && each.spanId !== null);
  const near = all.filter((each) => each.traceId === traceId);
  const parent = near.find(({ type }) => type === 'CHILD_OF') ?? near.find(({ type }) => type === 'FOLLOWS_FROM');
  return {
    parentSpanId: parent?.spanId ?? toId(span.parentSpanID, 16) ?? '',
    links: all.filter((each) => each !== parent).map((each) => ({ traceId: each.traceId, spanId: each.spanId, attributes: [textAttribute('opentracing.ref_type', each.type.toLowerCase())] })),
  };
}

/** Null where a log has no time. Its field `event`, else `message`, is the name. */
function toEvents(logs: unknown): SpanEvent[] | null {
  const events: SpanEvent[] = [];
  for (const each of Array.isArray(logs) ? (logs as unknown[]) : []) {
    const timeUnixNano = isObject(each) ? fromMicros(each.timestamp) : null;
    if (!isObject(each) || timeUnixNano === null) return null;
    const fields = listOf(each.fields);
    const named = fields.find(({ key }) => key === 'event') ?? fields.find(({ key }) => key === 'message');
    events.push({ timeUnixNano, name: named === undefined ? '' : String(named.value), attributes: fields.filter((field) => field !== named).map(toAttribute) });
  }
  return events;
}

function processOf(span: JsonObject, processes: JsonObject, keys: Map<unknown, string>): { readonly key: string; readonly value: JsonObject } | null {
  const id = String(span.processID ?? '');
  const value = isObject(span.process) ? span.process : Object.hasOwn(processes, id) ? processes[id] : undefined;
  if (!isObject(value)) return null;
  let key = keys.get(value);
  if (key === undefined) keys.set(value, key = keyOf(value));
  return { key, value };
}

/** What Jaeger's own clients call otherwise. */
const processNames: Readonly<Record<string, string>> = { hostname: 'host.name' };

function toResource(process: JsonObject): KeyValue[] {
  const name = isText(process.serviceName) ? process.serviceName : '';
  return [...serviceResource(name), ...listOf(process.tags).filter(({ key }) => key !== 'service.name').map((tag) => toAttribute({ ...tag, key: Object.hasOwn(processNames, tag.key) ? processNames[tag.key] : tag.key }))];
}

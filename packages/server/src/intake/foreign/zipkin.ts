import type { KeyValue, Span, SpanEvent } from '@clew/otlp';
import { CodedError, errorTable } from '../../errors.ts';
import { addNs, fromMicros, isObject, isText, parseJson, textAttribute, toAttributes, toId } from './json.ts';
import type { JsonObject } from './json.ts';
import { refusals } from './refusals.ts';
import type { Refusals } from './refusals.ts';
import { textReply } from './route.ts';
import type { ForeignRoute, Translation } from './route.ts';
import { makeSpanGroups, readTold, serviceResource } from './spans-by-resource.ts';
import { checkJsonType, failureText } from './answers.ts';

const kinds: ReadonlyMap<string, number> = new Map([['SERVER', 2], ['CLIENT', 3], ['PRODUCER', 4], ['CONSUMER', 5]]);
/** A span that crosses no process has no kind in Zipkin. */
const internal = 1;
const sampled = 1;

/** Zipkin's API v2 (zipkin.io/zipkin-api): a JSON list of spans. */
export const zipkinRoute: ForeignRoute = {
  path: '/api/v2/spans',
  name: 'zipkin',
  signal: 'traces',
  isSnappy: false,
  checkType: checkJsonType,
  read: ({ body, itemsMax }) => readZipkin(body, itemsMax),
  refuse: (error) => textReply(errorTable[error.code].http, failureText(error)),
};

export function readZipkin(body: Uint8Array, itemsMax: number): Translation {
  const list = parseJson(body);
  if (!Array.isArray(list)) throw new CodedError('malformed', '', { detail: 'A list of spans is due.' });
  if (list.length > itemsMax) throw new CodedError('malformed', '', { detail: `The request has ${list.length} spans, of at most ${itemsMax}.` });
  const refused = refusals();
  const groups = makeSpanGroups();
  for (const [index, each] of (list as unknown[]).entries()) {
    const read = toSpan(each, refused, `[${index}]`);
    if (read === null) continue;
    const { service, told, span } = read;
    groups.add(service, () => serviceResource(service), told.scope, span);
  }
  return {
    body: groups.write(), items: groups.count(), refusals: refused.list(),
    // Zipkin itself answers 202 with nothing in it; 400 makes reporters say why, and what was good has been kept.
    answer(partial) {
      const failure = refused.words(partial);
      return failure === '' ? textReply(202, '') : textReply(400, `Kept ${groups.count() - (partial?.rejected ?? 0)} spans, refused: ${failure}\n`);
    },
  };
}

function toSpan(each: unknown, refused: Refusals, place: string) {
  if (!isObject(each)) return refused.add('zipkin.span', place);
  const traceId = toId(each.traceId, 32);
  const spanId = toId(each.id, 16);
  // Some senders write a parent of zeros for none.
  const parentSpanId = each.parentId === undefined || each.parentId === null || /^0*$/.test(String(each.parentId)) ? '' : toId(each.parentId, 16);
  if (traceId === null || spanId === null || parentSpanId === null) return refused.add('zipkin.ids', place);
  const annotations = toEvents(each.annotations);
  const startNs = each.timestamp === undefined || each.timestamp === null ? earliest(annotations) : fromMicros(each.timestamp);
  const durationNs = each.duration === undefined || each.duration === null ? 0n : fromMicros(each.duration);
  if (startNs === null || durationNs === null || annotations === null) return refused.add('zipkin.time', place);
  const tags = isObject(each.tags) ? each.tags : {};
  const told = readTold((name) => (Object.hasOwn(tags, name) ? String(tags[name]) : null));
  const span: Span = {
    traceId, spanId, parentSpanId,
    traceState: told.traceState,
    name: isText(each.name) ? each.name : '',
    kind: kinds.get(isText(each.kind) ? each.kind.toUpperCase() : '') ?? internal,
    startTimeUnixNano: startNs, endTimeUnixNano: addNs(startNs, durationNs),
    attributes: [...toAttributes(withoutUsed(tags, told.used)), ...endpoints(each), ...marks(each)],
    events: annotations,
    status: told.status,
    flags: each.debug === true ? sampled : 0,
    ...told.dropped,
  };
  return { service: serviceName(each.localEndpoint), told, span };
}

function withoutUsed(tags: JsonObject, used: ReadonlySet<string>): JsonObject {
  return used.size === 0 ? tags : Object.fromEntries(Object.entries(tags).filter(([name]) => !used.has(name)));
}

const serviceName = (endpoint: unknown): string => (isObject(endpoint) && isText(endpoint.serviceName) ? endpoint.serviceName : '');

/** Where both ends are, in the words of the semantic conventions. The peer's service makes the edge where it reports no spans itself. */
function endpoints({ localEndpoint, remoteEndpoint }: JsonObject): KeyValue[] {
  const peer = serviceName(remoteEndpoint);
  return [...address(localEndpoint, 'network.local'), ...(peer === '' ? [] : [textAttribute('service.peer.name', peer)]), ...address(remoteEndpoint, 'network.peer')];
}

function address(endpoint: unknown, prefix: string): KeyValue[] {
  if (!isObject(endpoint)) return [];
  const ip = isText(endpoint.ipv4) ? endpoint.ipv4 : isText(endpoint.ipv6) ? endpoint.ipv6 : '';
  const attributes = ip === '' ? [] : [textAttribute(`${prefix}.address`, ip)];
  if (typeof endpoint.port === 'number' && Number.isInteger(endpoint.port) && endpoint.port > 0 && endpoint.port < 65_536) attributes.push({ key: `${prefix}.port`, value: { intValue: endpoint.port } });
  return attributes;
}

/** A shared span is the server's side of a span that the client began under the same id; both are kept under it. */
const marks = ({ shared, debug }: JsonObject): KeyValue[] =>
  [['zipkin.shared', shared] as const, ['zipkin.debug', debug] as const].filter(([, is]) => is === true).map(([key]) => ({ key, value: { boolValue: true } }));

/** OpenTelemetry's exporters write an event with attributes as `"name": {…}`. */
const exported = /^"([^"]+)":\s*(\{.*\})$/s;

/** Null where an annotation has no time. */
function toEvents(annotations: unknown): SpanEvent[] | null {
  const events: SpanEvent[] = [];
  for (const each of Array.isArray(annotations) ? (annotations as unknown[]) : []) {
    const timeUnixNano = isObject(each) ? fromMicros(each.timestamp) : null;
    if (!isObject(each) || timeUnixNano === null) return null;
    const value = isText(each.value) ? each.value : '';
    const parts = exported.exec(value);
    const attributes = parts === null ? null : parseObject(parts[2]);
    events.push(parts === null || attributes === null ? { timeUnixNano, name: value } : { timeUnixNano, name: parts[1], attributes: toAttributes(attributes) });
  }
  return events;
}

function parseObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** A span that was reported before it was finished may have annotations alone. */
function earliest(events: readonly SpanEvent[] | null): bigint {
  return (events ?? []).reduce<bigint | null>((least, { timeUnixNano }) => (typeof timeUnixNano === 'bigint' && (least === null || timeUnixNano < least) ? timeUnixNano : least), null) ?? 0n;
}

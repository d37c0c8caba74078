import { existsSync, readFileSync } from 'node:fs';
import { listsOf } from '../telemetry/request.ts';
import { Skip } from '../case.ts';
import type { Signal } from '../case.ts';
import type { Message } from '../oracle.ts';
import { markKey } from './read-back.ts';
import type { Plain, PlainAttributes, ReadBack, ReadRow, ReadSpan } from './read-back.ts';

const pollMs = 200;
const patienceMs = 4_000;
const statuses = ['unset', 'ok', 'error'];

/** Reads back from files of OTLP/JSON lines, one for each signal, as the Collector's file exporter writes them: `folder/traces.jsonl`. */
export function makeLinesReadBack(folder: string): ReadBack {
  const requests = (signal: Signal): readonly Message[] => {
    const path = `${folder}/${signal}.jsonl`;
    return existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map(parse).filter((each) => each !== null) : [];
  };
  const spans = (traceId: string): readonly ReadSpan[] => requests('traces').flatMap((each) => items('traces', each)).filter(({ item }) => item.traceId === traceId).map(toSpan);
  const logs = (mark: string): readonly ReadRow[] => requests('logs').flatMap((each) => items('logs', each)).filter(({ item }) => attributesOf(item)[markKey] === mark).map(toLog);
  const find = (signal: Signal, key: string): Message | undefined => requests(signal).findLast((request) => items(signal, request).some(({ item }) => (
    signal === 'traces' ? item.traceId === key : signal === 'metrics' ? item.name === key : attributesOf(item)[markKey] === key)));
  return {
    words: `OTLP/JSON lines in ${folder}`,
    spans: (traceId, wanted) => poll(wanted, () => spans(traceId)),
    logs: (mark, wanted) => poll(wanted, () => logs(mark)),
    points: (metric, wanted) => poll(wanted, () => requests('metrics').flatMap((each) => items('metrics', each)).filter(({ item }) => item.name === metric).flatMap(toPoints)),
    async exact(signal, key) {
      // The Collector writes them with a dictionary of its own making.
      if (signal === 'profiles') throw new Skip('profiles in files of JSON lines are not compared');
      const [found] = await poll(1, () => { const request = find(signal, key); return request === undefined ? [] : [request]; });
      return found ?? null;
    },
  };
}

interface Placed { readonly item: Message; readonly resource: Message; readonly scope: Message; readonly resourceSchema: unknown; readonly scopeSchema: unknown }
const list = (from: Message, name: string): readonly Message[] => (from[name] ?? []) as readonly Message[];

function items(signal: Signal, request: Message): readonly Placed[] {
  const [resources, scopes, names] = listsOf(signal);
  return list(request, resources).flatMap((group) => list(group, scopes).flatMap((inner) => list(inner, names).map((item) => ({
    item, resource: (group.resource ?? {}) as Message, scope: (inner.scope ?? {}) as Message, resourceSchema: group.schemaUrl ?? '', scopeSchema: inner.schemaUrl ?? '',
  }))));
}

/** A line that is still being written is left for the next look. */
function parse(line: string): Message | null {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return null;
  }
}

/** Deeper values were taken by the receiver, but nobody asks for them. */
const depthMax = 100;

function plain(value: Message | undefined, depth = 0): Plain {
  if (depth > depthMax) return null;
  const [[kind, given]] = Object.entries(value ?? {}).concat([['none', null]]);
  switch (kind) {
    case 'stringValue': case 'boolValue': case 'doubleValue': return given as Plain;
    case 'intValue': return Number.isSafeInteger(Number(given)) ? Number(given) : { intValue: String(given) };
    case 'bytesValue': return { bytesValue: String(given) };
    case 'arrayValue': return list(given as Message, 'values').map((each) => plain(each, depth + 1));
    case 'kvlistValue': return attributesOf({ attributes: (given as Message).values }, depth + 1);
    default: return null;
  }
}

function attributesOf(from: Message, depth = 0): PlainAttributes {
  return Object.fromEntries(list(from, 'attributes').map(({ key, value }) => [String(key ?? ''), plain(value as Message | undefined, depth)]));
}

const around = ({ resource, scope, resourceSchema, scopeSchema }: Placed): Message => ({
  service: attributesOf(resource)['service.name'] ?? 'unknown_service',
  resource: { attributes: attributesOf(resource), schemaUrl: resourceSchema }, scope: { name: scope.name ?? '', version: scope.version ?? '', attributes: attributesOf(scope), schemaUrl: scopeSchema },
});

function toSpan(placed: Placed): ReadSpan {
  const { item } = placed;
  const status = (item.status ?? {}) as Message;
  const [start, end] = [String(item.startTimeUnixNano ?? '0'), String(item.endTimeUnixNano ?? '0')];
  return {
    ...around(placed), traceId: String(item.traceId), spanId: String(item.spanId), parentId: item.parentSpanId ?? '', name: item.name ?? '', startNs: start, endNs: end,
    status: statuses[Number(status.code ?? 0)], statusMessage: status.message ?? '', traceState: item.traceState ?? '', flags: item.flags ?? 0, attributes: attributesOf(item),
    events: list(item, 'events').map((event) => ({ timeNs: String(event.timeUnixNano ?? '0'), name: event.name ?? '', attributes: attributesOf(event), droppedAttributes: event.droppedAttributesCount ?? 0 })),
    links: list(item, 'links').map((link) => ({ traceId: link.traceId, spanId: link.spanId, traceState: link.traceState ?? '', flags: link.flags ?? 0, attributes: attributesOf(link), droppedAttributes: link.droppedAttributesCount ?? 0 })),
    droppedAttributes: item.droppedAttributesCount ?? 0, droppedEvents: item.droppedEventsCount ?? 0, droppedLinks: item.droppedLinksCount ?? 0,
  };
}

function toLog(placed: Placed): ReadRow {
  const { item } = placed;
  return {
    ...around(placed), timeNs: String(item.timeUnixNano ?? '0'), timeMs: Number(item.timeUnixNano ?? item.observedTimeUnixNano ?? 0) / 1e6, observedNs: String(item.observedTimeUnixNano ?? '0'), severity: item.severityNumber ?? 0, severityText: item.severityText ?? '',
    body: plain(item.body as Message | undefined), eventName: item.eventName ?? '', traceId: item.traceId ?? '', spanId: item.spanId ?? '', flags: item.flags ?? 0, attributes: attributesOf(item),
  };
}

function toPoints(placed: Placed): readonly ReadRow[] {
  const { item } = placed;
  const data = (item.gauge ?? item.sum ?? item.histogram ?? item.exponentialHistogram ?? item.summary ?? {}) as Message;
  const numbers = (from: unknown): readonly number[] => ((from ?? []) as readonly unknown[]).map(Number);
  return list(data, 'dataPoints').map((point) => {
    const side = (name: string): Message => { const given = (point[name] ?? {}) as Message; return { offset: given.offset ?? 0, counts: numbers(given.bucketCounts) }; };
    return {
      ...around(placed), unit: item.unit ?? '', attributes: attributesOf(point), noRecordedValue: (Number(point.flags ?? 0) & 1) === 1, value: point.asInt ?? point.asDouble ?? null, sum: point.sum ?? null,
      buckets: numbers(point.bucketCounts), bounds: numbers(point.explicitBounds), exponential: { scale: point.scale ?? 0, positive: side('positive'), negative: side('negative') },
      quantiles: list(point, 'quantileValues').map(({ quantile, value }) => ({ quantile: quantile ?? 0, value: value ?? 0 })),
      exemplars: list(point, 'exemplars').map((each) => ({ traceId: each.traceId ?? '', spanId: each.spanId ?? '', value: each.asInt ?? each.asDouble ?? null, attributes: attributesOf({ attributes: each.filteredAttributes }) })),
    };
  });
}

/** Until so many are there, or patience ends. */
async function poll<Row>(wanted: number, read: () => readonly Row[]): Promise<readonly Row[]> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const found = read();
    if (found.length >= wanted || Date.now() > untilMs) return found;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

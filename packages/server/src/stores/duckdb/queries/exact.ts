/** Stored rows as the OTLP requests that they could have come in: grouped by resource and scope, every field exact. */
import type { ExactQuery } from '@clew/engine';
import type { LogsData, Metric, MetricsData, ProfilesData, Resource, Scope, TracesData } from '@clew/otlp';
import type { Lookups } from '../decode.ts';
import type { QueryContext } from '../readers.ts';
import { AtFrom } from '../schema.ts';
import { sentLog, sentMetric, sentSpan } from '../sent-items.ts';
import type { AnyPoint } from '../sent-items.ts';
import { findLogs } from './logs.ts';
import type { FoundLog } from './logs.ts';
import { findPoints } from './points.ts';
import type { FoundPoint } from './points.ts';
import { findProfile } from './profiles.ts';
import { findSpans } from './trace.ts';
import type { FoundSpan } from './trace.ts';

export function exact(context: QueryContext, query: ExactQuery): Promise<TracesData | LogsData | MetricsData | ProfilesData> {
  switch (query.signal) {
    case 'traces': return exactTrace(context, query);
    case 'logs': return exactLogs(context, query);
    case 'metrics': return exactPoints(context, query);
    case 'profiles': return exactProfile(context, query.id);
  }
}

interface Owned<Item> { readonly item: Item; readonly lookups: Lookups; readonly resource: number; readonly scope: number }
interface Group<Item> { readonly resource: Resource; readonly schemaUrl: string; readonly scopes: { readonly scope: Scope; readonly schemaUrl: string; readonly items: Item[] }[] }

/** Items with what they belong to, in order; codes are only good within the partition that the lookups are of. */
function grouped<Item>(items: readonly Owned<Item>[]): Group<Item>[] {
  const groups: Group<Item>[] = [];
  const byCode = new Map<Lookups, Map<number, { readonly group: Group<Item>; readonly scopes: Map<number, Item[]> }>>();
  for (const { item, lookups, resource, scope } of items) {
    let ofPartition = byCode.get(lookups);
    if (ofPartition === undefined) byCode.set(lookups, ofPartition = new Map());
    let found = ofPartition.get(resource);
    if (found === undefined) {
      found = { group: { ...lookups.rawResource(resource), scopes: [] }, scopes: new Map() };
      ofPartition.set(resource, found);
      groups.push(found.group);
    }
    let list = found.scopes.get(scope);
    if (list === undefined) {
      list = [];
      found.scopes.set(scope, list);
      found.group.scopes.push({ ...lookups.rawScope(scope), items: list });
    }
    list.push(item);
  }
  return groups;
}

const schema = (schemaUrl: string): { schemaUrl?: string } => (schemaUrl === '' ? {} : { schemaUrl });
const named = <Name extends string, T extends object>(name: Name, message: T): { [K in Name]?: T } => (Object.keys(message).length === 0 ? {} : { [name]: message } as { [K in Name]: T });

async function exactTrace(context: QueryContext, query: Extract<ExactQuery, { signal: 'traces' }>): Promise<TracesData> {
  return tracesOf(await findSpans(context, query));
}

export function tracesOf(found: readonly FoundSpan[]): TracesData {
  const spans = found.map(({ row, lookups }) => {
    const [, hi, lo, spanId, parentId, startNs, durationNs, name, kind, status, statusMessage, flags, resource, scope, codes, wide, rest] = row;
    const item = sentSpan({
      hi, lo, spanId, parentId, startNs, endNs: BigInt.asUintN(64, startNs + durationNs), name: lookups.name(name), kind, status, statusMessage: lookups.name(statusMessage), flags,
      attributes: lookups.keyValues(codes, wide), rest: rest.bytes,
    });
    return { item, lookups, resource, scope };
  });
  return { resourceSpans: grouped(spans).map(({ resource, schemaUrl, scopes }) => ({ ...named('resource', resource), ...schema(schemaUrl), scopeSpans: scopes.map((each) => ({ ...named('scope', each.scope), ...schema(each.schemaUrl), spans: each.items })) })) };
}

async function exactLogs(context: QueryContext, query: Extract<ExactQuery, { signal: 'logs' }>): Promise<LogsData> {
  return logsOf(await findLogs(context, query));
}

export function logsOf(all: readonly Pick<FoundLog, 'row' | 'lookups'>[]): LogsData {
  const records = all.map(({ row, lookups }) => {
    const [, atNs, atFrom, observedNs, severity, severityText, bodyKind, body, eventName, hi, lo, spanId, flags, resource, scope, codes, wide, rest] = row;
    const item = sentLog({
      timeNs: atFrom === AtFrom.time ? atNs : 0n, observedNs, severity, severityText: lookups.name(severityText), bodyKind, body, eventName: lookups.name(eventName), hi, lo, spanId, flags,
      attributes: lookups.keyValues(codes, wide), rest: rest.bytes,
    });
    return { item, lookups, resource, scope };
  });
  return { resourceLogs: grouped(records).map(({ resource, schemaUrl, scopes }) => ({ ...named('resource', resource), ...schema(schemaUrl), scopeLogs: scopes.map((each) => ({ ...named('scope', each.scope), ...schema(each.schemaUrl), logRecords: each.items })) })) };
}

async function exactPoints(context: QueryContext, query: Extract<ExactQuery, { signal: 'metrics' }>): Promise<MetricsData> {
  return pointsOf(await findPoints(context, query));
}

export function pointsOf(points: readonly FoundPoint[]): MetricsData {
  const found = points.map((item) => ({ item, lookups: item.lookups, resource: item.resource, scope: item.scope }));
  return { resourceMetrics: grouped(found).map(({ resource, schemaUrl, scopes }) => ({ ...named('resource', resource), ...schema(schemaUrl), scopeMetrics: scopes.map((each) => ({ ...named('scope', each.scope), ...schema(each.schemaUrl), metrics: metricsOf(each.items) })) })) };
}

function metricsOf(found: readonly FoundPoint[]): Metric[] {
  const byMetric = new Map<number, { readonly first: FoundPoint; readonly points: AnyPoint[] }>();
  for (const each of found) {
    const known = byMetric.get(each.metric);
    if (known === undefined) byMetric.set(each.metric, { first: each, points: [each.point] });
    else known.points.push(each.point);
  }
  return [...byMetric.values()].map(({ first, points }) => sentMetric(first.cells, points));
}

async function exactProfile(context: QueryContext, id: string): Promise<ProfilesData> {
  const found = await findProfile(context, id);
  if (found === null) return { resourceProfiles: [] };
  const { resource, scope, profile, dictionary } = found;
  return {
    resourceProfiles: [{ ...named('resource', resource.resource), ...schema(resource.schemaUrl), scopeProfiles: [{ ...named('scope', scope.scope), ...schema(scope.schemaUrl), profiles: [profile] }] }],
    dictionary,
  };
}

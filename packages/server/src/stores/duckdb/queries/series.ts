/** The series of a metric, brought together over partitions by what identifies them. */
import type { AttributeFilter, Attributes } from '@clew/engine';
import type { MetricType } from '@clew/otlp';
import { CodedError } from '../../../errors.ts';
import { setAttribute, textOf } from '../any-value.ts';
import { lookUp, nothingWanted, wantCodes } from '../decode.ts';
import { attributeCondition, overlapping, resolveFilters, serviceCondition } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { SeriesIdentity } from '../point.ts';
import type { List, QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

export interface StoredSeries {
  readonly identity: SeriesIdentity;
  readonly key: string;
  /** Its codes by partition number. */
  readonly codes: Map<number, number[]>;
}

export interface SeriesQuery { readonly name: string; readonly service?: string; readonly attributes?: readonly AttributeFilter[]; readonly limit: number }

/** Tell apart the instances of a service; the first one that a resource has is shown. */
const instanceKeys = ['service.instance.id', 'k8s.pod.name', 'container.id', 'host.name'];

type SeriesRow = readonly [code: number, points: number, codes: List<number>, wide: string, resource: number, scope: number, type: MetricType, temporality: number, monotonic: number, unit: string];

/** At most `limit` series that have points within [fromMs, toMs), ordered by service and attributes. */
export async function findSeries(context: QueryContext, query: SeriesQuery, fromMs: number, toMs: number): Promise<StoredSeries[]> {
  const all = new Map<string, StoredSeries>();
  let points = 0;
  for (const partition of overlapping(context.partitions, 'points', fromMs, toMs)) {
    const rows = await seriesRows(context, query, partition, fromMs, toMs);
    points += rows.reduce((sum, [, count]) => sum + count, 0);
    if (points > context.limits.metricPointsMax) throw new CodedError('query_too_large', query.name, { detail: `More than ${context.limits.metricPointsMax} data points.` });
    const wanted = nothingWanted();
    for (const [, , codes, , resource, scope] of rows) {
      wantCodes(wanted, codes);
      wanted.resources.add(resource);
      wanted.scopes.add(scope);
    }
    const lookups = await lookUp(context, partition, wanted);
    for (const [code, , codes, wide, resource, scope, type, temporality, monotonic, unit] of rows) {
      const place = lookups.resource(resource);
      const own = lookups.attributes(codes, wide);
      const key = canonical([place.service, own, place.resource.attributes, lookups.scope(scope), type, temporality, monotonic, unit]);
      const known = all.get(key) ?? { key, codes: new Map(), identity: { service: place.service, attributes: withInstance(own, place.resource.attributes), unit, type, temporality, monotonic: monotonic === 1 } };
      known.codes.set(partition.number, [...known.codes.get(partition.number) ?? [], code]);
      all.set(key, known);
    }
  }
  const order = new Map([...all.values()].map((each) => [each, `${each.identity.service}\0${Object.entries(each.identity.attributes).map(([key, value]) => `${key}=${textOf(value)}`).join('\0')}\0${each.key}`]));
  return [...all.values()].sort((a, b) => ((order.get(a) ?? '') < (order.get(b) ?? '') ? -1 : 1)).slice(0, Math.min(query.limit, context.limits.answerRowsMax));
}

async function seriesRows(context: QueryContext, query: SeriesQuery, partition: Partition, fromMs: number, toMs: number): Promise<readonly SeriesRow[]> {
  const sql = new Sql();
  const conditions = [`metric IN (SELECT code FROM ${partition.catalog}.metrics WHERE name = ${sql.text(query.name)})`];
  if (query.service !== undefined) conditions.push(serviceCondition(sql, partition, query.service));
  for (const filter of await resolveFilters(context, partition, query.attributes ?? [])) conditions.push(attributeCondition(sql, filter));
  return context.rows<SeriesRow>(`SELECT s.code, p.points, s.codes, s.wide, s.resource, s.scope, m.type, m.temporality, m.monotonic, m.unit
    FROM (SELECT * FROM ${partition.catalog}.series WHERE ${conditions.join(' AND ')}) s
    JOIN ${partition.catalog}.metrics m ON m.code = s.metric
    JOIN (SELECT series, count(*)::DOUBLE AS points FROM ${partition.catalog}.points WHERE time_ns >= ${sql.ns(fromMs)} AND time_ns < ${sql.ns(toMs)} GROUP BY series) p ON p.series = s.code`, sql);
}

function withInstance(own: Attributes, resource: Attributes): Attributes {
  const key = instanceKeys.find((name) => name in resource);
  if (key === undefined || Object.hasOwn(own, key)) return own;
  const attributes = { ...own };
  setAttribute(attributes, key, resource[key]);
  return attributes;
}

/** JSON whose objects have their keys in order: equal for equal content. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => part !== null && typeof part === 'object' && !Array.isArray(part)
    ? Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)) : part);
}

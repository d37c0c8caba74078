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

type SeriesRow = readonly [code: number, points: number, codes: List<number>, wide: string, resource: number, scope: number, type: MetricType, temporality: number, monotonic: number, unit: string, metric: string];

/** At most `limit` series that have points within [fromMs, toMs), ordered by service and attributes. */
export async function findSeries(context: QueryContext, query: SeriesQuery, fromMs: number, toMs: number): Promise<StoredSeries[]> {
  const all = new Map<string, StoredSeries>();
  let points = 0;
  for (const partition of overlapping(context.partitions, 'points', fromMs, toMs)) {
    const filters = await resolveFilters(context, partition, query.attributes ?? []);
    const rows = await seriesRows(context, partition, (sql) => [
      `metric IN (SELECT code FROM ${partition.catalog}.metrics WHERE name = ${sql.text(query.name)})`,
      ...(query.service === undefined ? [] : [serviceCondition(sql, partition, query.service)]), ...filters.map((filter) => attributeCondition(sql, filter)),
    ].join(' AND '), fromMs, toMs);
    points += pointsOf(rows);
    if (points > context.limits.metricPointsMax) throw new CodedError('query_too_large', query.name, { detail: `More than ${context.limits.metricPointsMax} data points.` });
    await identify(context, partition, rows, all);
  }
  return inOrder(all).slice(0, Math.min(query.limit, context.limits.answerRowsMax));
}

/** Where machines are named on what runs on them and on themselves. */
const machineKeys = ['host.name', 'host.id', 'k8s.node.name'];
/** Metrics of machines, by the semantic conventions and by Prometheus' node exporter; others of their resources are of what else runs there. */
const machineMetrics = '^((system|hw|k8s\\.node)\\.|node_)';
/** Names of machines that are looked for. */
const machinesMax = 100;

/** Every series of the services and of their machines that has points within [fromMs, toMs), as far as `pointsMax` points go; `left` says how many more there are. */
export async function findSeriesOf(context: QueryContext, services: readonly string[], fromMs: number, toMs: number, pointsMax: number): Promise<{ readonly series: StoredSeries[]; readonly left: number }> {
  const all = new Map<string, StoredSeries>();
  const partitions = overlapping(context.partitions, 'points', fromMs, toMs);
  const own = new Map<Partition, readonly number[]>();
  const machines = new Map<string, AttributeFilter>();
  for (const partition of partitions) own.set(partition, await resourcesOf(context, partition, services, machines));
  let [left, room] = [0, pointsMax];
  const take = async (partition: Partition, resources: readonly number[], metrics: string | null): Promise<void> => {
    if (resources.length === 0) return;
    const rows = (await seriesRows(context, partition, (sql) => {
      const ofThem = `resource IN (SELECT unnest(${sql.u32s(resources)}))`;
      return metrics === null ? ofThem : `${ofThem} AND metric IN (SELECT code FROM ${partition.catalog}.metrics WHERE regexp_matches(name, ${sql.text(metrics)}))`;
    }, fromMs, toMs)).toSorted((a, b) => a[0] - b[0]);
    let kept = 0;
    while (kept < rows.length && rows[kept][1] <= room) room -= rows[kept++][1];
    left += rows.length - kept;
    await identify(context, partition, rows.slice(0, kept), all);
  };
  // What was asked for comes before what stands near it.
  for (const [partition, resources] of own) await take(partition, resources, null);
  for (const [partition, resources] of own) {
    const near = (await resolveFilters(context, partition, [...machines.values()].slice(0, machinesMax))).flatMap((each) => each.resources);
    await take(partition, [...new Set(near)].filter((code) => !resources.includes(code)), machineMetrics);
  }
  return { series: inOrder(all), left };
}

/** Codes of the services' resources; which machines they name is added to `machines`. */
async function resourcesOf(context: QueryContext, partition: Partition, services: readonly string[], machines: Map<string, AttributeFilter>): Promise<number[]> {
  const sql = new Sql();
  const codes = (await context.rows<[number]>(`SELECT code FROM ${partition.catalog}.resources WHERE service IN (SELECT unnest(${sql.texts(services)})) ORDER BY code`, sql)).map(([code]) => code);
  const lookups = await lookUp(context, partition, { ...nothingWanted(), resources: new Set(codes) });
  for (const code of codes) {
    const { attributes } = lookups.resource(code).resource;
    for (const key of machineKeys) if (typeof attributes[key] === 'string') machines.set(`${key}=${attributes[key]}`, { key, value: attributes[key] });
  }
  return codes;
}

const pointsOf = (rows: readonly SeriesRow[]): number => rows.reduce((sum, [, count]) => sum + count, 0);

/** Codes mean nothing in another partition: series are the same by what they say. */
async function identify(context: QueryContext, partition: Partition, rows: readonly SeriesRow[], all: Map<string, StoredSeries>): Promise<void> {
  const wanted = nothingWanted();
  for (const [, , codes, , resource, scope] of rows) {
    wantCodes(wanted, codes);
    wanted.resources.add(resource);
    wanted.scopes.add(scope);
  }
  const lookups = await lookUp(context, partition, wanted);
  for (const [code, , codes, wide, resource, scope, type, temporality, monotonic, unit, metric] of rows) {
    const place = lookups.resource(resource);
    const own = lookups.attributes(codes, wide);
    const key = canonical([place.service, own, place.resource.attributes, lookups.scope(scope), type, temporality, monotonic, unit, metric]);
    const known = all.get(key) ?? { key, codes: new Map(), identity: { metric, service: place.service, attributes: withInstance(own, place.resource.attributes), unit, type, temporality, monotonic: monotonic === 1 } };
    known.codes.set(partition.number, [...known.codes.get(partition.number) ?? [], code]);
    all.set(key, known);
  }
}

function inOrder(all: ReadonlyMap<string, StoredSeries>): StoredSeries[] {
  const order = new Map([...all.values()].map((each) => [each, `${each.identity.service}\0${Object.entries(each.identity.attributes).map(([key, value]) => `${key}=${textOf(value)}`).join('\0')}\0${each.key}`]));
  return [...all.values()].sort((a, b) => ((order.get(a) ?? '') < (order.get(b) ?? '') ? -1 : 1));
}

async function seriesRows(context: QueryContext, { catalog }: Partition, condition: (sql: Sql) => string, fromMs: number, toMs: number): Promise<readonly SeriesRow[]> {
  const sql = new Sql();
  return context.rows<SeriesRow>(`SELECT s.code, p.points, s.codes, s.wide, s.resource, s.scope, m.type, m.temporality, m.monotonic, m.unit, m.name
    FROM (SELECT * FROM ${catalog}.series WHERE ${condition(sql)}) s
    JOIN ${catalog}.metrics m ON m.code = s.metric
    JOIN (SELECT series, count(*)::DOUBLE AS points FROM ${catalog}.points WHERE time_ns >= ${sql.ns(fromMs)} AND time_ns < ${sql.ns(toMs)} GROUP BY series) p ON p.series = s.code`, sql);
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

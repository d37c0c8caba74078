import { MetricType } from '@clew/otlp';
import type { MetricInfo, RowQueries } from '@clew/engine';
import { overlapping } from '../filter.ts';
import type { List, QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

export const metricTypes: Readonly<Record<number, string>> = Object.fromEntries(Object.entries(MetricType).map(([name, type]) => [type, name]));
export const temporalities = ['', 'delta', 'cumulative'];

type MetricRow = readonly [name: string, unit: string, type: number, description: string, temporality: number, monotonic: number, series: number, services: List<string>];

/** Metrics with a point in the range, by name; described as they were last. */
export async function metrics(context: QueryContext, { fromMs, toMs, text, limit }: Parameters<RowQueries['metrics']>[0]): Promise<readonly MetricInfo[]> {
  const partitions = overlapping(context.partitions, 'points', fromMs, toMs);
  if (partitions.length === 0) return [];
  const sql = new Sql();
  const [from, to] = [sql.ns(fromMs), sql.ns(toMs)];
  const isNamed = text === undefined || text === '' ? 'true' : `contains(lower(m.name), lower(${sql.text(text)}))`;
  const parts = partitions.map(({ catalog, number }) => `SELECT ${number} AS partition, m.*, s.identity, r.service FROM ${catalog}.series s
    JOIN ${catalog}.metrics m ON m.code = s.metric JOIN ${catalog}.resources r ON r.code = s.resource
    WHERE ${isNamed} AND s.code IN (SELECT series FROM ${catalog}.points WHERE time_ns >= ${from} AND time_ns < ${to})`);
  const last = (column: string): string => `arg_max(${column}, (partition, code))`;
  const rows = await context.rows<MetricRow>(`SELECT name, ${last('unit')}, ${last('type')}, ${last('description')}, ${last('temporality')}, ${last('monotonic')},
      count(DISTINCT identity)::DOUBLE, list_sort(list(DISTINCT service))
    FROM (${parts.join(' UNION ALL ')}) GROUP BY name ORDER BY name LIMIT ${Math.min(limit, context.limits.answerRowsMax)}`, sql);
  return rows.map(([name, unit, type, description, temporality, monotonic, series, { items }]) => ({
    name, unit, type: metricTypes[type] ?? '', description, temporality: temporalities[temporality] ?? '', monotonic: monotonic === 1, series, services: items,
  }));
}

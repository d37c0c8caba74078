import { MetricType } from '@clew/otlp';
import type { MetricInfo, RowQueries } from '@clew/engine';
import { overlapping } from '../filter.ts';
import type { List, QueryContext } from '../readers.ts';
import { Sql } from '../sql.ts';

export const metricTypes: Readonly<Record<number, string>> = Object.fromEntries(Object.entries(MetricType).map(([name, type]) => [type, name]));
export const temporalities = ['', 'delta', 'cumulative'];

/** Metrics with a point in the range, by name. `series` is that of the partition with the most. */
export async function metrics(context: QueryContext, { fromMs, toMs, text, limit }: Parameters<RowQueries['metrics']>[0]): Promise<readonly MetricInfo[]> {
  const found = new Map<string, MetricInfo>();
  for (const { catalog, ranges: { points } } of overlapping(context.partitions, 'points', fromMs, toMs).reverse()) {
    const sql = new Sql();
    const isNamed = text === undefined || text === '' ? 'true' : `contains(lower(m.name), lower(${sql.text(text)}))`;
    const isWhole = points.minMs >= fromMs && points.maxMs < toMs;
    const isActive = isWhole ? 'true' : `s.code IN (SELECT series FROM ${catalog}.points WHERE time_ns >= ${sql.ns(fromMs)} AND time_ns < ${sql.ns(toMs)})`;
    const rows = await context.rows<[string, string, number, string, number, number, number, List<string>]>(`SELECT m.name, arg_max(m.unit, m.code), arg_max(m.type, m.code), arg_max(m.description, m.code),
        arg_max(m.temporality, m.code), arg_max(m.monotonic, m.code), count(DISTINCT (r.raw, s.codes, s.wide))::DOUBLE, list_sort(list(DISTINCT r.service))
      FROM ${catalog}.series s JOIN ${catalog}.metrics m ON m.code = s.metric JOIN ${catalog}.resources r ON r.code = s.resource WHERE ${isNamed} AND ${isActive} GROUP BY m.name`, sql);
    for (const [name, unit, type, description, temporality, monotonic, series, { items }] of rows) {
      const known = found.get(name);
      found.set(name, known === undefined
        ? { name, unit, type: metricTypes[type] ?? '', description, temporality: temporalities[temporality] ?? '', monotonic: monotonic === 1, series, services: items }
        : { ...known, series: Math.max(known.series, series), services: [...new Set([...known.services, ...items])].sort() });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, Math.min(limit, context.limits.answerRowsMax));
}

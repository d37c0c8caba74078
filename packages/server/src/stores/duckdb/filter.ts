/** Conditions on rows of one partition. Attribute values are looked up in its dictionary first, so that rows are compared by code. */
import { namesOf } from '@clew/engine/tables';
import type { AttributeFilter } from '@clew/engine';
import type { Partition, SignalTable } from './partition.ts';
import type { QueryContext } from './readers.ts';
import { keyOnly, unlistedKeys } from './schema.ts';
import { Sql } from './sql.ts';
import { wideNeedle } from './wide.ts';

/** Partitions with rows of the table whose event times overlap [fromMs, toMs). */
export function overlapping(partitions: readonly Partition[], table: SignalTable, fromMs: number, toMs: number): Partition[] {
  return partitions.filter(({ ranges }) => ranges[table].minMs < toMs && ranges[table].maxMs >= fromMs);
}

/** What a filter means in one partition. */
export interface ResolvedFilter {
  readonly codes: readonly number[];
  /** What a row's wide text must contain instead; none when no wide text can have the key. */
  readonly needles: readonly string[];
  readonly resources: readonly number[];
  readonly scopes: readonly number[];
}

export async function resolveFilters(context: QueryContext, { catalog }: Partition, filters: readonly AttributeFilter[]): Promise<ResolvedFilter[]> {
  const resolved: ResolvedFilter[] = [];
  for (const { key, value } of filters) {
    const sql = new Sql();
    // Whoever asks for the present name means rows under its old ones, too.
    const names = namesOf(key);
    const isKey = names.length === 1 ? `key = ${sql.text(key)}` : `key IN (${names.map((name) => sql.text(name)).join(', ')})`;
    const number = value.trim() === '' ? NaN : Number(value);
    const isNumber = Number.isNaN(number) ? 'false' : `number = ${sql.number(number)}`;
    const rows = await context.rows<[number, number]>(`SELECT code, kind FROM ${catalog}.kv WHERE (${isKey} AND (kind = ${keyOnly} OR text = ${sql.text(value)} OR ${isNumber})) OR kind = ${unlistedKeys}`, sql);
    const codes = rows.filter(([, kind]) => kind < unlistedKeys).map(([code]) => code);
    const texts = Number.isNaN(number) || String(number) === value ? [value] : [value, String(number)];
    const needles = rows.length > codes.length ? names.flatMap((name) => texts.map((text) => wideNeedle(name, text))) : [];
    resolved.push({ codes, needles, resources: await owners(context, `${catalog}.resources`, codes, needles), scopes: await owners(context, `${catalog}.scopes`, codes, needles) });
  }
  return resolved;
}

async function owners(context: QueryContext, table: string, codes: readonly number[], needles: readonly string[]): Promise<number[]> {
  const sql = new Sql();
  const terms = ownTerms(sql, { codes, needles });
  if (terms.length === 0) return [];
  return (await context.rows<[number]>(`SELECT code FROM ${table} WHERE ${terms.join(' OR ')}`, sql)).map(([code]) => code);
}

function ownTerms(sql: Sql, { codes, needles }: Pick<ResolvedFilter, 'codes' | 'needles'>): string[] {
  const byCode = codes.length === 0 ? [] : codes.length === 1 ? [`list_contains(codes, ${codes[0]})`] : [`list_has_any(codes, ${sql.u32s(codes)})`];
  return [...byCode, ...needles.map((needle) => `contains(wide, ${sql.text(needle)})`)];
}

/** A condition that holds for rows with the attribute, on the row itself, its resource or its scope. */
export function attributeCondition(sql: Sql, filter: ResolvedFilter): string {
  const terms = ownTerms(sql, filter);
  if (filter.resources.length > 0) terms.push(`resource IN (SELECT unnest(${sql.u32s(filter.resources)}))`);
  if (filter.scopes.length > 0) terms.push(`scope IN (SELECT unnest(${sql.u32s(filter.scopes)}))`);
  return terms.length === 0 ? 'false' : `(${terms.join(' OR ')})`;
}

export function serviceCondition(sql: Sql, { catalog }: Partition, service: string): string {
  return `resource IN (SELECT code FROM ${catalog}.resources WHERE service = ${sql.text(service)})`;
}

export function nameCondition(sql: Sql, { catalog }: Partition, name: string): string {
  return `name IN (SELECT code FROM ${catalog}.names WHERE text = ${sql.text(name)})`;
}

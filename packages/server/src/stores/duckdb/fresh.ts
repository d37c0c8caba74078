/**
 * Rows that are not in their partition's file yet. They lie in tables of DuckDB's memory, one schema a generation, where
 * appending costs no compression and no second log; Clew's log has them until their file does. Then a whole generation goes
 * into the file in one transaction, sorted.
 *
 * Queries read a partition through views over its file and its generations. A generation is shown only while the file's
 * commits end before it: the file's own snapshot decides, so no row is ever seen twice or missed while it moves.
 */
import duckdb from '@duckdb/node-bindings';
import type { TablePlace } from './chunk.ts';
import { sqlColumns } from './chunk.ts';
import { emptyRange, signalTableNames } from './partition.ts';
import type { Partition, SignalTable } from './partition.ts';
import { fileOrder, schema } from './schema.ts';
import type { TableName } from './schema.ts';
import type { PartitionTables } from './tables.ts';

type TimeRange = Partition['ranges'][SignalTable];

/** What some records added. */
export interface Added {
  position: number;
  firstMs: number;
  lastMs: number;
  bytes: number;
  readonly rows: Record<SignalTable, number>;
  readonly ranges: Record<SignalTable, TimeRange>;
}

export interface Generation {
  readonly place: TablePlace;
  /** Position of the log before its first record. */
  readonly after: number;
  readonly added: Added;
  /** What queries see of it. */
  shown: Added;
  /** Tables that have rows; known when nothing more is added. */
  tables: readonly TableName[];
}

/** The views through which queries read a partition that has generations. */
export interface Views { readonly catalog: string; readers: number; readonly over: readonly Generation[] }

const memory = 'memory';
const tableNames = Object.keys(schema) as TableName[];
const columnsOf = (table: TableName): string => Object.keys(schema[table]).join(', ');

export const noneAdded = (): Added => ({
  position: 0, firstMs: NaN, lastMs: NaN, bytes: 0,
  rows: perTable(() => 0), ranges: perTable(emptyRange),
});

function perTable<T>(make: () => T): Record<SignalTable, T> {
  return Object.fromEntries(signalTableNames.map((table) => [table, make()])) as Record<SignalTable, T>;
}

export const rowsOf = ({ rows }: { readonly rows: Readonly<Record<SignalTable, number>> }): number => signalTableNames.reduce((sum, table) => sum + rows[table], 0);

export function copyOf(added: Added): Added {
  return { ...added, rows: { ...added.rows }, ranges: Object.fromEntries(signalTableNames.map((table) => [table, { ...added.ranges[table] }])) as Added['ranges'] };
}

/** Adds what `added` says to a partition, or to a copy of one. */
export function addTo(partition: Pick<Partition, 'firstMs' | 'lastMs' | 'rows' | 'ranges'>, added: Added): void {
  if (Number.isNaN(partition.firstMs)) partition.firstMs = added.firstMs;
  if (!Number.isNaN(added.lastMs)) partition.lastMs = added.lastMs;
  for (const table of signalTableNames) {
    partition.rows[table] += added.rows[table];
    partition.ranges[table].minMs = Math.min(partition.ranges[table].minMs, added.ranges[table].minMs);
    partition.ranges[table].maxMs = Math.max(partition.ranges[table].maxMs, added.ranges[table].maxMs);
  }
}

export async function openGeneration(connection: duckdb.Connection, number: number, after: number): Promise<Generation> {
  const name = `fresh_${number}`;
  const tables = tableNames.map((table) => `CREATE TABLE ${memory}.${name}.${table} (${sqlColumns(schema[table])})`);
  await duckdb.query(connection, [`CREATE SCHEMA ${memory}.${name}`, ...tables].join('; '));
  return { place: { catalog: memory, schema: name }, after, added: noneAdded(), shown: noneAdded(), tables: [] };
}

export const tablesWithRows = (tables: PartitionTables): TableName[] => tableNames.filter((table) => tables[table].flushed() > 0);

/** One transaction of the partition's file: all rows, sorted, and the position that they reach. */
export async function moveToFile(connection: duckdb.Connection, { place, tables }: Generation, { catalog }: Partition): Promise<void> {
  await duckdb.query(connection, 'BEGIN');
  try {
    for (const table of tables) {
      const order = fileOrder[table];
      await duckdb.query(connection, `INSERT INTO ${catalog}.${table} (${columnsOf(table)}) SELECT ${columnsOf(table)} FROM ${place.catalog}.${place.schema}.${table}${order === undefined ? '' : ` ORDER BY ${order}`}`);
    }
    await duckdb.query(connection, 'COMMIT');
  } catch (thrown) {
    // Where COMMIT failed the transaction is over already.
    await duckdb.query(connection, 'ROLLBACK').catch(() => undefined);
    throw thrown;
  }
}

export async function dropGeneration(connection: duckdb.Connection, { place }: Generation): Promise<void> {
  await duckdb.query(connection, `DROP SCHEMA IF EXISTS ${place.catalog}.${place.schema} CASCADE`);
}

/** More rows than any file has. */
const rowsOfFileMax = 2 ** 40;

/** Tables that no query reads have no view. */
const viewed = tableNames.filter((table) => table !== 'commits' && table !== 'about');

export async function openViews(connection: duckdb.Connection, number: number, { catalog: file }: Partition, over: readonly Generation[]): Promise<Views> {
  const catalog = `${memory}.shown_${number}`;
  const views = viewed.map((table) => {
    // Ties are in the order of arrival: what is in memory came later than what is in the file.
    const row = (from: number): string => (table === 'logs' || table === 'points' ? `rowid + ${from} AS rowid, ` : '');
    const parts = over.map(({ place, after }, i) => `SELECT ${row((i + 1) * rowsOfFileMax)}${columnsOf(table)} FROM ${place.catalog}.${place.schema}.${table} WHERE (SELECT coalesce(max(position), 0) FROM ${file}.commits) <= ${after}`);
    return `CREATE VIEW ${catalog}.${table} AS ${[`SELECT ${row(0)}${columnsOf(table)} FROM ${file}.${table}`, ...parts].join(' UNION ALL ')}`;
  });
  await duckdb.query(connection, [`CREATE SCHEMA ${catalog}`, ...views].join('; '));
  return { catalog, readers: 0, over };
}

export async function dropViews(connection: duckdb.Connection, { catalog }: Views): Promise<void> {
  await duckdb.query(connection, `DROP SCHEMA ${catalog} CASCADE`);
}

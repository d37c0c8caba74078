/** One partition: a DuckDB file that holds the rows of a stretch of arrival time, with their dictionary. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBResult } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { CodedError, reasonOf } from '../../errors.ts';
import { sqlColumns } from './chunk.ts';
import type { TablePlace } from './chunk.ts';
import { Dictionary } from './dictionary.ts';
import type { Counters } from './dictionary.ts';
import type { StoreLimits } from './limits.ts';
import { Owners } from './owners.ts';
import { codedTables, compressions, schema, schemaVersion } from './schema.ts';
import type { CodedTable, TableName } from './schema.ts';
import { openTables } from './tables.ts';
import type { RowSink, TimeRange } from './row-sink.ts';

export const signalTables = { traces: 'spans', metrics: 'points', logs: 'logs', profiles: 'profiles' } as const;
export const signalTableNames: readonly SignalTable[] = ['spans', 'points', 'logs', 'profiles'];
export type SignalTable = (typeof signalTables)[keyof typeof signalTables];

export interface Partition {
  readonly number: number;
  /** Name of the attached database: `p12`. */
  readonly catalog: string;
  readonly path: string;
  /** What is committed. */
  readonly rows: Record<SignalTable, number>;
  readonly ranges: Record<SignalTable, TimeRange>;
  position: number;
  /** Arrival of its first and last records, NaN while empty. */
  firstMs: number;
  lastMs: number;
  /** Queries that are reading it: it is detached when there are none. */
  readers: number;
}

export const emptyRange = (): TimeRange => ({ minMs: Infinity, maxMs: -Infinity });

export function partitionPath(folder: string, number: number): string {
  return join(folder, `rows-${String(number).padStart(6, '0')}.duckdb`);
}

export function partitionNumber(file: string): number | null {
  const match = /^rows-(\d{6,})\.duckdb$/.exec(file);
  return match === null ? null : Number(match[1]);
}

const newFile = 'new.duckdb';

/** Makes the file under another name first: a file under its own name is whole, whenever the process dies. */
export async function createPartition(connection: duckdb.Connection, folder: string, number: number): Promise<Partition> {
  const path = join(folder, newFile);
  removeHalfMade(folder);
  await attach(connection, path, 'new');
  await duckdb.query(connection, 'BEGIN');
  for (const [table, shape] of Object.entries(schema)) await duckdb.query(connection, `CREATE TABLE new.${table} (${sqlColumns(shape, compressions[table as TableName])})`);
  await duckdb.query(connection, `INSERT INTO new.about VALUES (${schemaVersion})`);
  await duckdb.query(connection, 'COMMIT');
  await duckdb.query(connection, 'CHECKPOINT new');
  await duckdb.query(connection, 'DETACH new');
  renameSync(path, partitionPath(folder, number));
  syncFolder(folder);
  return openPartition(connection, folder, number);
}

export function removeHalfMade(folder: string): void {
  for (const file of [newFile, `${newFile}.wal`]) rmSync(join(folder, file), { force: true });
}

/** Attaches the file and reads what its commits say. */
export async function openPartition(connection: duckdb.Connection, folder: string, number: number): Promise<Partition> {
  const path = partitionPath(folder, number);
  const catalog = `p${number}`;
  await attach(connection, path, catalog);
  const [version] = await readRow(connection, `SELECT max(version) FROM ${catalog}.about`);
  if (version === beforeProfiles) await addProfiles(connection, catalog);
  else if (version !== schemaVersion) throw new Error(`${path} has the row format ${String(version)}; this version of Clew reads ${schemaVersion}. Move the file away to go on without it.`);
  const sums = await readRow(connection, `SELECT coalesce(max(position), 0)::DOUBLE, min(received_ms), max(received_ms), ${
    signalTableNames.map((table) => `coalesce(sum(${table}), 0)::DOUBLE, min(${table}_min_ms), max(${table}_max_ms)`).join(', ')} FROM ${catalog}.commits`);
  const numberAt = (i: number, empty: number): number => {
    const value = sums[i];
    return typeof value === 'number' ? value : empty;
  };
  const range = (i: number): TimeRange => ({ minMs: numberAt(i, Infinity), maxMs: numberAt(i + 1, -Infinity) });
  return {
    number, catalog, path,
    position: numberAt(0, 0), firstMs: numberAt(1, NaN), lastMs: numberAt(2, NaN),
    rows: { spans: numberAt(3, 0), points: numberAt(6, 0), logs: numberAt(9, 0), profiles: numberAt(12, 0) },
    ranges: { spans: range(4), points: range(7), logs: range(10), profiles: range(13) },
    readers: 0,
  };
}

/** Files of version 1 have no profiles; all else is the same. */
const beforeProfiles = 1;

async function addProfiles(connection: duckdb.Connection, catalog: string): Promise<void> {
  await duckdb.query(connection, 'BEGIN');
  for (const table of ['profiles', 'profile_links', 'dictionaries'] as const) await duckdb.query(connection, `CREATE TABLE ${catalog}.${table} (${sqlColumns(schema[table])})`);
  await duckdb.query(connection, `ALTER TABLE ${catalog}.commits ADD COLUMN profiles UINTEGER DEFAULT 0`);
  for (const column of ['profiles_min_ms', 'profiles_max_ms']) await duckdb.query(connection, `ALTER TABLE ${catalog}.commits ADD COLUMN ${column} DOUBLE`);
  await duckdb.query(connection, `UPDATE ${catalog}.about SET version = ${schemaVersion}`);
  await duckdb.query(connection, 'COMMIT');
}

/** ATTACH takes no parameters: the path is quoted by hand, the catalog is ours. */
async function attach(connection: duckdb.Connection, path: string, catalog: string): Promise<void> {
  await duckdb.query(connection, `ATTACH '${path.replaceAll('\'', '\'\'')}' AS ${catalog} (STORAGE_VERSION 'latest')`).catch((thrown: unknown) => {
    const reason = reasonOf(thrown);
    if (/could not set lock|conflicting lock/i.test(reason)) throw new CodedError('folder_in_use', path, { cause: thrown });
    throw new CodedError('rows_corrupt', path, { detail: `${reason}.`, cause: thrown });
  });
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Writers into `place` and an empty dictionary whose codes go on where the partition's file stopped. */
export async function openSink(connection: duckdb.Connection, partition: Partition, place: TablePlace, limits: StoreLimits, seed: number, counters: Counters): Promise<RowSink> {
  const last = await readRow(connection, `SELECT ${codedTables.map((table) => `(SELECT coalesce(max(code), 0)::DOUBLE FROM ${partition.catalog}.${table})`).join(', ')}`);
  const next = Object.fromEntries(codedTables.map((table, i) => [table, Number(last[i]) + 1])) as Record<CodedTable, number>;
  const tables = openTables(connection, place, limits.chunkBytesMax);
  const dictionary = new Dictionary(tables, next, limits, seed, counters);
  return { tables, dictionary, next, owners: new Owners(tables, dictionary, next, limits, seed, counters) };
}

/** Bytes of the file and of its write-ahead log. */
export function partitionBytes({ path }: Partition): number {
  return fileBytes(path) + fileBytes(`${path}.wal`);
}

export async function deletePartition(connection: duckdb.Connection, { catalog, path }: Partition): Promise<void> {
  await duckdb.query(connection, `DETACH ${catalog}`);
  for (const file of [path, `${path}.wal`]) rmSync(file, { force: true });
}

export function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The one row of a statement whose text has no values of users in it. */
async function readRow(connection: duckdb.Connection, sql: string): Promise<readonly unknown[]> {
  return (await new DuckDBResult(await duckdb.query(connection, sql)).getRows())[0];
}

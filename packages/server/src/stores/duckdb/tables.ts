/** The writers of all tables of one partition. */
import type duckdb from '@duckdb/node-bindings';
import { openTable } from './chunk.ts';
import type { TablePlace, TableWriter } from './chunk.ts';
import { schema } from './schema.ts';
import type { TableName } from './schema.ts';

export type PartitionTables = { readonly [T in TableName]: TableWriter<(typeof schema)[T]> };

export function openTables(connection: duckdb.Connection, place: TablePlace, chunkBytesMax: number): PartitionTables {
  return Object.fromEntries(Object.entries(schema).map(([table, shape]) => [table, openTable(connection, place, table, shape, chunkBytesMax)])) as unknown as PartitionTables;
}

/** Connections for queries: a few at a time, each with a time limit, so that feeding goes on beside them. */
import { DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { CodedError, reasonOf } from '../../errors.ts';
import type { StoreLimits } from './limits.ts';
import type { Partition } from './partition.ts';
import type { Sql } from './sql.ts';

/** How a result gives blobs and lists. */
export interface Blob { readonly bytes: Uint8Array }
export interface List<T> { readonly items: readonly T[] }

export interface QueryContext {
  /** Partitions that stay while the query runs, oldest first. */
  readonly partitions: readonly Partition[];
  readonly limits: StoreLimits;
  /** The caller says what the columns of its statement are. */
  rows<Row extends readonly unknown[]>(text: string, sql: Sql): Promise<readonly Row[]>;
}

export interface Readers {
  /** Runs one query. Fails with query_timeout, or with query_too_large where DuckDB has no room for it. */
  run<T>(hold: () => { readonly partitions: readonly Partition[]; readonly release: () => void }, query: (context: QueryContext) => Promise<T>): Promise<T>;
  waiting(): number;
  close(): Promise<void>;
}

export async function openReaders(database: duckdb.Database, limits: StoreLimits): Promise<Readers> {
  const all = await Promise.all(Array.from({ length: limits.queriesAtOnce }, async () => new DuckDBConnection(await duckdb.connect(database))));
  const free = [...all];
  const waiting: ((connection: DuckDBConnection) => void)[] = [];
  const take = (): Promise<DuckDBConnection> => {
    const connection = free.pop();
    if (connection !== undefined) return Promise.resolve(connection);
    if (waiting.length >= limits.queriesWaitingMax) throw new CodedError('query_too_large', '', { detail: `${waiting.length} queries are waiting already.` });
    return new Promise((resolve) => waiting.push(resolve));
  };
  const give = (connection: DuckDBConnection): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(connection);
    else next(connection);
  };
  return {
    async run(hold, query) {
      const connection = await take();
      const { partitions, release } = hold();
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        connection.interrupt();
      }, limits.queryTimeoutMs);
      try {
        return await query({
          partitions, limits,
          async rows<Row extends readonly unknown[]>(text: string, sql: Sql) {
            if (late) throw new CodedError('query_timeout');
            return (await connection.runAndReadAll(text, sql.values, sql.types)).getRows() as unknown as readonly Row[];
          },
        });
      } catch (thrown) {
        throw late ? new CodedError('query_timeout', `${limits.queryTimeoutMs} ms`) : inWords(thrown);
      } finally {
        clearTimeout(timer);
        release();
        give(connection);
      }
    },
    waiting: () => waiting.length,
    async close() {
      for (let i = 0; i < all.length; i++) (await take()).closeSync();
    },
  };
}

function inWords(thrown: unknown): unknown {
  return /out of memory|max_temp_directory_size|could not allocate/i.test(reasonOf(thrown)) ? new CodedError('query_too_large', '', { cause: thrown }) : thrown;
}

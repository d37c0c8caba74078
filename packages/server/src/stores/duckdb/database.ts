/** The DuckDB instance of the store: in memory, with one attached file a partition. */
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import duckdb from '@duckdb/node-bindings';
import { CodedError, reasonOf } from '../../errors.ts';
import type { StoreLimits } from './limits.ts';

export interface StoreOptions {
  readonly folder: string;
  readonly memoryBytes: number;
  readonly diskBytesMax: number;
  readonly retentionDays: number;
  readonly partitionMinutes: number;
}

const mb = (bytes: number): string => `${Math.max(1, Math.floor(bytes / 1_000_000))}MB`;

export async function openDatabase(options: StoreOptions, limits: StoreLimits): Promise<duckdb.Database> {
  const { folder, memoryBytes, diskBytesMax } = options;
  if (memoryBytes < limits.memoryBytesMin) throw new CodedError('bad_setting', String(memoryBytes), { detail: `The row store needs at least ${limits.memoryBytesMin} bytes of memory.` });
  if (diskBytesMax < limits.diskBytesMin) throw new CodedError('bad_setting', String(diskBytesMax), { detail: `The row store needs at least ${limits.diskBytesMin} bytes of disk.` });
  const spill = join(folder, 'spill');
  try {
    mkdirSync(folder, { recursive: true });
    rmSync(spill, { recursive: true, force: true });
  } catch (cause) {
    throw new CodedError('folder_not_writable', folder, { detail: reasonOf(cause), cause });
  }
  const config = duckdb.create_config();
  const set = (name: string, value: string): void => duckdb.set_config(config, name, value);
  // A thread that waits for another one spins: on two cores that costs the receivers more than it brings a query.
  set('threads', String(Math.min(limits.queryThreads, Math.max(1, availableParallelism() - 1))));
  set('memory_limit', mb(memoryBytes));
  set('temp_directory', spill);
  set('max_temp_directory_size', mb(diskBytesMax * limits.spillShareMax));
  set('checkpoint_threshold', mb(Math.min(16_000_000, partitionBytesMax(diskBytesMax, limits) / 2)));
  set('preserve_insertion_order', 'false');
  // Nothing is fetched from the network, ever.
  set('autoinstall_known_extensions', 'false');
  set('autoload_known_extensions', 'false');
  return duckdb.open(':memory:', config);
}

/** A partition whose file has grown to this is closed. */
export function partitionBytesMax(diskBytesMax: number, limits: StoreLimits): number {
  return Math.min(limits.partitionBytesMax, diskBytesMax * limits.partitionShareMax);
}

/** Rows are given up, oldest first, above this: room is left for what sorting spills, for one partition that grows, and for its write-ahead log. */
export function rowBytesMax(diskBytesMax: number, limits: StoreLimits): number {
  return diskBytesMax * (1 - limits.spillShareMax - 2 * limits.partitionShareMax);
}

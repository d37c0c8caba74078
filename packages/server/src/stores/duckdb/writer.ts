/**
 * Takes records in order and turns them into committed rows. Rows and the log position that they reach are one
 * transaction of one file, so after a crash feeding goes on from the position of the newest commit and nothing is there
 * twice. A record is never split between partitions.
 */
import { readdirSync } from 'node:fs';
import duckdb from '@duckdb/node-bindings';
import type { ViewRecord } from '../../views/view.ts';
import { partitionBytesMax, rowBytesMax } from './database.ts';
import type { StoreOptions } from './database.ts';
import type { Counters } from './dictionary.ts';
import { count } from './dictionary.ts';
import type { StoreLimits } from './limits.ts';
import { createPartition, deletePartition, emptyRange, openPartition, openSink, partitionBytes, partitionNumber, removeHalfMade, signalTableNames, signalTables } from './partition.ts';
import type { Partition, SignalTable } from './partition.ts';
import { writeBatch } from './write-rows.ts';
import type { RowSink, TimeRange } from './write-rows.ts';

interface Pending {
  position: number;
  firstMs: number;
  lastMs: number;
  bytes: number;
  readonly rows: Record<SignalTable, number>;
  readonly ranges: Record<SignalTable, TimeRange>;
}

const noPending = (): Pending => ({
  position: 0, firstMs: NaN, lastMs: NaN, bytes: 0,
  rows: { spans: 0, points: 0, logs: 0, profiles: 0 },
  ranges: { spans: emptyRange(), points: emptyRange(), logs: emptyRange(), profiles: emptyRange() },
});

const sumOf = (rows: Readonly<Record<SignalTable, number>>): number => signalTableNames.reduce((sum, table) => sum + rows[table], 0);

export class Writer {
  /** Oldest first. The last one is written to. */
  readonly partitions: Partition[] = [];
  readonly counters: Counters = {};
  reached = 0;
  private taken = 0;
  private newestMs = -Infinity;
  private pending = noPending();
  private begun = false;
  private sink: RowSink | null = null;
  private full = false;
  private hasBeenFed = false;
  private readonly dying = new Set<Partition>();
  private readonly connection: duckdb.Connection;
  private readonly options: StoreOptions;
  private readonly limits: StoreLimits;
  private readonly seed: number;
  private readonly partitionMs: number;
  private readonly fileBytesMax: number;
  private readonly rowsPerCommit: number;

  constructor(connection: duckdb.Connection, options: StoreOptions, limits: StoreLimits, seed: number) {
    this.connection = connection;
    this.options = options;
    this.limits = limits;
    this.seed = seed;
    this.partitionMs = Math.max(1, options.partitionMinutes * 60_000);
    this.fileBytesMax = partitionBytesMax(options.diskBytesMax, limits);
    // A transaction must not outgrow the room that the budget leaves for a partition: about 256 bytes a row while it is open.
    this.rowsPerCommit = Math.min(limits.rowsPerCommit, Math.max(2048, Math.floor(this.fileBytesMax / 256)));
  }

  async open(): Promise<void> {
    const { folder } = this.options;
    removeHalfMade(folder);
    const numbers = readdirSync(folder).map(partitionNumber).filter((number) => number !== null);
    for (const number of numbers.sort((a, b) => a - b)) this.partitions.push(await openPartition(this.connection, folder, number));
    if (this.partitions.length === 0) this.partitions.push(await createPartition(this.connection, folder, 1));
    this.reached = Math.max(...this.partitions.map((partition) => partition.position));
    this.taken = this.reached;
    this.newestMs = Math.max(...this.partitions.map((partition) => Number.isNaN(partition.lastMs) ? -Infinity : partition.lastMs));
    this.full = partitionBytes(this.current()) > this.fileBytesMax;
    await this.giveUp();
  }

  /** True while something that was taken is not committed. */
  dirty(): boolean {
    return this.taken > this.reached;
  }

  async feed(records: readonly ViewRecord[]): Promise<void> {
    for (const record of records) {
      if (record.position <= this.taken) continue;
      // What comes first may leave a gap: the log before it may have been trimmed away while the store was closed or empty.
      if (record.position !== this.taken + 1) {
        if (this.hasBeenFed) throw new Error(`BUG: the store was fed position ${record.position} after ${this.taken}`);
        count(this.counters, 'records_missed', record.position - this.taken - 1);
      }
      this.hasBeenFed = true;
      await this.take(record).catch(async (thrown: unknown) => {
        await this.rollBack();
        throw thrown;
      });
    }
  }

  async flush(): Promise<void> {
    if (!this.dirty()) return;
    await this.commit().catch(async (thrown: unknown) => {
      await this.rollBack();
      throw thrown;
    });
  }

  /** Partitions for a query to read; they stay until `release`. */
  hold(): { readonly partitions: readonly Partition[]; readonly release: () => void } {
    const partitions = [...this.partitions];
    for (const partition of partitions) partition.readers++;
    return { partitions, release: () => { for (const partition of partitions) partition.readers--; } };
  }

  bytes(): number {
    return [...this.partitions, ...this.dying].reduce((sum, partition) => sum + partitionBytes(partition), 0);
  }

  async close(): Promise<void> {
    await this.flush();
    this.closeSink();
    await this.removeDying();
  }

  private current(): Partition {
    const partition = this.partitions.at(-1);
    if (partition === undefined) throw new Error('BUG: no partition is open');
    return partition;
  }

  private async take({ position, receivedMs, batch }: ViewRecord): Promise<void> {
    if (batch !== null && batch.count > 0) {
      if (this.isOver(receivedMs)) await this.rotate();
      await this.begin();
      if (this.sink === null) throw new Error('BUG: no partition is written to');
      const table = signalTables[batch.signal];
      writeBatch(this.sink, batch, receivedMs, this.pending.ranges[table]);
      this.pending.rows[table] += batch.count;
      this.pending.bytes += batch.strings.bytes.length;
    }
    const { pending } = this;
    if (Number.isNaN(pending.firstMs)) pending.firstMs = receivedMs;
    pending.lastMs = receivedMs;
    pending.position = position;
    this.taken = position;
    this.newestMs = Math.max(this.newestMs, receivedMs);
    if (sumOf(pending.rows) >= this.rowsPerCommit || pending.bytes >= this.fileBytesMax / 2) await this.commit();
  }

  /** The current partition has rows, and arrival has gone on to the next stretch of time, or the file is full. */
  private isOver(receivedMs: number): boolean {
    const { firstMs, rows } = this.current();
    if (sumOf(rows) + sumOf(this.pending.rows) === 0) return false;
    const startedMs = Number.isNaN(firstMs) ? this.pending.firstMs : firstMs;
    return this.full || Math.floor(receivedMs / this.partitionMs) > Math.floor(startedMs / this.partitionMs);
  }

  private async rotate(): Promise<void> {
    if (this.dirty()) await this.commit();
    this.closeSink();
    const old = this.current();
    await duckdb.query(this.connection, `CHECKPOINT ${old.catalog}`);
    this.partitions.push(await createPartition(this.connection, this.options.folder, old.number + 1));
    this.full = false;
    count(this.counters, 'partitions_made');
    await this.giveUp();
  }

  private async begin(): Promise<void> {
    if (this.begun) return;
    this.sink ??= await openSink(this.connection, this.current(), this.limits, this.seed, this.counters);
    await duckdb.query(this.connection, 'BEGIN');
    this.begun = true;
  }

  private async commit(): Promise<void> {
    await this.begin();
    const { pending, sink } = this;
    if (sink === null) throw new Error('BUG: a commit without tables');
    this.writeCommit(sink, pending);
    for (const table of Object.values(sink.tables)) table.flush();
    await duckdb.query(this.connection, 'COMMIT');
    this.begun = false;
    const partition = this.current();
    partition.position = pending.position;
    if (Number.isNaN(partition.firstMs)) partition.firstMs = pending.firstMs;
    partition.lastMs = pending.lastMs;
    for (const table of signalTableNames) {
      partition.rows[table] += pending.rows[table];
      partition.ranges[table].minMs = Math.min(partition.ranges[table].minMs, pending.ranges[table].minMs);
      partition.ranges[table].maxMs = Math.max(partition.ranges[table].maxMs, pending.ranges[table].maxMs);
    }
    this.reached = pending.position;
    this.pending = noPending();
    count(this.counters, 'commits');
    this.full = partitionBytes(partition) > this.fileBytesMax;
    await this.giveUp();
  }

  private writeCommit({ tables: { commits } }: RowSink, { position, firstMs, rows, ranges }: Pending): void {
    const { columns } = commits;
    const at = commits.at();
    columns.position[at] = BigInt(position);
    columns.received_ms[at] = firstMs;
    for (const table of signalTableNames) {
      columns[table][at] = rows[table];
      columns[`${table}_min_ms`][at] = ranges[table].minMs;
      columns[`${table}_max_ms`][at] = ranges[table].maxMs;
    }
    commits.took(1);
  }

  /** Nothing since the last commit happened. The dictionary goes, too: its newest codes were not written. */
  private async rollBack(): Promise<void> {
    count(this.counters, 'rollbacks');
    for (const table of Object.values(this.sink?.tables ?? {})) table.abandon();
    this.sink = null;
    this.pending = noPending();
    this.taken = this.reached;
    if (!this.begun) return;
    this.begun = false;
    await duckdb.query(this.connection, 'ROLLBACK');
  }

  private closeSink(): void {
    for (const table of Object.values(this.sink?.tables ?? {})) table.abandon();
    this.sink = null;
  }

  /** Retention by age, by size and by number: whole files, oldest first, never the newest. */
  private async giveUp(): Promise<void> {
    const oldestMs = this.newestMs - this.options.retentionDays * 86_400_000;
    const bytesMax = rowBytesMax(this.options.diskBytesMax, this.limits);
    await this.removeDying();
    // A file that queries still read counts until it is gone: no reason to give up another one meanwhile.
    while (this.partitions.length > 1 && this.dying.size === 0) {
      const tooOld = this.partitions[0].lastMs < oldestMs;
      if (!tooOld && this.bytes() <= bytesMax && this.partitions.length <= this.limits.partitionsMax) return;
      for (const partition of this.partitions.splice(0, 1)) this.dying.add(partition);
      count(this.counters, tooOld ? 'partitions_aged_out' : 'partitions_given_up_for_space');
      await this.removeDying();
    }
  }

  private async removeDying(): Promise<void> {
    for (const partition of this.dying) {
      if (partition.readers > 0) continue;
      await deletePartition(this.connection, partition);
      this.dying.delete(partition);
    }
  }
}

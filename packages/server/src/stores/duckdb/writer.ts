/**
 * Takes records in order and turns them into rows: shown from memory at first (fresh.ts), then moved into the partition's
 * file together. Rows and the log position that they reach are one transaction of one file, so after a crash feeding goes
 * on from the position of the newest commit and nothing is there twice. A record is never split between partitions.
 */
import { readdirSync } from 'node:fs';
import duckdb from '@duckdb/node-bindings';
import type { ViewRecord } from '../../views/view.ts';
import { partitionBytesMax, rowBytesMax } from './database.ts';
import type { StoreOptions } from './database.ts';
import type { Counters } from './dictionary.ts';
import { count } from './dictionary.ts';
import type { StoreLimits } from './limits.ts';
import { addTo, copyOf, moveToFile, rowsOf, tablesWithRows } from './fresh.ts';
import type { Added, Generation } from './fresh.ts';
import { Live } from './live.ts';
import { createPartition, deletePartition, openPartition, openSink, partitionBytes, partitionNumber, removeHalfMade, signalTableNames, signalTables } from './partition.ts';
import type { Partition } from './partition.ts';
import { schema } from './schema.ts';
import { writeBatch } from './write-rows.ts';
import type { RowSink } from './row-sink.ts';

export interface Connections { readonly rows: duckdb.Connection; readonly files: duckdb.Connection; readonly views: duckdb.Connection }

/** Where no rows wait for a file, a generation is not worth making. */
type Waiting = Pick<Added, 'position' | 'firstMs' | 'lastMs'>;
const nothingWaits = (): Waiting => ({ position: 0, firstMs: NaN, lastMs: NaN });

export class Writer {
  /** Oldest first. The last one is written to. */
  readonly partitions: Partition[] = [];
  readonly counters: Counters = {};
  reached = 0;
  private taken = 0;
  private newestMs = -Infinity;
  /** Records without rows since the last generation ended. */
  private waiting = nothingWaits();
  /** What rows are added to now. */
  private generation: Generation | null = null;
  /** A transaction of memory is open: rows since the last `show`. */
  private begun = false;
  private sink: RowSink | null = null;
  private full = false;
  private hasBeenFed = false;
  /** The generation that is on its way into its file; never fails, but leaves `failure`. */
  private moving: Promise<void> | null = null;
  private failure: { readonly thrown: unknown } | null = null;
  private readonly live: Live;
  private readonly dying = new Set<Partition>();
  /** For rows in memory. */
  private readonly connection: duckdb.Connection;
  /** For files and views. */
  private readonly files: duckdb.Connection;
  private readonly options: StoreOptions;
  private readonly limits: StoreLimits;
  private readonly seed: number;
  private readonly partitionMs: number;
  private readonly fileBytesMax: number;
  private readonly rowsPerCommit: number;
  private readonly bytesPerCommit: number;
  private readonly onMoved: () => void;

  /** Three connections of one database: for rows in memory, for files, for views. `onMoved` is called when rows have gone into a file, or have failed to: then feed() or flush() will throw. */
  constructor({ rows, files, views }: Connections, options: StoreOptions, limits: StoreLimits, seed: number, onMoved: () => void = () => undefined) {
    this.connection = rows;
    this.files = files;
    this.live = new Live(views);
    this.options = options;
    this.limits = limits;
    this.seed = seed;
    this.onMoved = onMoved;
    this.partitionMs = Math.max(1, options.partitionMinutes * 60_000);
    this.fileBytesMax = partitionBytesMax(options.diskBytesMax, limits);
    // A transaction must not outgrow the room that the budget leaves for a partition: about 256 bytes a row while it is open.
    this.rowsPerCommit = Math.min(limits.rowsPerCommit, Math.max(2048, Math.floor(this.fileBytesMax / 256)));
    this.bytesPerCommit = Math.min(this.fileBytesMax / 2, options.memoryBytes * limits.memoryShareMax);
  }

  async open(): Promise<void> {
    const { folder } = this.options;
    removeHalfMade(folder);
    const numbers = readdirSync(folder).map(partitionNumber).filter((number) => number !== null);
    for (const number of numbers.sort((a, b) => a - b)) this.partitions.push(await openPartition(this.files, folder, number));
    if (this.partitions.length === 0) this.partitions.push(await createPartition(this.files, folder, 1));
    this.reached = Math.max(...this.partitions.map((partition) => partition.position));
    this.taken = this.reached;
    this.newestMs = Math.max(...this.partitions.map((partition) => Number.isNaN(partition.lastMs) ? -Infinity : partition.lastMs));
    this.full = partitionBytes(this.current()) > this.fileBytesMax;
    await this.giveUp();
  }

  /** True while something that was taken is in no file and not on its way into one. */
  dirty(): boolean {
    return this.generation !== null || this.waiting.position > 0;
  }

  /** True while rows that were taken are not shown. */
  hidden(): boolean {
    return this.begun;
  }

  async feed(records: readonly ViewRecord[]): Promise<void> {
    await this.orRollBack(async () => {
      this.throwFailure();
      for (const record of records) {
        if (record.position <= this.taken) continue;
        // What comes first may leave a gap: the log before it may have been trimmed away while the store was closed or empty.
        if (record.position !== this.taken + 1) {
          if (this.hasBeenFed) throw new Error(`BUG: the store was fed position ${record.position} after ${this.taken}`);
          count(this.counters, 'records_missed', record.position - this.taken - 1);
        }
        this.hasBeenFed = true;
        await this.take(record);
      }
    });
  }

  /** Lets queries see what was taken. */
  async show(): Promise<void> {
    await this.orRollBack(async () => this.commitRows());
  }

  /** What was taken starts on its way into its file; resolves before it is there. */
  async startMove(): Promise<void> {
    await this.orRollBack(async () => this.move());
  }

  /** Throws when rows have failed to go into their file. */
  async check(): Promise<void> {
    await this.orRollBack(async () => this.throwFailure());
  }

  /** Everything that was taken is in its file. */
  async flush(): Promise<void> {
    await this.orRollBack(async () => {
      await this.move();
      await this.moving;
      this.throwFailure();
    });
  }

  /** Partitions for a query to read; they stay until `release`. */
  hold(): { readonly partitions: readonly Partition[]; readonly release: () => void } {
    const partitions = [...this.partitions];
    for (const partition of partitions) partition.readers++;
    const newest = this.live.hold(this.current());
    return {
      partitions: [...partitions.slice(0, -1), newest.partition],
      release: () => {
        newest.release();
        for (const partition of partitions) partition.readers--;
      },
    };
  }

  bytes(): number {
    return [...this.partitions, ...this.dying].reduce((sum, partition) => sum + partitionBytes(partition), 0);
  }

  async close(): Promise<void> {
    await this.flush();
    this.closeSink();
    await this.live.clear();
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
      const { added, sink } = await this.begin();
      const table = signalTables[batch.signal];
      writeBatch(sink, batch, receivedMs, added.ranges[table]);
      added.rows[table] += batch.count;
      added.bytes += batch.strings.bytes.length;
    }
    const into = this.generation?.added ?? this.waiting;
    if (Number.isNaN(into.firstMs)) into.firstMs = receivedMs;
    into.lastMs = receivedMs;
    into.position = position;
    this.taken = position;
    this.newestMs = Math.max(this.newestMs, receivedMs);
    const added = this.generation?.added;
    if (added !== undefined && (rowsOf(added) >= this.rowsPerCommit || added.bytes >= this.bytesPerCommit)) await this.move();
  }

  /** The current partition has rows, and arrival has gone on to the next stretch of time, or the file is full. */
  private isOver(receivedMs: number): boolean {
    const { firstMs, rows } = this.current();
    const waiting = this.generation?.added ?? null;
    if (this.moving === null && rowsOf({ rows }) + (waiting === null ? 0 : rowsOf(waiting)) === 0) return false;
    const startedMs = Number.isNaN(firstMs) ? waiting?.firstMs ?? NaN : firstMs;
    return this.full || Math.floor(receivedMs / this.partitionMs) > Math.floor(startedMs / this.partitionMs);
  }

  private async rotate(): Promise<void> {
    await this.move();
    await this.moving;
    this.throwFailure();
    this.closeSink();
    const old = this.current();
    await this.live.clear();
    await duckdb.query(this.files, `CHECKPOINT ${old.catalog}`);
    this.partitions.push(await createPartition(this.files, this.options.folder, old.number + 1));
    this.full = false;
    count(this.counters, 'partitions_made');
    await this.giveUp();
  }

  /** A generation, and a transaction of it, that rows can be added to. */
  private async begin(): Promise<{ readonly added: Added; readonly sink: RowSink }> {
    if (this.generation === null) {
      const generation = await this.live.add(this.current(), this.taken);
      Object.assign(generation.added, this.waiting);
      this.waiting = nothingWaits();
      if (this.sink === null) this.sink = await openSink(this.connection, this.current(), generation.place, this.limits, this.seed, this.counters);
      else for (const table of Object.values(this.sink.tables)) table.moveTo(generation.place);
      this.generation = generation;
    }
    if (this.sink === null) throw new Error('BUG: no partition is written to');
    if (!this.begun) await duckdb.query(this.connection, 'BEGIN');
    this.begun = true;
    return { added: this.generation.added, sink: this.sink };
  }

  /** Makes visible what was added. */
  private async commitRows(): Promise<void> {
    const { generation, sink } = this;
    if (!this.begun || sink === null || generation === null) return;
    for (const table of Object.values(sink.tables)) table.flush();
    await duckdb.query(this.connection, 'COMMIT');
    this.begun = false;
    generation.shown = copyOf(generation.added);
    this.counters.records_shown = generation.shown.position;
  }

  /** Ends the generation and starts it on its way into its file, behind the one before. */
  private async move(): Promise<void> {
    if (!this.dirty()) return;
    await this.moving;
    this.throwFailure();
    const { generation } = this;
    if (generation === null) return this.moveTicks();
    const { sink } = await this.begin();
    writeCommit(sink, generation.added);
    await this.commitRows();
    generation.tables = tablesWithRows(sink.tables);
    this.generation = null;
    this.moving = this.carry(generation, this.current());
  }

  private async carry(generation: Generation, partition: Partition): Promise<void> {
    try {
      await moveToFile(this.files, generation, partition);
      addTo(partition, generation.added);
      this.moved(partition, generation.added.position);
      await this.live.remove(partition, generation);
      this.full = partitionBytes(partition) > this.fileBytesMax;
      await this.giveUp();
    } catch (thrown) {
      this.failure = { thrown };
    }
    this.moving = null;
    this.onMoved();
  }

  /** Only positions have to be kept. */
  private async moveTicks(): Promise<void> {
    const { position, firstMs } = this.waiting;
    this.waiting = nothingWaits();
    const partition = this.current();
    const columns = Object.keys(schema.commits);
    const values = columns.map((column) => (column === 'position' ? position : column === 'received_ms' ? firstMs : column.endsWith('min_ms') ? '\'inf\'' : column.endsWith('max_ms') ? '\'-inf\'' : 0));
    await duckdb.query(this.files, `INSERT INTO ${partition.catalog}.commits (${columns.join(', ')}) VALUES (${values.join(', ')})`);
    this.moved(partition, position);
    await this.giveUp();
  }

  private moved(partition: Partition, position: number): void {
    partition.position = position;
    this.reached = position;
    count(this.counters, 'commits');
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure.thrown;
  }

  private async orRollBack(work: () => Promise<void>): Promise<void> {
    await work().catch(async (thrown: unknown) => {
      await this.rollBack();
      throw thrown;
    });
  }

  /** Nothing since the last commit of a file happened. The dictionary goes, too: its newest codes were not written. */
  private async rollBack(): Promise<void> {
    count(this.counters, 'rollbacks');
    await this.moving;
    this.failure = null;
    this.closeSink();
    this.generation = null;
    this.waiting = nothingWaits();
    this.taken = this.reached;
    const { begun } = this;
    this.begun = false;
    // Where COMMIT failed the transaction is over already.
    if (begun) await duckdb.query(this.connection, 'ROLLBACK').catch(() => count(this.counters, 'rollbacks_without_transaction'));
    await this.live.clear();
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
      await deletePartition(this.files, partition);
      this.dying.delete(partition);
    }
  }
}

function writeCommit({ tables: { commits } }: RowSink, { position, firstMs, rows, ranges }: Added): void {
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

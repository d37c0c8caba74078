/** The store's thread: owns DuckDB. Feeding, commits and retention happen one after another; queries run beside them. */
import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import duckdb from '@duckdb/node-bindings';
import { CodedError, reasonOf } from '../../errors.ts';
import { openDatabase } from './database.ts';
import type { StoreOptions } from './database.ts';
import type { StoreLimits } from './limits.ts';
import type { FromThread, QueryInput, QueryName, ThrownWords, ToThread } from './messages.ts';
import { attributes } from './queries/attributes.ts';
import { calls } from './queries/calls.ts';
import { courses } from './queries/courses.ts';
import { exact } from './queries/exact.ts';
import { logs } from './queries/logs.ts';
import { metric } from './queries/metric.ts';
import { metrics } from './queries/metrics.ts';
import { points } from './queries/points.ts';
import { flame, profile, profiles } from './queries/profiles.ts';
import { red } from './queries/red.ts';
import { slice } from './queries/slice.ts';
import { trace, traceSize } from './queries/trace.ts';
import { traces } from './queries/traces.ts';
import { values } from './queries/values.ts';
import { walk } from './queries/walk.ts';
import type { SignalTable } from './partition.ts';
import { openReaders } from './readers.ts';
import type { QueryContext } from './readers.ts';
import { makeUnpacker } from '../../views/parcel.ts';
import { keepShape } from '../../memory/kept-shapes.ts';
import { collectWhenQuiet } from '../../views/quiet.ts';
import type { ViewRecord } from '../../views/view.ts';
import { Writer } from './writer.ts';

const queries = { trace, traceSize, traces, logs, metrics, metric, red, calls, walk, values, courses, attributes, points, exact, slice, profiles, profile, flame } as const;

if (parentPort === null) throw new Error('BUG: the store\'s thread has no parent');
const port = parentPort;
const { options, limits } = workerData as { readonly options: StoreOptions; readonly limits: StoreLimits };

function inWords(thrown: unknown): ThrownWords {
  const coded = thrown instanceof CodedError ? thrown : null;
  return { message: reasonOf(thrown), stack: thrown instanceof Error ? thrown.stack ?? '' : '', code: coded?.code ?? null, value: coded?.value ?? '' };
}

async function run(): Promise<void> {
  const database = await openDatabase(options, limits);
  const connections = { rows: await duckdb.connect(database), files: await duckdb.connect(database), views: await duckdb.connect(database) };
  const writer = new Writer(connections, options, limits, randomBytes(4).readInt32LE(), () => inTurn(async () => { await writer.check(); return true; }, 0));
  await writer.open();
  const readers = await openReaders(database, limits);
  const post = (message: FromThread): void => port.postMessage(message);

  let last: Promise<void> = Promise.resolve();
  /** One at a time, in the order of the messages. */
  const inTurn = (work: () => Promise<unknown>, id: number): void => {
    last = last.then(work).then(
      (value) => { if (id !== 0 || value === true) post({ id, reached: writer.reached, value }); },
      (thrown: unknown) => post({ id, reached: writer.reached, error: inWords(thrown) }),
    );
  };

  let showing: NodeJS.Timeout | null = null;
  let moving: NodeJS.Timeout | null = null;
  const commitSoon = (): void => {
    if (showing === null && writer.hidden()) showing = setTimeout(() => { showing = null; inTurn(() => writer.show(), 0); }, limits.showMs);
    if (moving === null && writer.dirty()) moving = setTimeout(() => { moving = null; inTurn(() => writer.startMove(), 0); }, limits.commitMs);
  };
  const close = async (): Promise<void> => {
    for (const timer of [showing, moving]) if (timer !== null) clearTimeout(timer);
    await readers.close();
    await writer.close();
    for (const connection of Object.values(connections)) duckdb.disconnect_sync(connection);
    duckdb.close_sync(database);
    // The answer to `close` is posted first.
    setImmediate(() => port.close());
  };
  const ask = (name: QueryName, query: QueryInput): Promise<unknown> => {
    if (name === 'stats') return Promise.resolve(stats(writer));
    const answer = queries[name] as (context: QueryContext, query: QueryInput) => Promise<unknown>;
    return readers.run(() => writer.hold(), (context) => answer(context, query));
  };

  let worked = 0;
  const unpack = makeUnpacker();
  const feed = (id: number, records: readonly ViewRecord[]): void => {
    for (const { batch } of records) {
      if (batch === null) continue;
      worked++;
      keepShape(batch);
    }
    inTurn(async () => { await writer.feed(records); commitSoon(); }, id);
  };
  collectWhenQuiet(() => worked);
  port.on('message', (message: ToThread) => {
    const { id } = message;
    switch (message.kind) {
      case 'feed':
        return feed(id, unpack(message.parcel));
      case 'flush': return inTurn(() => writer.flush(), id);
      case 'close': return inTurn(close, id);
      case 'counters': return post({ id, reached: writer.reached, value: { ...writer.counters, queries_waiting: readers.waiting() } });
      case 'query':
        // Counting rows leaves nothing behind.
        if (message.name !== 'stats') worked++;
        // A query is refused at once, not thrown at the port, where it would end the thread.
        Promise.resolve().then(() => ask(message.name, message.query)).then(
          (value) => post({ id, reached: writer.reached, value }),
          (thrown: unknown) => post({ id, reached: writer.reached, error: inWords(thrown) }),
        );
    }
  });
  post({ id: 0, reached: writer.reached, value: 'open' });
}

/** Of what queries see. `oldestMs`: arrival of the oldest row. */
function stats(writer: Writer) {
  const { partitions, release } = writer.hold();
  release();
  const sum = (table: SignalTable): number => partitions.reduce((all, { rows }) => all + rows[table], 0);
  const oldest = partitions.find(({ rows }) => rows.spans + rows.points + rows.logs + rows.profiles > 0);
  return {
    spans: sum('spans'), points: sum('points'), logs: sum('logs'), profiles: sum('profiles'), bytes: writer.bytes(),
    oldestMs: oldest === undefined ? null : oldest.firstMs, position: writer.reached, partitions: partitions.length,
  };
}

run().catch((thrown: unknown) => {
  port.postMessage({ id: 0, reached: 0, error: inWords(thrown) } satisfies FromThread);
  port.close();
});

/** The row store: a view of the log that answers the queries of the Rows port. DuckDB runs in a thread of its own. */
import { Worker } from 'node:worker_threads';
import type { Position, RowQueries, Rows } from '@clew/engine';
import { CodedError } from '../errors.ts';
import { hold, release } from '../memory/lease.ts';
import { makePacker } from '../views/parcel.ts';
import { maxYoungGenerationSizeMb } from '../views/view.ts';
import type { View, ViewRecord } from '../views/view.ts';
import type { StoreOptions } from './duckdb/database.ts';
import { storeLimits } from './duckdb/limits.ts';
import type { StoreLimits } from './duckdb/limits.ts';
import type { FromThread, QueryInput, ThrownWords, ToThread } from './duckdb/messages.ts';

export type { StoreOptions } from './duckdb/database.ts';

export interface Store extends View {
  readonly rows: Rows;
  /** What limits cost: values kept out of the dictionary, rows written again, partitions given up. By name, since the start. */
  counters(): Promise<Readonly<Record<string, number>>>;
}

const queryNames = ['trace', 'traceSize', 'traces', 'logs', 'metrics', 'metric', 'points', 'exact', 'slice', 'red', 'calls', 'walk', 'values', 'courses', 'attributes', 'profiles', 'profile', 'flame', 'stats'] as const satisfies readonly (keyof RowQueries)[];

interface Waiting { resolve(value: unknown): void; reject(error: Error): void }
type Call = ToThread extends infer Each ? Each extends ToThread ? Omit<Each, 'id'> : never : never;

/**
 * Opens the files of the folder, or makes them. Fails with `bad_setting` (a budget too small), `folder_not_writable`, or
 * `folder_in_use`. `limits` is for tests.
 */
export async function openStore(options: StoreOptions, limits: StoreLimits = storeLimits): Promise<Store> {
  const worker = new Worker(new URL('./duckdb/thread.ts', import.meta.url), { workerData: { options: { ...options }, limits }, resourceLimits: { maxYoungGenerationSizeMb } });
  const flow = openFlow(limits);
  const thread = await openThread(worker, flow.fail);
  const pack = makePacker();
  let isClosed = false;
  const query = Object.fromEntries(queryNames.map((name) => [name, (input: QueryInput) => thread.call({ kind: 'query', name, query: input })])) as unknown as RowQueries;
  return {
    rows: { capabilities: new Set(queryNames), query },
    counters: () => thread.call({ kind: 'counters' }) as Promise<Readonly<Record<string, number>>>,
    reached: thread.reached,
    async feed(records) {
      hold(records);
      const done = (): void => release(records);
      await flow.room().catch((error: unknown) => { done(); throw error; });
      flow.add(records, thread.call({ kind: 'feed', parcel: pack(records) }).finally(done));
      await flow.room();
    },
    async flush() {
      await flow.drained();
      await thread.call({ kind: 'flush' });
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      try {
        await flow.drained();
        await thread.call({ kind: 'close' });
      } finally {
        // A thread that could not close in order holds nothing that is committed.
        await worker.terminate();
        await thread.ended;
      }
    },
  };
}

/** Calls into the thread and their answers. */
async function openThread(worker: Worker, onLost: (error: Error) => void) {
  const calls = new Map<number, Waiting>();
  let nextId = 1;
  let reached: Position = 0;
  let dead: Error | null = null;
  let opened: Waiting = { resolve: () => undefined, reject: () => undefined };
  const opening = new Promise((resolve, reject) => { opened = { resolve, reject }; });
  const die = (error: Error): void => {
    dead ??= error;
    opened.reject(dead);
    for (const { reject } of calls.values()) reject(dead);
    calls.clear();
  };
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      die(new Error(code === 0 ? 'the row store is closed' : `the thread of the row store ended with code ${code}`));
      resolve();
    });
  });
  worker.on('error', die);
  worker.on('message', (message: FromThread) => {
    reached = Math.max(reached, message.reached);
    const call = message.id === 0 ? opened : calls.get(message.id);
    calls.delete(message.id);
    if ('error' in message) {
      call?.reject(toError(message.error));
      // A commit that nobody waited for: the next feed or flush must not look like success.
      if (message.id === 0) onLost(toError(message.error));
    } else call?.resolve(message.value);
  });
  await opening;
  return {
    reached: () => reached,
    ended,
    call: (call: Call): Promise<unknown> => new Promise((resolve, reject) => {
      if (dead !== null) {
        reject(dead);
        return;
      }
      const id = nextId++;
      calls.set(id, { resolve, reject });
      worker.postMessage({ ...call, id } satisfies ToThread);
    }),
  };
}

function toError({ message, stack, code, value }: ThrownWords): Error {
  const error = code === null ? new Error(message) : new CodedError(code, value);
  error.message = message;
  error.stack = stack;
  return error;
}

/** Records on their way to the thread: counted, so that main does not post more than the thread can take. */
function openFlow({ rowsInFlightMax, bytesInFlightMax }: StoreLimits) {
  let rows = 0;
  let bytes = 0;
  const failures: Error[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => { for (const resolve of waiting.splice(0)) resolve(); };
  const until = async (isReady: () => boolean): Promise<void> => {
    for (;;) {
      const thrown = failures.shift();
      if (thrown !== undefined) {
        // Whoever feeds learns of it once, and may go on from reached() + 1. What was on its way behind it fails, too.
        while (rows > 0) await new Promise<void>((resolve) => waiting.push(resolve));
        failures.length = 0;
        throw thrown;
      }
      if (isReady()) return;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return {
    room: () => until(() => rows <= rowsInFlightMax && bytes <= bytesInFlightMax),
    drained: () => until(() => rows === 0),
    fail(error: Error): void {
      failures.push(error);
      wake();
    },
    add(records: readonly ViewRecord[], answer: Promise<unknown>): void {
      // Ticks are records, too: `drained` waits for them.
      const ownRows = records.reduce((sum, { batch }) => sum + 1 + (batch?.count ?? 0), 0);
      const ownBytes = records.reduce((sum, { batch }) => sum + (batch?.strings.bytes.byteLength ?? 0), 0);
      rows += ownRows;
      bytes += ownBytes;
      const done = (): void => {
        rows -= ownRows;
        bytes -= ownBytes;
        wake();
      };
      answer.then(done, (thrown: unknown) => {
        failures.push(thrown instanceof Error ? thrown : new Error(String(thrown)));
        done();
      });
    },
  };
}

import { parentPort, workerData } from 'node:worker_threads';
import type { EngineSettings, RowQueries, SliceQuery, StoredSlice } from '@clew/engine';
import type { BacktestAsked, BacktestResult } from '../api/types.ts';
import { CodedError, errorTable, reasonOf } from '../errors.ts';
import type { DecodeLimits } from '../intake/decode.ts';
import { backtest } from './backtest.ts';
import type { KnownFinding } from './marks.ts';
import { openRowsSource, readNotices, rowsRange } from './rows-source.ts';
import { openSource } from './source.ts';
import type { ReplaySource } from './source.ts';

/** A thread that runs one backtest over the log of the server beside it, and ends. */
export interface BacktestWorkerData {
  readonly dataFolder: string;
  readonly limits: DecodeLimits;
  readonly settings: EngineSettings;
  readonly asked: BacktestAsked;
  readonly known: readonly KnownFinding[];
}
/** The store is the server's: its rows are asked for across. */
export type ToBacktest = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly reason: string };
export type FromBacktest =
  /** A slice; null: what there is. */
  | { readonly type: 'rows'; readonly id: number; readonly query: SliceQuery | null }
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'done'; readonly result: BacktestResult }
  | { readonly type: 'failed'; readonly reason: string };

const progressEveryMs = 200;

const port = parentPort;
if (port === null) throw new Error('BUG: backtest-worker.ts runs as a worker only');
const { dataFolder, limits, settings, asked, known } = workerData as BacktestWorkerData;
const post = (message: FromBacktest): void => port.postMessage(message);

const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
let nextId = 1;
port.on('message', (message: ToBacktest) => {
  const asking = waiting.get(message.id);
  waiting.delete(message.id);
  if ('value' in message) asking?.resolve(message.value);
  else asking?.reject(new Error(message.reason));
});
const askRows = (query: SliceQuery | null): Promise<unknown> => new Promise((resolve, reject) => {
  waiting.set(nextId, { resolve, reject });
  post({ type: 'rows', id: nextId++, query });
});

async function openAsked(): Promise<ReplaySource> {
  const log = await openSource(dataFolder, limits);
  if (asked.source === 'log') return log;
  const { oldestMs } = await askRows(null) as Awaited<ReturnType<RowQueries['stats']>>;
  return openRowsSource({ ask: (query) => askRows(query) as Promise<StoredSlice>, limits, ...rowsRange(asked, settings, oldestMs), notices: await readNotices(log) });
}

let toldAt = -Infinity;
try {
  const result = await backtest(await openAsked(), {
    settings, asked, known,
    onProgress(share) {
      if (performance.now() - toldAt < progressEveryMs) return;
      toldAt = performance.now();
      post({ type: 'progress', share });
    },
  });
  post({ type: 'done', result });
} catch (error) {
  post({ type: 'failed', reason: error instanceof CodedError ? `${error.message} ${errorTable[error.code].next}` : reasonOf(error) });
}
// What listens for slices would keep the thread.
port.close();

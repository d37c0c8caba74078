import { parentPort, workerData } from 'node:worker_threads';
import type { EngineSettings } from '@clew/engine';
import type { BacktestAsked, BacktestResult } from '../api/types.ts';
import { CodedError, errorTable, reasonOf } from '../errors.ts';
import type { DecodeLimits } from '../intake/decode.ts';
import { backtest } from './backtest.ts';
import type { KnownFinding } from './marks.ts';
import { openSource } from './source.ts';

/** A thread that runs one backtest over the log of the server beside it, and ends. */
export interface BacktestWorkerData {
  readonly dataFolder: string;
  readonly limits: DecodeLimits;
  readonly settings: EngineSettings;
  readonly asked: BacktestAsked;
  readonly known: readonly KnownFinding[];
}
export type FromBacktest =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'done'; readonly result: BacktestResult }
  | { readonly type: 'failed'; readonly reason: string };

const progressEveryMs = 200;

const port = parentPort;
if (port === null) throw new Error('BUG: backtest-worker.ts runs as a worker only');
const { dataFolder, limits, settings, asked, known } = workerData as BacktestWorkerData;
const post = (message: FromBacktest): void => port.postMessage(message);

let toldAt = -Infinity;
try {
  const result = await backtest(await openSource(dataFolder, limits), {
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

import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { EngineSettings, RowQueries } from '@clew/engine';
import type { BacktestAsked, BacktestResponse } from '../api/types.ts';
import { CodedError, reasonOf } from '../errors.ts';
import type { DecodeLimits } from '../intake/decode.ts';
import type { BacktestWorkerData, FromBacktest, ToBacktest } from './backtest-worker.ts';
import type { KnownFinding } from './marks.ts';

/** Backtests of the running server: one at a time, in a thread of its own; the last few are kept. */
export interface Backtests {
  /** Throws `backtest_running`. */
  start(asked: BacktestAsked): BacktestResponse;
  /** Newest first. */
  list(): readonly BacktestResponse[];
  /** Ends it if it still runs. Null when there is none of this id. */
  cancel(id: string): BacktestResponse | null;
  close(): Promise<void>;
}

export interface BacktestsOptions {
  readonly dataFolder: string;
  readonly limits: DecodeLimits;
  readonly settings: EngineSettings;
  nowMs(): number;
  known(): readonly KnownFinding[];
  /** The server's own store: a backtest in its thread asks it through here. */
  readonly rows: Pick<RowQueries, 'slice' | 'stats'>;
}

const kept = 5;
/** Heap of the thread: two engines and a batch. A backtest that needs more fails, the server goes on. */
const maxOldGenerationSizeMb = 2_048;

export function openBacktests({ dataFolder, limits, settings, nowMs, known, rows }: BacktestsOptions): Backtests {
  let all: BacktestResponse[] = [];
  let running: { readonly id: string; readonly worker: Worker } | null = null;
  const change = (id: string, rest: Partial<BacktestResponse>): void => { all = all.map((each) => (each.id === id ? { ...each, ...rest } : each)); };
  const end = (id: string, rest: Partial<BacktestResponse>): void => {
    if (running?.id !== id) return;
    running = null;
    change(id, { ...rest, endedMs: nowMs() });
  };
  const stop = (): Promise<unknown> => {
    if (running === null) return Promise.resolve();
    const { id, worker } = running;
    end(id, { state: 'cancelled' });
    return worker.terminate();
  };
  const give = (worker: Worker, { id, query }: Extract<FromBacktest, { type: 'rows' }>): void => {
    const post = (message: ToBacktest): void => worker.postMessage(message);
    (query === null ? rows.stats({}) : rows.slice(query)).then((value) => post({ id, value }), (error: unknown) => post({ id, reason: reasonOf(error) }));
  };
  return {
    start(asked) {
      if (running !== null) throw new CodedError('backtest_running', running.id);
      const id = `bt-${randomBytes(6).toString('hex')}`;
      const workerData: BacktestWorkerData = { dataFolder, limits, settings, asked, known: known() };
      const worker = new Worker(new URL('./backtest-worker.ts', import.meta.url), { workerData, name: 'clew-backtest', resourceLimits: { maxOldGenerationSizeMb } });
      running = { id, worker };
      const begun: BacktestResponse = { id, state: 'running', progress: 0, startedMs: nowMs(), endedMs: null, reason: '', asked, result: null };
      all = [begun, ...all].slice(0, kept);
      worker.on('message', (message: FromBacktest) => {
        if (message.type === 'rows') give(worker, message);
        else if (message.type === 'progress') change(id, { progress: message.share });
        else if (message.type === 'done') end(id, { state: 'done', progress: 1, result: message.result });
        else end(id, { state: 'failed', reason: message.reason });
      });
      worker.on('error', (error) => end(id, { state: 'failed', reason: reasonOf(error) }));
      worker.on('exit', () => end(id, { state: 'failed', reason: 'Its thread ended.' }));
      return begun;
    },
    list: () => all,
    cancel(id) {
      if (running?.id === id) void stop();
      return all.find((each) => each.id === id) ?? null;
    },
    close: async () => { await stop(); },
  };
}

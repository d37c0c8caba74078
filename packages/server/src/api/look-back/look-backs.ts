import { Worker } from 'node:worker_threads';
import { CodedError } from '../../errors.ts';
import type { Looked } from './stretches.ts';

/** Looks back in a thread of its own: seconds of computing that the server's loop must not wait for. */
export interface LookBacks {
  /** One result for each series. One call runs at a time, others wait. Fails with `query_timeout` after `withinMs`, waiting included, or when too many wait. */
  run(series: readonly Float64Array[]): Promise<readonly Looked[]>;
  /** Calls that still run fail with `stopping`. */
  close(): Promise<void>;
}

const waitingMax = 8;
/** Heap of the thread: points are bounded, so that this is plenty. */
const maxOldGenerationSizeMb = 512;

export function openLookBacks(withinMs: number = 30_000): LookBacks {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let isClosed = false;
  let running: { readonly worker: Worker; fail(error: Error): void } | null = null;

  function runNow(series: readonly Float64Array[], untilMs: number): Promise<readonly Looked[]> {
    if (isClosed) throw new CodedError('stopping');
    if (performance.now() >= untilMs) throw new CodedError('query_timeout', `${withinMs} ms`);
    const worker = new Worker(new URL('./look-back-worker.ts', import.meta.url), { name: 'clew-look-back', resourceLimits: { maxOldGenerationSizeMb } });
    return new Promise<readonly Looked[]>((resolve, reject) => {
      running = { worker, fail: reject };
      const timer = setTimeout(() => reject(new CodedError('query_timeout', `${withinMs} ms`)), Math.max(1, untilMs - performance.now()));
      worker.on('message', resolve);
      worker.on('error', reject);
      worker.on('exit', () => { clearTimeout(timer); reject(new Error('The thread of a look back ended.')); });
      worker.postMessage(series);
    }).finally(async () => {
      running = null;
      await worker.terminate();
    });
  }

  return {
    run(series) {
      if (waiting >= waitingMax) return Promise.reject(new CodedError('query_timeout', `${waiting} wait`, { detail: 'Others look back already.' }));
      waiting++;
      const untilMs = performance.now() + withinMs;
      const mine = last.then(() => runNow(series, untilMs)).finally(() => { waiting--; });
      last = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      isClosed = true;
      running?.fail(new CodedError('stopping'));
      await last;
    },
  };
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { TrainedModel } from '@clew/engine';
import { ask, isBusy, makeMailbox } from './mailbox.ts';
import type { FromOnnxThread, OnnxThreadData } from './onnx-thread.ts';

export interface OnnxOptions {
  readonly path: string;
  /** The file must have this SHA-256, in hex. A file that says what to compute is a program: it is checked before it is loaded. */
  readonly sha256: string;
  readonly inputFloats: number;
  readonly outputFloats: number;
  /** Rows that are computed at once; more are asked for in turns. */
  readonly rows?: number;
  /** How long one call may take. */
  readonly limitMs?: number;
  /** What computes; for tests that want it slow or broken. */
  readonly thread?: URL;
}

export interface OnnxModel extends TrainedModel {
  /** `onnx_batches`, and those that were not answered: `onnx_failed`, `onnx_late` (also while a late one is still being computed). */
  counters(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** Rows that the mailbox holds. */
const defaultRows = 256;
/** Ten times the bar for the 99th percentile: beyond it the pane does not wait any longer. */
const defaultLimitMs = 500;
const openLimitMs = 20_000;
const closeLimitMs = 5_000;

/**
 * Serves a model through ONNX Runtime, in a thread of its own, so that the engine's thread may call it like any function: it waits
 * in shared memory, never longer than the limit. Rejects with words for people when the file is not what it should be, or ONNX
 * Runtime is not installed or cannot load it.
 */
export async function openOnnx({ path, sha256, inputFloats, outputFloats, rows: rowsMax = defaultRows, limitMs = defaultLimitMs, thread = new URL('./onnx-thread.ts', import.meta.url) }: OnnxOptions): Promise<OnnxModel> {
  const bytes = new Uint8Array(await readFile(path));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${path} is not the model that this version was made with: its SHA-256 is ${found}, not ${sha256}`);
  const mailbox = makeMailbox(inputFloats, outputFloats, rowsMax);
  const worker = new Worker(thread, { workerData: { mailbox, bytes } satisfies OnnxThreadData, name: 'clew-onnx' });
  let ended = false;
  worker.on('exit', () => { ended = true; });
  await opened(worker);
  worker.unref();
  const count = { batches: 0, failed: 0, late: 0 };
  const answers = new Float32Array(rowsMax * outputFloats);

  const runTurn = (inputs: Float32Array, rows: number): Float32Array | null => {
    count.batches++;
    const answer = ended ? 'failed' : ask(mailbox, inputs.subarray(0, rows * inputFloats), rows, limitMs, () => performance.now());
    if (answer === 'answered') {
      answers.set(mailbox.outputs.subarray(0, rows * outputFloats));
      return answers.subarray(0, rows * outputFloats);
    }
    if (answer === 'failed') count.failed++;
    else count.late++;
    return null;
  };

  return {
    version: sha256.slice(0, 8), runtime: 'onnx', inputFloats, outputFloats,
    run(inputs, rows) {
      if (rows <= rowsMax) return runTurn(inputs, rows);
      const all = new Float32Array(rows * outputFloats);
      for (let from = 0; from < rows; from += rowsMax) {
        const part = runTurn(inputs.subarray(from * inputFloats), Math.min(rowsMax, rows - from));
        if (part === null) return null;
        all.set(part, from * outputFloats);
      }
      return all;
    },
    counters: () => ({ onnx_batches: count.batches, onnx_failed: count.failed, onnx_late: count.late }),
    async close() {
      // A thread that is ended within ONNX Runtime takes the process with it.
      for (let waitedMs = 0; isBusy(mailbox) && !ended && waitedMs < closeLimitMs; waitedMs += 20) await sleep(20);
      await worker.terminate();
    },
  };
}

/** Resolves when the thread is ready, rejects with its reason; a thread that says nothing is ended. */
async function opened(worker: Worker): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`ONNX Runtime was not ready within ${openLimitMs / 1000} s`)), openLimitMs);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('ONNX Runtime\'s thread ended')));
      worker.once('message', (message: FromOnnxThread) => (message.type === 'ready' ? resolve() : reject(new Error(message.reason))));
    });
  } catch (error) {
    await worker.terminate();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

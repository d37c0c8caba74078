import { parentPort, workerData } from 'node:worker_threads';
import { cells } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';

/** The thread in which ONNX Runtime computes: waits for a request in the mailbox, answers it there, and waits again. */
export interface OnnxThreadData {
  readonly mailbox: Mailbox;
  /** The verified bytes of the model: nothing is read from the disk after they were checked. */
  readonly bytes: Uint8Array;
}
export type FromOnnxThread = { readonly type: 'ready' } | { readonly type: 'failed'; readonly reason: string };

/** What is used of `onnxruntime-node`, which need not be installed: so its types are not asked for either. */
interface Runtime {
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => Tensor;
  readonly InferenceSession: { create(bytes: Uint8Array, options: object): Promise<Session> };
}
interface Tensor { readonly data: Float32Array }
interface Session { run(inputs: Readonly<Record<string, Tensor>>): Promise<Readonly<Record<string, Tensor>>> }

const port = parentPort;
if (port === null) throw new Error('BUG: onnx-thread.ts runs as a worker only');
const { mailbox, bytes } = workerData as OnnxThreadData;

try {
  const name: string = 'onnxruntime-node';
  const loaded = await import(name) as Runtime | { readonly default: Runtime };
  const runtime = 'default' in loaded ? loaded.default : loaded;
  const session = await runtime.InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, executionProviders: ['cpu'] });
  port.postMessage({ type: 'ready' } satisfies FromOnnxThread);
  await serve(runtime, session);
} catch (error) {
  port.postMessage({ type: 'failed', reason: error instanceof Error ? error.message : String(error) } satisfies FromOnnxThread);
}

/** Ends with the thread. */
async function serve(runtime: Runtime, session: Session): Promise<never> {
  const { control, inputs, outputs, inputFloats } = mailbox;
  for (let answered = 0; ;) {
    Atomics.wait(control, cells.asked, answered);
    answered = Atomics.load(control, cells.asked);
    const count = Atomics.load(control, cells.count);
    let failed = 0;
    try {
      const { told } = await session.run({ windows: new runtime.Tensor('float32', inputs.slice(0, count * inputFloats), [count, inputFloats]) });
      outputs.set(told.data);
    } catch {
      // Said in the mailbox; whoever asked counts it and knows nothing.
      failed = 1;
    }
    Atomics.store(control, cells.failed, failed);
    Atomics.store(control, cells.answered, answered);
    Atomics.notify(control, cells.answered);
  }
}

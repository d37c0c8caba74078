import { readFileSync } from 'node:fs';
import { openArrays } from '../../packages/engine/src/detect/autoencoder/arrays.ts';
import { dice } from './panes.ts';
import { rankQuantile } from '../../packages/engine/src/detect/scan/smooth.ts';

export interface ModelCost { readonly runtime: string; readonly windows: number; readonly batchMsMedian: number; readonly batchMsP99: number; readonly note: string }

const batches = 100;
const modelFile = new URL('../../packages/server/src/models/autoencoder.onnx', import.meta.url);

/** Wall time of one batch of windows through the autoencoder: typed arrays always, ONNX Runtime where it is installed. */
export async function measureModel(windows: number): Promise<ModelCost[]> {
  const arrays = openArrays();
  const next = dice(11);
  const inputs = Float32Array.from({ length: windows * arrays.inputFloats }, () => next() * 2 - 1);
  const rows = [await timed('arrays', windows, () => { arrays.run(inputs, windows); })];
  const runtime = await import('onnxruntime-node' as string).catch(() => null) as Runtime | null;
  if (runtime === null) return [...rows, { runtime: 'onnx', windows, batchMsMedian: Number.NaN, batchMsP99: Number.NaN, note: 'onnxruntime-node is not installed' }];
  const session = await runtime.InferenceSession.create(readFileSync(modelFile), { intraOpNumThreads: 1 });
  const feed = { [session.inputNames[0]]: new runtime.Tensor('float32', inputs, [windows, arrays.inputFloats]) };
  return [...rows, await timed('onnx', windows, () => session.run(feed))];
}

interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<{ readonly inputNames: readonly string[]; run(feed: object): Promise<unknown> }> };
  readonly Tensor: new (type: string, data: Float32Array, shape: readonly number[]) => unknown;
}

async function timed(runtime: string, windows: number, run: () => unknown): Promise<ModelCost> {
  for (let round = 0; round < 20; round++) await run();
  const spent: number[] = [];
  for (let round = 0; round < batches; round++) {
    const fromMs = performance.now();
    await run();
    spent.push(performance.now() - fromMs);
  }
  return { runtime, windows, batchMsMedian: rankQuantile(spent, 0.5), batchMsP99: rankQuantile(spent, 0.99), note: '' };
}

// `node packages/server/src/models/model.bench.ts`: time of one batch of the autoencoder, typed arrays and ONNX Runtime behind its thread.
import { autoencoderModel, openArrays } from '@clew/engine';
import type { TrainedModel } from '@clew/engine';
import { autoencoderPath } from './autoencoder.ts';
import { openOnnx } from './onnx.ts';

const onnx = await openOnnx({ ...autoencoderModel, path: autoencoderPath, limitMs: 60_000 }).catch((error: unknown) => { console.error(String(error)); return null; });
const rows = [openArrays(), ...(onnx === null ? [] : [onnx])].flatMap((model) => [1, 32, 256].map((count) => measure(model, count)));
await onnx?.close();
console.table(rows);

/** Processor time is that of the whole process, so the thread that computes is in it. */
function measure(model: TrainedModel, count: number): Record<string, string | number> {
  const inputs = Float32Array.from({ length: count * model.inputFloats }, (_, index) => Math.sin(index) * 0.8);
  const rounds = Math.max(100, Math.round(2_000 / count));
  for (let round = 0; round < 10; round++) model.run(inputs, count);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    if (model.run(inputs, count) === null) throw new Error('no answer');
    times.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(before);
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(2);
  return { runtime: model.runtime, windows: count, 'µs of CPU a window': ((user + system) / rounds / count).toFixed(1), 'ms a batch, median': at(0.5), 'P99': at(0.99) };
}

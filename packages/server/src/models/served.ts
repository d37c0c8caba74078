import type { TrainedModel } from '@clew/engine';
import { openOnnx } from './onnx.ts';
import type { OnnxModel, OnnxOptions } from './onnx.ts';

/** What computes trained models: `arrays` in the engine itself, `onnx` ONNX Runtime, `auto` ONNX Runtime where it is installed. */
export const modelRuntimes = ['auto', 'onnx', 'arrays'] as const;
export type ModelRuntime = (typeof modelRuntimes)[number];

export interface ServedModel {
  /** Undefined: the engine's own typed arrays. */
  readonly model: TrainedModel | undefined;
  /** Words for people when it is not as it was asked for; else empty. */
  readonly note: string;
  counters(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** As people call it, and what is served. */
export interface ModelFile extends OnnxOptions { readonly name: string }

/**
 * A model as it was asked for. Where `onnx` was asked for and cannot be had, the model answers nothing, so that what rests on it is
 * unknown and counted; `auto` goes back to the typed arrays, which tell the same to 1e-5.
 */
export async function serveModel(runtime: ModelRuntime, { name, ...file }: ModelFile, open: typeof openOnnx = openOnnx): Promise<ServedModel> {
  if (runtime === 'arrays') return withoutOnnx(undefined, '');
  const { sha256, inputFloats, outputFloats } = file;
  try {
    const onnx: OnnxModel = await open(file);
    return { model: onnx, note: '', counters: () => onnx.counters(), close: () => onnx.close() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (runtime === 'auto') return withoutOnnx(undefined, `ONNX Runtime cannot be used (${reason}); the ${name} is computed in typed arrays.`);
    const mute: TrainedModel = { version: sha256.slice(0, 8), runtime: 'onnx', inputFloats, outputFloats, run: () => null };
    return withoutOnnx(mute, `ONNX Runtime cannot be used (${reason}); what the ${name} would say is unknown. Install onnxruntime-node, or set modelRuntime to auto or arrays.`);
  }
}

function withoutOnnx(model: TrainedModel | undefined, note: string): ServedModel {
  return { model, note, counters: () => ({}), close: () => Promise.resolve() };
}

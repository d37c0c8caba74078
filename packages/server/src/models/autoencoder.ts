import { fileURLToPath } from 'node:url';
import { autoencoderModel } from '@clew/engine';
import type { openOnnx } from './onnx.ts';
import { serveModel } from './served.ts';
import type { ModelRuntime, ServedModel } from './served.ts';

export const autoencoderPath = fileURLToPath(new URL('./autoencoder.onnx', import.meta.url));

/** The default autoencoder as it was asked for. */
export function openAutoencoderModel(runtime: ModelRuntime, open?: typeof openOnnx): Promise<ServedModel> {
  return serveModel(runtime, { name: 'autoencoder', path: autoencoderPath, ...autoencoderModel }, open);
}

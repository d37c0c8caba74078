import type { TrainedModel } from '../../model/index.ts';
import { floatsOfBase64 } from '../../base/base64.ts';
import { makeNetwork } from './lstm.ts';
import type { Network } from './lstm.ts';
import { inputFloats, judgedPanes, outputFloats, slotCount, windowPanes } from './slots.ts';
import { trained, weights } from './weights.ts';

let network: Network | null = null;

/** The default autoencoder in typed arrays: nothing to install, nothing that can fail, and bit for bit the same everywhere. */
export function openArrays(): TrainedModel {
  network ??= makeNetwork(
    { panes: windowPanes, width: 2 * slotCount, hidden: trained.hidden, gist: trained.gist, told: judgedPanes, slots: slotCount }, floatsOfBase64(weights),
  );
  const tell = network;
  let outputs = new Float32Array(0);
  return {
    version: trained.onnxSha256.slice(0, 8), runtime: 'arrays', inputFloats, outputFloats,
    run(inputs, count) {
      if (outputs.length < count * outputFloats) outputs = new Float32Array(count * outputFloats);
      tell(inputs, count, outputs);
      return outputs.subarray(0, count * outputFloats);
    },
  };
}

/** What another runtime has to serve in its place: the file's checksum and the shape of what goes in and out. */
export const autoencoderModel = { sha256: trained.onnxSha256, inputFloats, outputFloats } as const;

import { fileURLToPath } from 'node:url';
import { graphNetModel } from '@clew/engine';
import type { openOnnx } from './onnx.ts';
import { serveModel } from './served.ts';
import type { ModelRuntime, ServedModel } from './served.ts';

export const graphNetPath = fileURLToPath(new URL('./graph-net.onnx', import.meta.url));

/** Graphs at once: the engine asks for one. */
const rows = 4;

/** The graph network as it was asked for; its counters are `graph_onnx_…`. */
export async function openGraphNetModel(runtime: ModelRuntime, open?: typeof openOnnx): Promise<ServedModel> {
  const served = await serveModel(runtime, { name: 'graph network', path: graphNetPath, rows, ...graphNetModel }, open);
  return { ...served, counters: () => Object.fromEntries(Object.entries(served.counters()).map(([name, count]) => [`graph_${name}`, count])) };
}

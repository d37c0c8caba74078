import { floatsOfBase64 } from '../../base/base64.ts';
import type { TrainedModel } from '../../model/index.ts';
import { edgeColumns } from './edge-vector.ts';
import type { NumberedGraph } from './graph-of.ts';
import { inputFloatsOf, makeGraphNetwork } from './network.ts';
import type { Shape } from './network.ts';
import { nodeColumns } from './node-vector.ts';
import { trained, weights } from './weights.ts';

const shape: Shape = { nodeColumns: nodeColumns.length, edgeColumns: edgeColumns.length, nodesMax: trained.nodesMax, edgesMax: trained.edgesMax, hidden: trained.hidden, rounds: trained.rounds };
const inputFloats = inputFloatsOf(shape);
const outputFloats = trained.nodesMax + 1;

/** What another runtime has to serve in its place: the file's checksum and the shape of what goes in and out. */
export const graphNetModel = { sha256: trained.onnxSha256, inputFloats, outputFloats } as const;

let network: ReturnType<typeof makeGraphNetwork> | null = null;

/** The graph network in typed arrays: nothing to install, nothing that can fail. */
export function openGraphArrays(): TrainedModel {
  network ??= makeGraphNetwork(shape, floatsOfBase64(weights));
  return { version: trained.onnxSha256.slice(0, 8), runtime: 'arrays', inputFloats, outputFloats, run: network.run };
}

/** A graph as the one row of numbers that every runtime takes. Null when it is larger than the network's places. */
export function rowOf({ ids, nodes, ends, edges }: NumberedGraph): Float32Array | null {
  if (ids.length > shape.nodesMax || ends.length / 2 > shape.edgesMax) return null;
  const row = new Float32Array(inputFloats);
  for (let node = 0; node < ids.length; node++) {
    const at = node * (1 + shape.nodeColumns);
    row[at] = 1;
    row.set(nodes.subarray(node * shape.nodeColumns, (node + 1) * shape.nodeColumns), at + 1);
  }
  const from = shape.nodesMax * (1 + shape.nodeColumns);
  for (let edge = 0; edge < ends.length / 2; edge++) {
    const at = from + edge * (3 + shape.edgeColumns);
    row.set([1, ends[2 * edge], ends[2 * edge + 1]], at);
    row.set(edges.subarray(edge * shape.edgeColumns, (edge + 1) * shape.edgeColumns), at + 3);
  }
  return row;
}

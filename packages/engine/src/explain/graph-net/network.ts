import type { TrainedModel } from '../../model/index.ts';

/** Sizes of what goes in; trainer/graph-net/network.py draws the network. */
export interface Shape { readonly nodeColumns: number; readonly edgeColumns: number; readonly nodesMax: number; readonly edgesMax: number; readonly hidden: number; readonly rounds: number }

export function inputFloatsOf({ nodeColumns, edgeColumns, nodesMax, edgesMax }: Shape): number {
  return nodesMax * (1 + nodeColumns) + edgesMax * (3 + edgeColumns);
}

/** Weights by columns, one after the other for each input: most inputs are 0, and those cost nothing so. */
interface Layer { readonly columns: Float64Array; readonly bias: Float32Array | null; readonly from: number; readonly to: number }
interface Round { readonly fromCallee: Layer; readonly edgeUp: Layer; readonly fromCaller: Layer; readonly edgeDown: Layer; readonly own: Layer; readonly heardUp: Layer; readonly heardDown: Layer }

/**
 * The graph network in typed arrays: for each row of numbers (nodes with a 1 before each that is there, then edges with a 1, the row
 * of the caller, the row of the callee, and their columns) a share for each place of a node and one for *outside*, as PyTorch to 1e-5.
 */
export function makeGraphNetwork(shape: Shape, weights: Float32Array): Pick<TrainedModel, 'run'> {
  const { nodeColumns, edgeColumns, nodesMax, hidden } = shape;
  let at = 0;
  const take = (from: number, to: number, hasBias = true): Layer => {
    const start = at;
    const columns = Float64Array.from({ length: from * to }, (_, index) => weights[start + (index % to) * from + Math.floor(index / to)]);
    const layer = { columns, bias: hasBias ? weights.subarray(at + from * to, at + from * to + to) : null, from, to };
    at += from * to + (hasBias ? to : 0);
    return layer;
  };
  const begin = take(nodeColumns, hidden);
  const rounds = Array.from({ length: shape.rounds }, (): Round => ({
    fromCallee: take(hidden, hidden, false), edgeUp: take(edgeColumns, hidden), fromCaller: take(hidden, hidden, false), edgeDown: take(edgeColumns, hidden),
    own: take(hidden, hidden), heardUp: take(hidden, hidden, false), heardDown: take(hidden, hidden, false),
  }));
  const last = { nodeIn: take(hidden, hidden), nodeAround: take(2 * hidden, hidden, false), nodeOut: take(hidden, 1), outsideIn: take(2 * hidden, hidden), outsideOut: take(hidden, 1) };
  if (at !== weights.length) throw new Error(`BUG: the graph network has ${weights.length} weights, its shape asks for ${at}`);
  const told = nodesMax + 1;
  return {
    run(inputs, count) {
      const shares = new Float32Array(count * told);
      for (let row = 0; row < count; row++) tellShares(shape, { begin, rounds, last }, inputs.subarray(row * inputFloatsOf(shape)), shares.subarray(row * told, (row + 1) * told));
      return shares;
    },
  };
}

interface Layers { readonly begin: Layer; readonly rounds: readonly Round[]; readonly last: { readonly nodeIn: Layer; readonly nodeAround: Layer; readonly nodeOut: Layer; readonly outsideIn: Layer; readonly outsideOut: Layer } }
interface Ends { readonly callers: readonly number[]; readonly callees: readonly number[] }

function tellShares(shape: Shape, { begin, rounds, last }: Layers, row: Float32Array, shares: Float32Array): void {
  const { nodeColumns, edgeColumns, nodesMax, edgesMax, hidden } = shape;
  const [nodes, nodeAt] = packedRows(row, nodesMax, 1, nodeColumns);
  const [edges, edgeAt] = packedRows(row.subarray(nodesMax * (1 + nodeColumns)), edgesMax, 3, edgeColumns);
  const placeOf = new Map(nodeAt.map((place, index) => [place, index]));
  const endsFrom = nodesMax * (1 + nodeColumns);
  const end = (edge: number, which: 1 | 2): number => placeOf.get(row[endsFrom + edge * (3 + edgeColumns) + which]) ?? 0;
  const ends: Ends = { callers: edgeAt.map((edge) => end(edge, 1)), callees: edgeAt.map((edge) => end(edge, 2)) };
  const state = rectify(apply(begin, nodes, nodeAt.length));
  for (const round of rounds) hear(round, state, edges, ends, hidden);
  const around = new Float64Array(2 * hidden);
  for (let index = 0; index < nodeAt.length; index++) for (let column = 0; column < hidden; column++) around[column] += state[index * hidden + column];
  for (let column = 0; column < hidden; column++) {
    const sum = around[column];
    around[hidden + column] = sum / (4 + sum);
    around[column] = sum / Math.max(1, nodeAt.length);
  }
  const inner = apply(last.nodeIn, state, nodeAt.length);
  const common = apply(last.nodeAround, around, 1);
  for (let index = 0; index < inner.length; index++) inner[index] = relu(inner[index] + common[index % hidden]);
  const logits = apply(last.nodeOut, inner, nodeAt.length);
  const [outside] = apply(last.outsideOut, rectify(apply(last.outsideIn, around, 1)), 1);
  spread(logits, outside, nodeAt, shares);
}

/** Rows that are there, without what stands before their columns, and which they are. */
function packedRows(from: Float32Array, rowsMax: number, before: number, columns: number): [Float64Array, number[]] {
  const there: number[] = [];
  for (let row = 0; row < rowsMax; row++) if (from[row * (before + columns)] === 1) there.push(row);
  const packed = new Float64Array(there.length * columns);
  for (const [index, row] of there.entries()) packed.set(from.subarray(row * (before + columns) + before, (row + 1) * (before + columns)), index * columns);
  return [packed, there];
}

function relu(value: number): number {
  return value > 0 ? value : 0;
}

function apply({ columns, bias, from, to }: Layer, inputs: Float64Array, rows: number): Float64Array {
  const outputs = new Float64Array(rows * to);
  for (let row = 0; row < rows; row++) {
    const start = row * to;
    if (bias !== null) for (let output = 0; output < to; output++) outputs[start + output] = bias[output];
    for (let input = 0; input < from; input++) {
      const value = inputs[row * from + input];
      if (value === 0) continue;
      for (let output = 0, column = input * to; output < to; output++) outputs[start + output] += columns[column++] * value;
    }
  }
  return outputs;
}

function rectify(values: Float64Array): Float64Array {
  for (let index = 0; index < values.length; index++) if (values[index] < 0) values[index] = 0;
  return values;
}

/** One round: what callees and callers say, added up and saturated, beside a node's own. */
function hear(round: Round, state: Float64Array, edges: Float64Array, { callers, callees }: Ends, hidden: number): void {
  const rows = state.length / hidden;
  const [up, down] = [new Float64Array(state.length), new Float64Array(state.length)];
  const [saidUp, saidDown] = [apply(round.fromCallee, state, rows), apply(round.fromCaller, state, rows)];
  const [edgeUp, edgeDown] = [apply(round.edgeUp, edges, callers.length), apply(round.edgeDown, edges, callers.length)];
  for (const [edge, caller] of callers.entries()) {
    const callee = callees[edge];
    for (let column = 0; column < hidden; column++) {
      up[caller * hidden + column] += relu(saidUp[callee * hidden + column] + edgeUp[edge * hidden + column]);
      down[callee * hidden + column] += relu(saidDown[caller * hidden + column] + edgeDown[edge * hidden + column]);
    }
  }
  for (const sums of [up, down]) for (let index = 0; index < sums.length; index++) sums[index] = sums[index] / (1 + sums[index]);
  const [own, heardUp, heardDown] = [apply(round.own, state, rows), apply(round.heardUp, up, rows), apply(round.heardDown, down, rows)];
  for (let index = 0; index < state.length; index++) state[index] += relu(own[index] + heardUp[index] + heardDown[index]);
}

/** Softmax over the nodes and *outside*, which stands last. */
function spread(logits: Float64Array, outside: number, places: readonly number[], shares: Float32Array): void {
  const highest = logits.reduce((most, each) => Math.max(most, each), outside);
  const odds = logits.map((each) => Math.exp(each - highest));
  const total = odds.reduce((sum, each) => sum + each, Math.exp(outside - highest));
  shares[shares.length - 1] = Math.exp(outside - highest) / total;
  for (const [index, place] of places.entries()) shares[place] = odds[index] / total;
}

import { makeTanh } from './tanh.ts';

/** Sizes of the network (trainer/network.py): an LSTM reads `panes` vectors, a layer keeps the gist, an LSTM tells `told` panes. */
export interface Shape {
  readonly panes: number;
  /** Numbers in one vector: values and masks. */
  readonly width: number;
  readonly hidden: number;
  readonly gist: number;
  readonly told: number;
  readonly slots: number;
}

/** An LSTM whose weights lie as they are read: for each hidden unit, for each number it reads, its four gates side by side. */
interface Cell {
  readonly reads: number;
  readonly hidden: number;
  /** hidden × (reads + hidden) × 4 */
  readonly weights: Float64Array;
  /** hidden × 4 */
  readonly bias: Float64Array;
}

interface Layer { readonly weights: Float64Array; readonly bias: Float64Array; readonly reads: number }

/** Tells `count` windows: `inputs` count × panes × width, `outputs` count × told × slots, the newest pane first. Always the same numbers. */
export type Network = (inputs: Float32Array, count: number, outputs: Float32Array) => void;

/** How many numbers the weights of such a network are. */
export function weightCount({ width, hidden, gist, slots }: Shape): number {
  const cell = (reads: number): number => 4 * hidden * (reads + hidden + 1);
  return cell(width) + gist * (hidden + 1) + cell(gist) + slots * (hidden + 1);
}

/**
 * `flat` is what trainer/export.py packs: encoder, gist, decoder, teller; each by rows as PyTorch has them (gates i f g o), biases
 * last. LSTM after Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000.
 */
export function makeNetwork(shape: Shape, flat: Float32Array): Network {
  if (flat.length !== weightCount(shape)) throw new Error(`BUG: ${flat.length} weights for a network of ${weightCount(shape)}`);
  const { panes, width, hidden, gist, told, slots } = shape;
  const source = { at: 0, flat };
  const encoder = takeCell(source, width, hidden);
  const narrow = takeLayer(source, hidden, gist);
  const decoder = takeCell(source, gist, hidden);
  const teller = takeLayer(source, hidden, slots);
  const tanh = makeTanh();
  const memory = new Float64Array(2 * hidden);
  const heard = new Float64Array(2 * (width + hidden));
  const spoken = new Float64Array(2 * (gist + hidden));
  const next = new Float64Array(2 * hidden);

  return (inputs, count, outputs) => {
    for (let first = 0; first < count; first += 2) {
      const lanes = Math.min(2, count - first);
      memory.fill(0);
      heard.fill(0);
      for (let pane = 0; pane < panes; pane++) {
        for (let lane = 0; lane < lanes; lane++) {
          const from = ((first + lane) * panes + pane) * width;
          for (let k = 0; k < width; k++) heard[2 * k + lane] = inputs[from + k];
        }
        stepCell(encoder, heard, memory, next, tanh);
      }
      spoken.fill(0);
      for (let lane = 0; lane < lanes; lane++) for (let unit = 0; unit < gist; unit++) spoken[2 * unit + lane] = tanh(dot(narrow, unit, heard, 2 * width + lane));
      memory.fill(0);
      for (let back = 0; back < told; back++) {
        stepCell(decoder, spoken, memory, next, tanh);
        for (let lane = 0; lane < lanes; lane++) {
          const to = ((first + lane) * told + back) * slots;
          for (let slot = 0; slot < slots; slot++) outputs[to + slot] = dot(teller, slot, spoken, 2 * gist + lane);
        }
      }
    }
  };
}

/**
 * One step of two windows at once, side by side (number, then window): a weight that was fetched is used twice, which is worth a
 * third of the time. `state` holds what is read, then the hidden state, which is replaced; `memory` is the cell's.
 */
function stepCell({ reads, hidden, weights, bias }: Cell, state: Float64Array, memory: Float64Array, next: Float64Array, tanh: (x: number) => number): void {
  const end = 2 * (reads + hidden);
  let at = 0;
  for (let unit = 0; unit < hidden; unit++) {
    let input = bias[unit * 4];
    let forget = bias[unit * 4 + 1];
    let candidate = bias[unit * 4 + 2];
    let output = bias[unit * 4 + 3];
    let inputB = input;
    let forgetB = forget;
    let candidateB = candidate;
    let outputB = output;
    for (let k = 0; k < end; k += 2) {
      const x = state[k];
      const xB = state[k + 1];
      const toInput = weights[at];
      const toForget = weights[at + 1];
      const toCandidate = weights[at + 2];
      const toOutput = weights[at + 3];
      input += toInput * x;
      forget += toForget * x;
      candidate += toCandidate * x;
      output += toOutput * x;
      inputB += toInput * xB;
      forgetB += toForget * xB;
      candidateB += toCandidate * xB;
      outputB += toOutput * xB;
      at += 4;
    }
    // The logistic function by the hyperbolic tangent: 1 ÷ (1 + e^−x) = ½ + ½ tanh(x ÷ 2).
    const a = 2 * unit;
    const b = a + 1;
    memory[a] = (0.5 + 0.5 * tanh(0.5 * forget)) * memory[a] + (0.5 + 0.5 * tanh(0.5 * input)) * tanh(candidate);
    memory[b] = (0.5 + 0.5 * tanh(0.5 * forgetB)) * memory[b] + (0.5 + 0.5 * tanh(0.5 * inputB)) * tanh(candidateB);
    next[a] = (0.5 + 0.5 * tanh(0.5 * output)) * tanh(memory[a]);
    next[b] = (0.5 + 0.5 * tanh(0.5 * outputB)) * tanh(memory[b]);
  }
  for (let k = 0; k < 2 * hidden; k++) state[2 * reads + k] = next[k];
}

/** `from`: where the lane's first number stands. */
function dot({ weights, bias, reads }: Layer, row: number, state: Float64Array, from: number): number {
  let sum = bias[row];
  for (let k = 0; k < reads; k++) sum += weights[row * reads + k] * state[from + 2 * k];
  return sum;
}

interface Source { readonly flat: Float32Array; at: number }

function takeCell(source: Source, reads: number, hidden: number): Cell {
  const width = reads + hidden;
  const weights = new Float64Array(hidden * width * 4);
  const fill = (columns: number, offset: number): void => {
    for (let gate = 0; gate < 4; gate++) {
      for (let unit = 0; unit < hidden; unit++) {
        for (let k = 0; k < columns; k++) weights[(unit * width + offset + k) * 4 + gate] = source.flat[source.at++];
      }
    }
  };
  fill(reads, 0);
  fill(hidden, reads);
  const bias = new Float64Array(hidden * 4);
  for (let gate = 0; gate < 4; gate++) for (let unit = 0; unit < hidden; unit++) bias[unit * 4 + gate] = source.flat[source.at++];
  return { reads, hidden, weights, bias };
}

function takeLayer(source: Source, reads: number, rows: number): Layer {
  const take = (count: number): Float64Array => Float64Array.from(source.flat.subarray(source.at, source.at += count));
  return { weights: take(rows * reads), bias: take(rows), reads };
}

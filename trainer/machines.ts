// `node trainer/machines.ts --data <folder of mts-smd-asd>`
// What the default model is worth on metrics it was never meant for: servers of SMD and ASD, columns taken eight at a time in the
// order in which they come, standardised by mean and deviation of the train part. VUS-PR beside the same rule with nothing told.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { periodOf, vusPr } from '../bench/accuracy/vus-pr.ts';
import { inputFloats, outputFloats, slotCount, windowPanes } from '../packages/engine/src/detect/autoencoder/slots.ts';
import { autoencoderModel, openArrays } from '../packages/engine/src/detect/autoencoder/arrays.ts';
import { trained } from '../packages/engine/src/detect/autoencoder/weights.ts';
import { autoencoderPath } from '../packages/server/src/models/autoencoder.ts';
import { openOnnx } from '../packages/server/src/models/onnx.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, most: { type: 'string', default: '100' } } });
if (values.data === undefined) throw new Error('--data <folder> is missing');
const onnx = await openOnnx({ ...autoencoderModel, path: autoencoderPath, limitMs: 60_000 }).catch(() => null);
const model = onnx ?? openArrays();
const batch = 256;

const folders = readdirSync(values.data, { recursive: true, withFileTypes: true }).filter((each) => each.name === 'test.csv.gz').map(({ parentPath }) => parentPath).toSorted();
const rows = folders.slice(0, Number(values.most)).map((folder) => {
  const test = readTable(join(folder, 'test.csv.gz'));
  const x = standardised(readTable(join(folder, 'train.csv.gz')), test);
  const labels = readTable(join(folder, 'test_label.csv.gz')).map(([label]) => label);
  const window = periodOf(test.map(([first]) => first));
  const row = { server: basename(folder), columns: x[0].length, told: vusPr(labels, scoresOf(x, true), window), nothing: vusPr(labels, scoresOf(x, false), window) };
  process.stderr.write(`${JSON.stringify(row)}\n`);
  return row;
});
await onnx?.close();
for (const set of [38, 19]) {
  const of = rows.filter((row) => row.columns === set);
  if (of.length > 0) console.log(`${set === 38 ? 'SMD' : 'ASD'}, ${of.length} servers: autoencoder ${mean(of.map((row) => row.told)).toFixed(3)}, the same rule with nothing told ${mean(of.map((row) => row.nothing)).toFixed(3)}`);
}

function readTable(path: string): number[][] {
  return gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n').map((line) => line.split(',').map(Number));
}

function standardised(train: readonly number[][], test: readonly number[][]): Float64Array[] {
  const columns = test[0].length;
  const level = Array.from({ length: columns }, (_, column) => mean(train.map((row) => row[column])));
  const spread = level.map((middle, column) => Math.max(1e-3, Math.sqrt(mean(train.map((row) => (row[column] - middle) ** 2)))));
  return test.map((row) => Float64Array.from(row, (value, column) => Math.asinh(Math.max(-50, Math.min(50, (value - level[column]) / spread[column])))));
}

/** Root of the mean over all columns of the detector's own rule. */
function scoresOf(x: readonly Float64Array[], isTold: boolean): Float64Array {
  const columns = x[0].length;
  const total = new Float64Array(x.length);
  for (let first = 0; first < columns; first += slotCount) {
    for (let from = 0; from < x.length; from += batch) {
      const count = Math.min(batch, x.length - from);
      const told = isTold ? model.run(inputsOf(x, from, count, first), count) : null;
      if (isTold && told === null) throw new Error('the model did not answer');
      for (let index = 0; index < count; index++) total[from + index] += ruleAt(x, from + index, first, told, index * outputFloats) / columns;
    }
  }
  return total.map(Math.sqrt);
}

function inputsOf(x: readonly Float64Array[], from: number, count: number, first: number): Float32Array {
  const inputs = new Float32Array(count * inputFloats);
  for (let index = 0; index < count; index++) {
    for (let pane = 0; pane < windowPanes; pane++) {
      const row = x[from + index - windowPanes + 1 + pane];
      if (row === undefined) continue;
      const to = index * inputFloats + pane * slotCount * 2;
      for (let slot = 0; slot < slotCount && first + slot < row.length; slot++) {
        inputs[to + slot] = row[first + slot];
        inputs[to + slotCount + slot] = 1;
      }
    }
  }
  return inputs;
}

function ruleAt(x: readonly Float64Array[], at: number, first: number, told: Float32Array | null, offset: number): number {
  let sum = 0;
  for (let slot = 0; slot < slotCount && first + slot < x[at].length; slot++) {
    const panes = Math.min(trained.scoredPanes, at + 1);
    let residual = 0;
    for (let back = 0; back < panes; back++) residual += x[at - back][first + slot] - (told === null ? 0 : told[offset + back * slotCount + slot]);
    sum += (residual * residual) / (panes * (told === null ? 1 : trained.deviations[slot] ** 2));
  }
  return sum;
}

function mean(of: readonly number[]): number {
  return of.reduce((sum, value) => sum + value, 0) / of.length;
}

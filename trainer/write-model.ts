// `node trainer/write-model.ts --from <folder of train.py>`
// Takes a trained model into the product: weights as a module that the pure engine can read, the ONNX file beside the server's
// code that serves it, golden outputs for both, and the report of the training behind the model card.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trainingPart } from './card.ts';
import type { TrainingReport } from './card.ts';

interface Exported {
  readonly onnxSha256: string; readonly weightsSha256: string; readonly panes: number; readonly slots: number; readonly hidden: number; readonly gist: number;
  readonly judgedPanes: number; readonly scoredPanes: number; readonly deviations: readonly number[]; readonly slotNames: readonly string[]; readonly base64: string;
}

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) throw new Error('--from <folder> is missing');
const { from } = values;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const engine = join(root, 'packages/engine/src/detect/autoencoder');
const server = join(root, 'packages/server/src/models');
const { base64, ...exported } = JSON.parse(readFileSync(join(from, 'weights.json'), 'utf8')) as Exported;
const report = JSON.parse(readFileSync(join(from, 'report.json'), 'utf8')) as TrainingReport;

const floatCount = Buffer.from(base64, 'base64').length / 4;
const lines = base64.match(/.{1,180}/g) ?? [];
writeFileSync(join(engine, 'weights.ts'), `/** Made by trainer/write-model.ts; docs/models/autoencoder.md says from what. Do not edit. */
export const trained = {
  /** Of the ONNX file that holds the same network; the first eight digits are the model's version. */
  onnxSha256: '${exported.onnxSha256}',
  hidden: ${exported.hidden},
  gist: ${exported.gist},
  /** Slots that it was trained for, in order. */
  slots: [${exported.slotNames.map((name) => `'${name}'`).join(', ')}],
  panes: ${exported.panes},
  judgedPanes: ${exported.judgedPanes},
  /** Of those, how many the score is taken over, and the standard deviation of √n · mean residual in quiet windows, slot by slot. */
  scoredPanes: ${exported.scoredPanes},
  deviations: [${exported.deviations.join(', ')}],
} as const;

/** ${floatCount} little-endian 32-bit floats; trainer/export.py says in which order. */
export const weights = [
${lines.map((line) => `  '${line}',`).join('\n')}
].join('');
`);
copyFileSync(join(from, 'autoencoder.onnx'), join(server, 'autoencoder.onnx'));
copyFileSync(join(from, 'golden.json'), join(engine, 'fixture/golden.json'));
const cardPath = join(root, 'docs/models/autoencoder.md');
const card = readFileSync(cardPath, 'utf8');
const begin = '<!-- written by trainer/write-model.ts: begin -->\n';
const end = '<!-- end -->';
if (!card.includes(begin) || !card.includes(end)) throw new Error(`${cardPath} has no place for the training's figures`);
const part = trainingPart(report, { sha256: exported.onnxSha256, weightsSha256: exported.weightsSha256, floats: floatCount });
writeFileSync(cardPath, card.slice(0, card.indexOf(begin) + begin.length) + part + card.slice(card.indexOf(end)));
process.stdout.write(`model ${exported.onnxSha256.slice(0, 8)}: hidden ${exported.hidden}, gist ${exported.gist}, score over ${exported.scoredPanes} panes\n`);

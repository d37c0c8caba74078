// `node trainer/graph-net/write-model.ts --from <folder of train.py>`
// Takes a trained graph network into the product: weights as a module that the pure engine can read, the ONNX file beside the
// server's code that serves models, golden outputs for both, and the figures of the training into the model card.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { trainingPart } from './card.ts';
import type { TrainingReport } from './card.ts';

interface Exported {
  readonly onnxSha256: string; readonly weightsSha256: string; readonly hidden: number; readonly rounds: number; readonly nodesMax: number; readonly edgesMax: number;
  readonly nodeColumns: readonly string[]; readonly edgeColumns: readonly string[]; readonly base64: string;
}

const { values } = parseArgs({ options: { from: { type: 'string' } } });
if (values.from === undefined) throw new Error('--from <folder> is missing');
const { from } = values;
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const engine = join(root, 'packages/engine/src/explain/graph-net');
const exported = JSON.parse(readFileSync(join(from, 'weights.json'), 'utf8')) as Exported;
const floats = Buffer.from(exported.base64, 'base64').length / 4;
const list = (names: readonly string[]): string => names.map((name) => `'${name.replaceAll('\'', '\\\'')}'`).join(', ');
writeFileSync(join(engine, 'weights.ts'), `/** Made by trainer/graph-net/write-model.ts; docs/models/graph-net.md says from what. Do not edit. */
export const trained = {
  /** Of the ONNX file that holds the same network; the first eight digits are the model's version. */
  onnxSha256: '${exported.onnxSha256}',
  hidden: ${exported.hidden},
  rounds: ${exported.rounds},
  nodesMax: ${exported.nodesMax},
  edgesMax: ${exported.edgesMax},
  /** Columns that it was trained for, in order. */
  nodeColumns: [${list(exported.nodeColumns)}],
  edgeColumns: [${list(exported.edgeColumns)}],
} as const;

/** ${floats} little-endian 32-bit floats; trainer/graph-net/export.py says in which order. */
export const weights = [
${(exported.base64.match(/.{1,400}/g) ?? []).map((line) => `  '${line}',`).join('\n')}
].join('');
`);
mkdirSync(join(engine, 'fixture'), { recursive: true });
copyFileSync(join(from, 'graph-net.onnx'), join(root, 'packages/server/src/models/graph-net.onnx'));
copyFileSync(join(from, 'golden.json'), join(engine, 'fixture/golden.json'));
const reportPath = join(from, 'report.json');
if (existsSync(reportPath)) writeCard(JSON.parse(readFileSync(reportPath, 'utf8')) as TrainingReport);
else process.stderr.write('It has not been judged yet: the model card stays as it is. Run this again when report.json is there.\n');
process.stdout.write(`graph network ${exported.onnxSha256.slice(0, 8)}: ${floats} weights\n`);

function writeCard(report: TrainingReport): void {
  const path = join(root, 'docs/models/graph-net.md');
  const card = readFileSync(path, 'utf8');
  const begin = '<!-- written by trainer/graph-net/write-model.ts: begin -->\n';
  const end = '<!-- end -->';
  if (!card.includes(begin) || !card.includes(end)) throw new Error(`${path} has no place for the training's figures`);
  writeFileSync(path, card.slice(0, card.indexOf(begin) + begin.length) + trainingPart(report, { ...exported, floats }) + card.slice(card.indexOf(end)));
}

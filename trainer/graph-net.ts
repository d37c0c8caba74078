// `npm run train:graph-net [-- --from 20 --to 39 --epochs 16 --recorded <folder> --keep <folder>]`
// The whole way: incidents, graphs, training, the model into its place. PYTHON names the Python that has torch and onnx.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { from: { type: 'string', default: '20' }, to: { type: 'string', default: '39' }, epochs: { type: 'string', default: '16' }, recorded: { type: 'string' }, keep: { type: 'string' } },
});
const here = join(dirname(fileURLToPath(import.meta.url)), 'graph-net');
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'clew-trainer-'));
const recorded = values.recorded ?? join(folder, 'recorded');
try {
  if (values.recorded === undefined) step(process.execPath, join(here, 'record.ts'), '--out', recorded, '--from', values.from, '--to', values.to);
  step(process.execPath, join(here, 'graphs.ts'), '--from', recorded, '--out', join(folder, 'graphs'));
  step(process.env['PYTHON'] ?? 'python3', join(here, 'train.py'), '--data', join(folder, 'graphs'), '--out', join(folder, 'model'), '--epochs', values.epochs);
  step(process.execPath, join(here, 'write-model.ts'), '--from', join(folder, 'model'));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true });
}

function step(command: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${args[0]} ended with ${status}`);
}

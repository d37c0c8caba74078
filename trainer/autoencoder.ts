// `npm run train:autoencoder [-- --seed 1 --services 600 --simulations 3 --trials 10 --epochs 6 --searched <report.json> --keep <folder>]`
// The whole way: windows, training, the model into its place. PYTHON names the Python that has torch, onnx and optuna.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, services: { type: 'string', default: '600' }, simulations: { type: 'string', default: '3' }, searched: { type: 'string' }, trials: { type: 'string', default: '10' }, epochs: { type: 'string', default: '6' }, keep: { type: 'string' } },
});
const here = dirname(fileURLToPath(import.meta.url));
const folder = values.keep ?? mkdtempSync(join(tmpdir(), 'clew-trainer-'));
try {
  step(process.execPath, join(here, 'windows.ts'), '--out', join(folder, 'data'), '--seed', values.seed, '--services', values.services, '--simulations', values.simulations);
  step(process.env['PYTHON'] ?? 'python3', join(here, 'train.py'), '--data', join(folder, 'data'), '--out', join(folder, 'model'), '--trials', values.trials, '--epochs', values.epochs, ...(values.searched === undefined ? [] : ['--searched', values.searched]));
  step(process.execPath, join(here, 'write-model.ts'), '--from', join(folder, 'model'));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true });
}

function step(command: string, ...args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error(`${args[0]} ended with ${status}`);
}

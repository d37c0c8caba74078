import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, Sent } from './generator.ts';

/** Runs the generator in a process of its own. */
export function drive(job: Job): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL('./generator.ts', import.meta.url)), JSON.stringify(job)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`the generator ended with code ${code}`));
      else resolve(JSON.parse(Buffer.concat(chunks).toString()) as Sent);
    });
  });
}

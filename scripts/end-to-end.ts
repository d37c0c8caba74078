// The end-to-end test: a real server with the demo shop, and the console in a real browser. Needs /usr/bin/chromium.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, serverFlags } from './ready.mjs';

const startMs = Date.now();
const folder = mkdtempSync(join(tmpdir(), 'clew-e2e-'));
const [grpc, http, console_] = await Promise.all([freePort(), freePort(), freePort()]);
const main = join(root, 'packages/server/src/main.ts');
const server = spawn(process.execPath, [...serverFlags, main, 'serve', '--demo', '--data', folder, '--grpc-port', `${grpc}`, '--http-port', `${http}`, '--console-port', `${console_}`], { stdio: 'inherit' });
const url = `http://127.0.0.1:${console_}`;

let code = 1;
try {
  await until('the server answers', 30_000, async () => (await fetch(`${url}/api/v1/health`)).ok);
  await until('the demo shows an incident', 180_000, async () => ((await (await fetch(`${url}/api/v1/incidents`)).json()) as { incidents: unknown[] }).incidents.length > 0);
  console.log(`first incident ${Math.round((Date.now() - startMs) / 1000)} s after the start`);
  code = await exitOf(spawn(process.execPath, [join(root, 'packages/console/e2e/console.e2e.ts')], { stdio: 'inherit', env: { ...process.env, CLEW_URL: url } }));
} finally {
  server.kill('SIGTERM');
  await exitOf(server);
  rmSync(folder, { recursive: true, force: true });
}
process.exit(code);

async function until(what: string, withinMs: number, holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + withinMs;
  for (;;) {
    if (await holds().catch(() => false)) return;
    if (server.exitCode !== null) throw new Error(`the server ended before ${what}`);
    if (Date.now() > deadlineMs) throw new Error(`waited ${withinMs / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function exitOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.on('exit', (exit) => resolve(exit ?? 1)));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

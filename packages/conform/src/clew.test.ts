import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeClewReadBack } from './read-back/clew.ts';
import { describeResult } from './report/describe.ts';
import { sectionNames, sectionOf } from './items/table.ts';
import { runCases } from './run.ts';
import { defaultTarget } from './target.ts';
import type { Target } from './target.ts';

/** The suite against Clew as people run it: every MUST and SHOULD passes, and policies are ours. */
const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url));
const limitBytes = 1024 * 1024;
const patienceMs = 3_000;
const folder = mkdtempSync(join(tmpdir(), 'clew-conform-'));
let server: ChildProcess;
let target: Target;

beforeAll(async () => {
  const flags = ['--grpc-port', '0', '--http-port', '0', '--console-port', '0', '--request-bytes-max', `${limitBytes}`, '--headers-timeout-ms', `${patienceMs}`, '--body-timeout-ms', `${patienceMs}`];
  server = spawn(process.execPath, ['--max-semi-space-size=16', main, 'serve', '--data', folder, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdout?.on('data', (piece: Buffer) => { text += piece.toString(); if (/Data .*\n/.test(text)) resolve(text); });
    server.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
  const address = (name: string): string => new RegExp(`${name}\\s+(\\S+)`).exec(printed)?.[1] ?? '';
  target = {
    ...defaultTarget, http: address('OTLP/HTTP'), grpc: `http://${address('OTLP/gRPC')}`, limitBytes, patienceMs,
    readBack: makeClewReadBack(address('Console'), {}),
  };
});

afterAll(async () => {
  server.removeAllListeners('exit');
  const gone = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true, force: true });
});

test.each(sectionNames)('%s', { timeout: 180_000 }, async (section) => {
  const results = await runCases(target, { select: (each) => sectionOf(each.item) === section });
  expect(results.length > 0).toBe(section !== 'senders');
  expect(results.filter(({ outcome }) => outcome === 'fail' || outcome === 'differs').map(describeResult)).toEqual([]);
});

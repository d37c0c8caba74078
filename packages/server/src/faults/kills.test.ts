import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runKills } from './fixture/kills.ts';

const kills = 12;

test(`${kills} times SIGKILL under load: every acknowledged item is in the log and in the store exactly once, and counted once by the engine`, { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-kills-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const report = await runKills({ kills, seed: 7, folder });
  expect(report.complaints).toEqual([]);
  expect(report.resent).toBeGreaterThan(0);
  expect(Math.min(...['traces', 'metrics', 'logs'].map((signal) => report.acknowledged[signal]))).toBeGreaterThan(0);
  // Deaths fell where it matters: while the rows were behind the log, and before the server was ready.
  expect(report.rowsBehindMax).toBeGreaterThan(0);
  expect(report.whileStarting).toBeGreaterThan(0);
});

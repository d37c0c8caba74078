import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CodedError } from '../errors.ts';
import { openCounters } from './counters-file.ts';
import type { Source } from './source.ts';

const source: Source = { name: 'a', address: '10.0.0.7:5000', agent: 'test/1', requestId: 'r-1', via: 'grpc' };

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'clew-accounts-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

function open(at: string, startedMs = 1_000) {
  const lines: string[] = [];
  return openCounters({ folder: at, startedMs, report: (line) => lines.push(line) }).then((opened) => ({ ...opened, lines }));
}

test('what was counted goes on after the next start', async () => {
  const at = await folder();
  const first = await open(at);
  first.counters.accepted('logs', 7, 100, source, 2_000);
  first.counters.refusedRequest('logs', new CodedError('malformed', 'byte 3'), source, 400, 2_000);
  await first.close();
  const second = await open(at, 9_000);
  expect([second.counters.sinceMs, second.counters.totals().logs, second.counters.lastRefused().length]).toEqual([1_000, 7, 1]);
  expect(second.counters.sources(9_000)).toEqual(first.counters.sources(9_000));
  await second.close();
});

test('nothing is written where nothing was counted', async () => {
  const at = await folder();
  await (await open(at)).close();
  await expect(readFile(join(at, 'accounts'))).rejects.toThrow('ENOENT');
});

test('a damaged file is told of, and counting begins anew', async () => {
  const at = await folder();
  const first = await open(at);
  first.counters.accepted('logs', 7, 100, source, 2_000);
  await first.close();
  const bytes = await readFile(join(at, 'accounts'));
  bytes[bytes.length - 1] ^= 1;
  await writeFile(join(at, 'accounts'), bytes);
  const second = await open(at, 9_000);
  expect(second.lines).toEqual([expect.stringContaining('damaged')]);
  expect([second.counters.sinceMs, second.counters.totals().logs]).toEqual([9_000, 0]);
  await second.close();
});

test('a folder that cannot be written is told of once, and what was counted is not lost', async () => {
  const at = await folder();
  const opened = await open(at);
  opened.counters.accepted('logs', 7, 100, source, 2_000);
  await mkdir(join(at, 'accounts.new'));
  await opened.close();
  expect(opened.lines).toEqual([expect.stringContaining('cannot be written')]);
  expect(opened.counters.totals().logs).toBe(7);
  await rm(join(at, 'accounts.new'), { recursive: true });
  await opened.close();
  expect((await open(at)).counters.totals().logs).toBe(7);
});

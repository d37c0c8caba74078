/** A disk whose every fsync takes long: a double at the log's own door for files. Requests share its syncs, wait within bounds, and are refused beyond. */
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openSegmentLog } from '../log/segment-log.ts';

const body = Buffer.alloc(10_000, 1);
const record = { kind: 'logs', encoding: 'json', compression: 'identity', receivedMs: 1_000, body } as const;

async function openOn(disk: { fsyncMs: number; fsyncs: number }, pendingBytesMax: number) {
  const folder = await mkdtemp(join(tmpdir(), 'clew-slow-'));
  const options = { folder, segmentBytes: 1e9, bytesMax: 1e9, pendingBytesMax, nowMs: () => 1_000 };
  const log = await openSegmentLog({
    ...options,
    async openFile(path, flags): Promise<FileHandle> {
      const file = await open(path, flags);
      const datasync = file.datasync.bind(file);
      file.datasync = async () => { disk.fsyncs += 1; await sleep(disk.fsyncMs); await datasync(); };
      return file;
    },
  });
  onTestFinished(async () => { await log.close(); await rm(folder, { recursive: true }); });
  return { log, again: () => openSegmentLog(options) };
}

test('what waits shares the next fsync: a thousand requests need a few, not a thousand', async () => {
  const disk = { fsyncMs: 50, fsyncs: 0 };
  const { log } = await openOn(disk, 1e9);
  const positions: number[] = [];
  for (let wave = 0; wave < 10; wave++) positions.push(...await Promise.all(Array.from({ length: 100 }, () => log.append(record))));
  expect(positions).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  expect(disk.fsyncs).toBeLessThanOrEqual(20);
});

test('beyond the bytes that may wait it refuses, what it took stays, and it takes more when the disk is quick again', async () => {
  const disk = { fsyncMs: 200, fsyncs: 0 };
  const { log, again } = await openOn(disk, 300_000);
  const settled = await Promise.allSettled(Array.from({ length: 100 }, () => log.append(record)));
  const taken = settled.filter(({ status }) => status === 'fulfilled').length;
  expect(taken).toBeGreaterThan(20);
  expect(taken).toBeLessThan(40);
  expect(new Set(settled.map((each) => (each.status === 'rejected' ? each.reason.code : 'taken')))).toEqual(new Set(['taken', 'overload']));
  expect(log.pendingBytes()).toBe(0);
  disk.fsyncMs = 0;
  expect(await log.append(record)).toBe(taken + 1);
  await log.close();
  const reopened = await again();
  expect(reopened.bounds().last).toBe(taken + 1);
  await reopened.close();
});

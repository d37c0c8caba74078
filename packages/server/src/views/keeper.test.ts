import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSegmentLog } from '../log/segment-log.ts';
import { openKeeper } from './keeper.ts';
import type { View } from './view.ts';

async function setUp(replayBytes: number) {
  const folder = await mkdtemp(join(tmpdir(), 'clew-keeper-'));
  const log = await openSegmentLog({ folder, segmentBytes: 500, bytesMax: 1e9, pendingBytesMax: 1e9, nowMs: () => 1 });
  const at = { store: 0, engine: 0 };
  const flushes: string[] = [];
  const failures: string[] = [];
  const expendable = new Set<string>();
  const view = (name: 'store' | 'engine'): View => ({ reached: () => at[name], feed: async () => undefined, close: async () => undefined, flush: async () => { flushes.push(name); if (at[name] < 0) throw new Error('no'); } });
  const keeper = openKeeper({
    log, replayBytes, trimEveryMs: 5, isExpendable: (name) => expendable.has(name), onFailure: (what, reason) => failures.push(`${what}: ${reason}`), onRecovery: () => undefined,
    views: [{ name: 'store', view: view('store'), flushEveryMs: 5 }, { name: 'engine', view: view('engine'), flushEveryMs: 60_000 }],
  });
  onTestFinished(async () => {
    await keeper.close();
    await log.close();
    await rm(folder, { recursive: true });
  });
  for (let index = 0; index < 50; index++) await log.append({ kind: 'logs', encoding: 'protobuf', compression: 'identity', receivedMs: 1, body: Buffer.alloc(100) });
  return { log, at, flushes, failures, expendable, keeper };
}

test('the log is trimmed to what every view has reached', async () => {
  const { log, at } = await setUp(0);
  at.store = 50;
  at.engine = 20;
  await expect.poll(() => log.bounds().first).toBeGreaterThan(10);
  expect(log.bounds().first).toBeLessThanOrEqual(21);
  at.engine = 50;
  await expect.poll(() => log.bounds().first).toBeGreaterThan(40);
});

test('what is kept for replay stays', async () => {
  const { log, at } = await setUp(3_000);
  at.store = at.engine = 50;
  await expect.poll(() => log.bounds().first).toBeGreaterThan(5);
  expect(log.bytes()).toBeGreaterThanOrEqual(3_000);
});

test('an engine that has failed does not hold the log', async () => {
  const { log, at, expendable } = await setUp(0);
  at.store = 50;
  expendable.add('engine');
  await expect.poll(() => log.bounds().first).toBeGreaterThan(40);
});

test('views are flushed again and again, all of them at the end, and failures are told', async () => {
  const { at, flushes, failures, keeper } = await setUp(0);
  await expect.poll(() => flushes.length).toBeGreaterThan(3);
  expect(new Set(flushes)).toEqual(new Set(['store']));
  at.store = -1;
  await keeper.flush();
  expect(flushes).toContain('engine');
  expect(failures).toContain('flush of store: no');
});

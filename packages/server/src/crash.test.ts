import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Signal } from '@clew/otlp';
import { freePorts, startServer } from './fixture/child-server.ts';
import { openStubbornClient } from './fixture/stubborn-client.ts';
import { decodeRecord } from './intake/decode.ts';
import { readLogFolder } from './log/segment-log.ts';

const kills = 10;
/** How long each life lasts under load, so that deaths fall at start, in the middle of fsyncs, flushes and checkpoints. */
const lifeMs = [30, 400, 120, 700, 5, 250, 900, 60, 500, 1_200];

test(`${kills} times SIGKILL under load: every acknowledged item is in the log and in the store exactly once`, { timeout: 300_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-crash-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const ports = await freePorts();
  // Small segments, so that many of them begin and end in these seconds.
  const flags = ['--log-segment-bytes', '256KiB'];
  let server = await startServer(folder, ports, flags);
  const client = openStubbornClient(ports);
  for (let count = 0; count < kills; count++) {
    await new Promise((resolve) => setTimeout(resolve, lifeMs[count]));
    await server.kill();
    server = await startServer(folder, ports, flags);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  await client.finish();
  const { traces: spans, metrics: points, logs } = client.acknowledged;
  expect(client.resent).toBeGreaterThan(0);
  expect(Math.min(spans, points, logs)).toBeGreaterThan(0);

  const self = async (): Promise<Record<string, number>> => (await (await fetch(`http://127.0.0.1:${ports.console}/api/v1/self`)).json()) as Record<string, number>;
  await expect.poll(async () => {
    const { store_spans, store_points, store_logs, store_lag_records } = await self();
    return { store_spans, store_points, store_logs, store_lag_records, errors: server.errors() };
  }, { timeout: 30_000, interval: 500 }).toEqual({ store_spans: spans, store_points: points, store_logs: logs, store_lag_records: 0, errors: '' });

  expect(await server.stop()).toBe(0);
  expect(server.errors()).not.toMatch(/did not end|takes in nothing|gap/);
  expect(await countLog(join(folder, 'log'))).toEqual({ traces: spans, metrics: points, logs });
});

/** Items in the log, each of them once: every one has its own time. */
async function countLog(folder: string): Promise<Record<Signal, number>> {
  const log = await readLogFolder(folder);
  const seen: Record<Signal, Set<bigint>> = { traces: new Set(), metrics: new Set(), logs: new Set(), profiles: new Set() };
  const counts: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0, profiles: 0 };
  for await (const record of log.read(log.first)) {
    const batch = decodeRecord(record, { requestBytesMax: 1e9, requestItemsMax: 1e6 });
    if (batch === null) continue;
    for (const time of batch.signal === 'traces' ? batch.startNs : batch.timeNs) seen[batch.signal].add(time);
    counts[batch.signal] += batch.count;
  }
  for (const signal of ['traces', 'metrics', 'logs'] as const) expect(seen[signal].size).toBe(counts[signal]);
  return counts;
}

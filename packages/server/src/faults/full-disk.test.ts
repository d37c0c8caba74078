/** A disk that is full, and has room again: refused with when to retry, told of by health, and no restart is needed. */
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { openAudit } from './fixture/audit.ts';
import { makeLedger, toBody } from './fixture/ledger.ts';
import type { Ledger } from './fixture/ledger.ts';
import { live, rowsOf } from './fixture/life.ts';
import type { Life } from './fixture/life.ts';
import { limitFileSize, openSmallDisk } from './fixture/small-disk.ts';

const MiB = 1024 ** 2;
const flags = ['--store-bytes-max', '64MiB', '--store-commit-ms', '200', '--log-segment-bytes', '1MiB'];
const failed = 'The log cannot be written';

async function start(folder: string): Promise<Life> {
  const life = await live(folder, flags);
  onTestFinished(() => life.server.kill());
  return life;
}

/** Sends until it is refused, or until it is taken. */
async function sendUntil(life: Life, ledger: Ledger, wanted: number): Promise<string | undefined> {
  for (let i = 0; i < 5_000; i++) {
    const { status: answered, retryAfter } = await life.sendOne(ledger);
    if (answered === wanted) return retryAfter;
    if (wanted === 200) await new Promise((resolve) => { setTimeout(resolve, 100); });
    expect([200, 503]).toContain(answered);
  }
  throw new Error(`never answered ${wanted}`);
}

const problemsOf = async (life: Life): Promise<string> => (await life.health()).problems.map(({ what }) => what).join('\n');

/** One call over gRPC; null when it is taken. */
function call(port: number, body: Buffer): Promise<ServiceError | null> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest('/opentelemetry.proto.collector.trace.v1.TraceService/Export', same, same, body, (error: ServiceError | null) => { client.close(); resolve(error); });
  });
}

async function expectRefused(life: Life, ledger: Ledger, retryAfter: string | undefined): Promise<void> {
  expect(Number(retryAfter)).toBeGreaterThanOrEqual(1);
  const error = await call(life.ports.grpc, toBody(ledger.begin('traces'), 'protobuf'));
  expect(error?.code).toBe(status.UNAVAILABLE);
  expect(error?.metadata.get('grpc-status-details-bin')[0]?.includes('google.rpc.RetryInfo')).toBe(true);
  const health = await life.health();
  expect(health.status).toBe('degraded');
  expect(health.problems.map(({ what }) => what).join('\n')).toContain(failed);
}

/** It has room again: all goes on, in the same process, and nothing acknowledged is missing or there twice. */
async function expectRecovered(life: Life, ledger: Ledger, folder: string): Promise<void> {
  await sendUntil(life, ledger, 200);
  await life.send(ledger, 6);
  await life.until({ ...rowsOf(ledger), store_lag_records: 0, engine_lag_records: 0, store_failed: 0, engine_failed: 0 });
  await expect.poll(() => problemsOf(life), { timeout: 90_000, interval: 500 }).toBe('');
  expect(await life.server.stop()).toBe(0);
  const audit = openAudit(folder, ledger);
  expect([...await audit.log(), ...await audit.rows()]).toEqual([]);
  expect(life.server.errors()).toContain(`over: ${failed}`);
}

test('the disk is full, by a file system of its own', { timeout: 300_000 }, async ({ skip }) => {
  const disk = openSmallDisk(24 * MiB);
  if ('refused' in disk) return skip(disk.refused);
  const ledger = makeLedger(Date.now() - 60_000);
  const life = await start(disk.folder);
  await life.send(ledger, 9);
  disk.fill();
  const retryAfter = await sendUntil(life, ledger, 503);
  await expectRefused(life, ledger, retryAfter);
  disk.free();
  await expectRecovered(life, ledger, disk.folder);
});

test('the disk is full, by a limit on the size of files: the way where nothing can be mounted', { timeout: 300_000 }, async ({ skip }) => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-limit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const ledger = makeLedger(Date.now() - 60_000);
  const life = await start(folder);
  await life.send(ledger, 9);
  const [segment] = (await readdir(join(folder, 'log'))).sort();
  try {
    limitFileSize(life.server.pid, (await stat(join(folder, 'log', segment))).size + 2_000);
  } catch (error) {
    return skip(`prlimit was refused: ${String(error)}`);
  }
  const retryAfter = await sendUntil(life, ledger, 503);
  await expectRefused(life, ledger, retryAfter);
  limitFileSize(life.server.pid, null);
  await expectRecovered(life, ledger, folder);
});

test('only the rows have no room: senders notice nothing, health says so, and rows catch up when there is room', { timeout: 300_000 }, async ({ skip }) => {
  const disk = openSmallDisk(8 * MiB);
  if ('refused' in disk) return skip(disk.refused);
  const folder = await mkdtemp(join(tmpdir(), 'clew-rows-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(folder, { recursive: true });
  const { symlink } = await import('node:fs/promises');
  await symlink(disk.folder, join(folder, 'rows'));
  const ledger = makeLedger(Date.now() - 60_000);
  const life = await start(folder);
  await life.send(ledger, 9);
  await life.until(rowsOf(ledger));
  disk.fill();
  for (let i = 0; i < 400 && !(await problemsOf(life)).includes('store'); i++) await life.send(ledger, 6);
  expect(await problemsOf(life)).toContain('The store takes in nothing more');
  await life.send(ledger, 3);
  disk.free();
  await life.until({ ...rowsOf(ledger), store_lag_records: 0, store_failed: 0 });
  expect(await life.server.stop()).toBe(0);
});

test('the disk becomes read-only, and writable again', { timeout: 300_000 }, async ({ skip }) => {
  const disk = openSmallDisk(64 * MiB);
  if ('refused' in disk) return skip(disk.refused);
  const ledger = makeLedger(Date.now() - 60_000);
  const life = await start(disk.folder);
  await life.send(ledger, 9);
  await life.until(rowsOf(ledger));
  try {
    disk.setReadOnly(true);
  } catch (error) {
    // The kernel does not do that to a file system with files that are open for writing.
    return skip(`remount was refused: ${error instanceof Error ? error.message.split('\n')[1] : String(error)}`);
  }
  const retryAfter = await sendUntil(life, ledger, 503);
  await expectRefused(life, ledger, retryAfter);
  disk.setReadOnly(false);
  await expectRecovered(life, ledger, disk.folder);
});

test('a folder on a read-only disk is refused at start, with what to do', { timeout: 120_000 }, async ({ skip }) => {
  const disk = openSmallDisk(16 * MiB);
  if ('refused' in disk) return skip(disk.refused);
  disk.setReadOnly(true);
  await expect(live(join(disk.folder, 'data'), flags)).rejects.toThrow(/The data folder cannot be written\. .*Choose another folder with --data/);
});

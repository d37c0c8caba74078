/** What docs/guides/operate.md says about backups, done. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { live, rowsOf } from './fixture/life.ts';
import type { Life } from './fixture/life.ts';
import { makeLedger, signals } from './fixture/ledger.ts';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-backup-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function start(folder: string): Promise<Life> {
  const life = await live(folder, ['--log-segment-bytes', '32KiB']);
  onTestFinished(() => life.server.kill());
  return life;
}

test('the folder of a stopped server, copied, is the server: rows, engine and log go on', { timeout: 180_000 }, async () => {
  const [folder, copy] = [await makeFolder(), await makeFolder()];
  const ledger = makeLedger(Date.now() - 60_000);
  const first = await start(folder);
  await first.send(ledger, 30);
  await first.until(rowsOf(ledger));
  expect(await first.server.stop()).toBe(0);
  await cp(folder, copy, { recursive: true });
  const second = await start(copy);
  await second.until({ ...rowsOf(ledger), store_lag_records: 0, store_reread_records: 0, engine_lag_records: 0 });
  await second.send(ledger, 6);
  await second.until(rowsOf(ledger));
  expect((await second.health()).status).toBe('ok');
  expect(await second.server.stop()).toBe(0);
});

test('the log folder of a running server, copied while it is written, holds all that was acknowledged before the copy; all else is made from it', { timeout: 180_000 }, async () => {
  const [folder, copy] = [await makeFolder(), await makeFolder()];
  const ledger = makeLedger(Date.now() - 60_000);
  const first = await start(folder);
  await first.send(ledger, 60);
  const before = { ...ledger.acknowledged };
  const [, copied] = await Promise.all([first.send(ledger, 60), cp(join(folder, 'log'), join(copy, 'log'), { recursive: true })]);
  expect(copied).toBeUndefined();
  const second = await start(copy);
  await second.until({ store_lag_records: 0, engine_lag_records: 0 });
  const names = ['store_spans', 'store_points', 'store_logs'] as const;
  // Sizes of the store are told with a delay of seconds.
  await expect.poll(async () => {
    const rows = await second.self();
    return names.map((name, i) => rows[name] >= before[signals[i]] && rows[name] <= ledger.acknowledged[signals[i]]);
  }, { timeout: 60_000, interval: 500 }).toEqual([true, true, true]);
  expect((await second.health()).status).toBe('ok');
});

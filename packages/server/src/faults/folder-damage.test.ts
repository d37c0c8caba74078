/** A data folder that was damaged while nobody was looking: the server starts and says what it lost, or refuses and says what to do. */
import { cp, mkdtemp, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runClew, serveArgs } from '../fixture/child-server.ts';
import { live, rowsOf } from './fixture/life.ts';
import type { Life } from './fixture/life.ts';
import { makeLedger } from './fixture/ledger.ts';
import type { Ledger } from './fixture/ledger.ts';

const flags = ['--log-segment-bytes', '16KiB'];
const requests = 60;
const nowhere = { grpc: 0, http: 0, console: 0 };
let whole = '';

/** The ledger as it was when the folder was whole, for each test anew. */
function ledgerOf(): Ledger {
  const ledger = makeLedger(1_763_800_000_000);
  for (let i = 0; i < requests; i++) ledger.acknowledge(ledger.begin((['traces', 'metrics', 'logs'] as const)[i % 3]));
  return ledger;
}

beforeAll(async () => {
  whole = await mkdtemp(join(tmpdir(), 'clew-whole-'));
  const ledger = makeLedger(1_763_800_000_000);
  const life = await live(whole, flags);
  await life.send(ledger, requests);
  await life.until({ ...rowsOf(ledger), store_lag_records: 0 });
  expect(await life.server.stop()).toBe(0);
  expect((await readdir(join(whole, 'log'))).length).toBeGreaterThan(3);
});
afterAll(() => rm(whole, { recursive: true, force: true }));

async function copy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-damage-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(whole, folder, { recursive: true });
  return folder;
}

async function start(folder: string, more: readonly string[] = []): Promise<Life> {
  const life = await live(folder, [...flags, ...more]);
  onTestFinished(() => life.server.kill());
  return life;
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  await writeFile(path, bytes);
}

const segments = async (folder: string): Promise<string[]> => (await readdir(join(folder, 'log'))).sort().map((name) => join(folder, 'log', name));
const refusal = async (folder: string): Promise<string> => {
  const { code, err } = await runClew([...serveArgs(folder, nowhere), ...flags]);
  expect(code).toBe(1);
  return err;
};

test.each([
  ['damaged', (path: string) => flip(path, 100), 'checkpoint is damaged'],
  ['cut', (path: string) => truncate(path, 20), 'checkpoint is damaged'],
  ['empty', (path: string) => truncate(path, 0), 'checkpoint is damaged'],
  ['missing', (path: string) => rm(path), ''],
] as const)('the checkpoint is %s: the engine makes its state again from the log', async (_, harm, said) => {
  const folder = await copy();
  await harm(join(folder, 'engine', 'checkpoint'));
  const life = await start(folder);
  await life.until({ engine_lag_records: 0, engine_missed_records: 0, ...rowsOf(ledgerOf()) });
  expect(life.server.errors()).toContain(said);
  expect((await life.health()).status).toBe('ok');
});

test.each([
  ['cut', (path: string) => truncate(path, 5_000)],
  ['overwritten', (path: string) => writeFile(path, Buffer.alloc(50_000, 7))],
  ['one bit of its header turned', (path: string) => flip(path, 4_096 + 20)],
] as const)('the newest row file is %s: refused with its name; moved away, its rows are made again from the log', async (_, harm) => {
  const folder = await copy();
  const path = join(folder, 'rows', 'rows-000001.duckdb');
  await harm(path);
  expect(await refusal(folder)).toMatch(/^clew: A row file is damaged\. .*rows-000001\.duckdb\) Restore the file from a backup, or move it/);
  await rename(path, join(folder, 'away.duckdb'));
  const life = await start(folder);
  await life.until({ ...rowsOf(ledgerOf()), store_lag_records: 0 });
  expect((await life.health()).status).toBe('ok');
});

test('the row files are gone: all is made again from the log', async () => {
  const folder = await copy();
  await rm(join(folder, 'rows'), { recursive: true });
  await (await start(folder)).until({ ...rowsOf(ledgerOf()), store_lag_records: 0 });
});

test('a middle segment is damaged while views still need it: what is before it is there, health names the record, new data is taken', async () => {
  const folder = await copy();
  await rm(join(folder, 'rows'), { recursive: true });
  await rm(join(folder, 'engine'), { recursive: true });
  await flip((await segments(folder))[1], 48 + 60);
  // Younger than the window in which retries are known again, it is refused: what cannot be read cannot be recognised.
  expect(await refusal(folder)).toMatch(/^clew: (.*\n)*clew: Acknowledged data in the log is damaged\. Record \d+ at byte 48 /);
  const life = await start(folder, ['--dedup-window-ms', '0']);
  await life.until({ store_failed: 1, engine_failed: 1 });
  const health = await life.health();
  expect(health.status).toBe('degraded');
  expect(health.problems.map(({ what }) => what).join('\n')).toMatch(/The store takes in nothing more: .*Record \d+ at byte 48 is damaged/);
  await life.send(ledgerOf(), 3);
  expect((await life.self()).log_last_position).toBeGreaterThanOrEqual(requests + 3);
});

test('the newest segment is damaged: refused; the log moved away, the rows stay, that is said, and new data is taken', async () => {
  const folder = await copy();
  const names = await segments(folder);
  await flip(names[names.length - 1], 48 + 60);
  expect(await refusal(folder)).toMatch(/^clew: Acknowledged data in the log is damaged\. Record \d+ at byte 48 .*move the whole log folder away/);
  await rename(join(folder, 'log'), join(folder, 'log-away'));
  const life = await start(folder);
  expect((await life.health()).problems.map(({ what }) => what)).toEqual([expect.stringMatching(/record \d+ had been read, and the log goes on after it/)]);
  const ledger = ledgerOf();
  await life.send(ledger, 6);
  await life.until({ ...rowsOf(ledger), store_lag_records: 0 });
});

test('the end of the log is gone: refused, since the rows know more; the log moved away, it goes on', async () => {
  const folder = await copy();
  const names = await segments(folder);
  await rm(names[names.length - 1]);
  expect(await refusal(folder)).toMatch(/^clew: The log ends before what has been made from it.* move what is left of it away/);
  await rename(join(folder, 'log'), join(folder, 'log-away'));
  await (await start(folder)).until(rowsOf(ledgerOf()));
});

test('stray files in every folder change nothing', async () => {
  const folder = await copy();
  for (const name of ['notes.txt', 'log/notes.txt', 'log/0000000000000001.log.bak', 'rows/notes.txt', 'rows/rows-abc.duckdb', 'engine/notes.txt', 'engine/checkpoint.new']) await writeFile(join(folder, name), 'mine');
  const life = await start(folder);
  await life.until({ ...rowsOf(ledgerOf()), engine_lag_records: 0 });
  expect(await life.health()).toMatchObject({ status: 'ok', problems: [] });
});

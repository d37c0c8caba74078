/** The pages that draw bytes on disk, held against the code that writes them. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { writeRecordHeader, writeSegmentHeader } from '../log/format.ts';
import { schema } from '../stores/duckdb/schema.ts';
import { readCheckpoint, writeCheckpoint } from '../views/checkpoint.ts';
import { live } from './fixture/life.ts';
import { makeLedger } from './fixture/ledger.ts';

const page = (name: string): Promise<string> => readFile(new URL(`../../../../docs/formats/${name}`, import.meta.url), 'utf8');

/** As `hexdump -C` prints them. */
function hexDump(bytes: Buffer): string {
  return Array.from({ length: Math.ceil(bytes.length / 16) }, (_, i) => {
    const row = bytes.subarray(16 * i, 16 * i + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0'));
    return `${(16 * i).toString(16).padStart(8, '0')}  ${[hex.slice(0, 8).join(' ').padEnd(23), hex.slice(8).join(' ').padEnd(23)].join('  ')}  |${row.toString('latin1').replaceAll(/[^ -~]/g, '.')}|`;
  }).join('\n');
}

test('log-segment.md: the segment that is drawn there is the one that the code writes', async () => {
  const mark = Buffer.from('a1b2c3d4e5f60718', 'hex');
  const body = Buffer.from('{"resourceLogs":[]}');
  const record = { position: 4711, receivedMs: 1_795_348_800_123, kind: 'logs', encoding: 'json', compression: 'identity', body } as const;
  const segment = Buffer.concat([writeSegmentHeader({ mark, first: 4711, createdMs: 1_795_348_800_000 }), writeRecordHeader(mark, 4711, record), body]);
  expect(await page('log-segment.md')).toContain(hexDump(segment));
});

test('rows.md: every table and every column of the schema is named', async () => {
  const text = await page('rows.md');
  const missing = Object.entries(schema).flatMap(([table, columns]) => [table, ...Object.keys(columns)].filter((name) => !new RegExp(`\\b${name.replace(/_(minms|maxms|min_ms|max_ms)$/, '')}\\b`).test(text)).map((name) => `${table}.${name}`));
  expect(missing).toEqual([]);
});

test('data-folder.md: a checkpoint has the header that is drawn there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-formats-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeCheckpoint(join(folder, 'c'), { position: 7 });
  const bytes = await readFile(join(folder, 'c'));
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('CLEWCKP\x01');
  expect(bytes.readUInt32LE(8)).toBe(crc32(bytes.subarray(12)));
  expect(await readCheckpoint(join(folder, 'c'))).toEqual({ value: { position: 7 } });
  expect(await page('data-folder.md')).toContain('│ CLEWCKP 01 │ crc  │ v8.serialize(value) │');
});

test('data-folder.md: every file that a server makes is named', { timeout: 120_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-formats-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const life = await live(folder, ['--store-commit-ms', '100']);
  onTestFinished(() => life.server.kill());
  await life.send(makeLedger(Date.now()), 3);
  await life.until({ store_spans: 20, store_lag_records: 0 });
  const alive = await readdir(folder, { recursive: true });
  expect(await life.server.stop()).toBe(0);
  const text = await page('data-folder.md');
  const names = new Set([...alive, ...await readdir(folder, { recursive: true })].map((name) => name.replace(/\d{16}\.log/, '0000000000000001.log').replace(/rows-\d+/, 'rows-000001')));
  expect([...names].map((name) => name.split('/').at(-1) ?? '').filter((name) => !text.includes(name) && name !== 'rows-000001.duckdb.wal')).toEqual([]);
});

import { mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { logContract, record, textsOf } from './log.contract.ts';
import { openSegmentLog, readLogFolder } from './segment-log.ts';
import type { SegmentLog, SegmentLogOptions } from './segment-log.ts';

const options = { segmentBytes: 1_000, bytesMax: 10_000_000, pendingBytesMax: 10_000_000, nowMs: () => 1_000 };

logContract('segment files', () => {
  const made = mkdtemp(join(tmpdir(), 'clew-log-'));
  const opened: SegmentLog[] = [];
  return {
    open: async () => {
      const log = await openSegmentLog({ ...options, folder: await made });
      opened.push(log);
      return log;
    },
    crash: async () => undefined,
    clean: async () => {
      for (const log of opened) await log.close();
      await rm(await made, { recursive: true });
    },
  };
});

async function setUp(changes: Partial<SegmentLogOptions> = {}): Promise<{ folder: string; open: () => Promise<SegmentLog> }> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-log-'));
  const opened: SegmentLog[] = [];
  onTestFinished(async () => {
    for (const log of opened) await log.close();
    await rm(folder, { recursive: true });
  });
  const reopen = async (): Promise<SegmentLog> => {
    const log = await openSegmentLog({ ...options, folder, ...changes });
    opened.push(log);
    return log;
  };
  return { folder, open: reopen };
}

async function written(texts: readonly string[], changes: Partial<SegmentLogOptions> = {}) {
  const { folder, open: reopen } = await setUp(changes);
  const log = await reopen();
  for (const text of texts) await log.append(record(text));
  await log.close();
  const files = (await readdir(folder)).sort().map((name) => join(folder, name));
  return { folder, files, reopen };
}

const oneSegment = { segmentBytes: 1_000_000 };
const flip = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at] ^= 0xff;
  await writeFile(path, bytes);
};

describe('a torn tail', () => {
  test.each([1, 47, 48, 49, 150])('of %i bytes missing is cut off at open, and the log goes on', async (missing) => {
    const { files, reopen } = await written(['a'.repeat(100), 'b'.repeat(100)], oneSegment);
    await truncate(files[0], (await stat(files[0])).size - missing);
    const log = await reopen();
    const kept = missing > 148 ? 0 : 1;
    expect(log.bounds().last).toBe(kept);
    expect(await log.append(record('c'))).toBe(kept + 1);
    expect((await textsOf(log, 1)).at(-1)).toBe(`${kept + 1}:c`);
  });

  test('of zeros, as a lost write leaves them, is cut off', async () => {
    const { files, reopen } = await written(['a'], oneSegment);
    await writeFile(files[0], Buffer.alloc(5_000), { flag: 'a' });
    const log = await reopen();
    expect(await textsOf(log, 1)).toEqual(['1:a']);
    expect(await log.append(record('b'))).toBe(2);
  });

  test('within one unacknowledged group is cut off even when a later record of that group is whole', async () => {
    const { folder, open: reopen } = await setUp(oneSegment);
    const log = await reopen();
    await log.append(record('kept'));
    await Promise.all([log.append(record('group-a')), log.append(record('group-b'))]);
    await log.close();
    const [name] = await readdir(folder);
    await flip(join(folder, name), 48 + 52 + 48 + 2);
    expect(await textsOf(await reopen(), 1)).toEqual(['1:kept']);
  });

  test('of a segment whose creation was cut off is removed', async () => {
    const { folder, reopen } = await written(['a'], oneSegment);
    await writeFile(join(folder, '0000000000000002.log'), Buffer.alloc(20));
    const log = await reopen();
    expect(log.bounds()).toEqual({ first: 1, last: 1 });
    expect(await log.append(record('b'))).toBe(2);
  });
});

describe('damage to acknowledged data', () => {
  test('in the last segment is refused at open with the record and the byte', async () => {
    const { files, reopen } = await written(['aaa', 'bbb', 'ccc'], oneSegment);
    await flip(files[0], 48 + 51 + 48);
    await expect(reopen()).rejects.toMatchObject({ code: 'log_corrupt', message: expect.stringContaining('Record 2 at byte 99') });
  });

  test('in an older segment is refused when it is read, after the records before it', async () => {
    const { files, reopen } = await written(Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(100)));
    expect(files.length).toBeGreaterThan(2);
    await flip(files[0], 48 + 148 + 60);
    const log = await reopen();
    const seen: number[] = [];
    await expect((async () => { for await (const { position } of log.read(1)) seen.push(position); })()).rejects.toMatchObject({ code: 'log_corrupt' });
    expect(seen).toEqual([1]);
  });

  test('a missing segment is refused, not skipped', async () => {
    const { files, reopen } = await written(Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(100)));
    await rm(files[1]);
    await expect(textsOf(await reopen(), 1)).rejects.toMatchObject({ code: 'log_corrupt', message: expect.stringContaining('the next segment begins with') });
  });

  test('a body that looks like a record is not taken for one', async () => {
    const { files, reopen } = await written(['x'], oneSegment);
    const copy = (await readFile(files[0])).subarray(48);
    copy.fill(7, 0, 8);
    const log = await reopen();
    await log.append({ ...record(''), body: copy });
    await log.close();
    await truncate(files[0], (await stat(files[0])).size - 1);
    expect(await textsOf(await reopen(), 1)).toEqual(['1:x']);
  });
});

/** A disk that takes `bytes` more bytes and then fails, until it is given more. */
function fullDisk(disk: { bytes: number; fsync: boolean }) {
  return async (path: string, flags: string): Promise<FileHandle> => {
    const file = await open(path, flags);
    const writev = file.writev.bind(file);
    const datasync = file.datasync.bind(file);
    file.writev = (async (buffers: readonly Uint8Array[], at: number) => {
      const whole = Buffer.concat(buffers.map((each) => Buffer.from(each.buffer, each.byteOffset, each.byteLength)));
      if (disk.bytes === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const part = whole.subarray(0, disk.bytes);
      disk.bytes -= part.length;
      return writev([part], at);
    }) as FileHandle['writev'];
    file.datasync = async () => { if (!disk.fsync) throw new Error('EIO: i/o error'); await datasync(); };
    return file;
  };
}

describe('a failing disk', () => {
  test('full: the append rejects, nothing of it stays, and the log goes on when there is space', async () => {
    const disk = { bytes: 1_000, fsync: true };
    const { folder, open: reopen } = await setUp({ ...oneSegment, openFile: fullDisk(disk) });
    const log = await reopen();
    await log.append(record('a'));
    disk.bytes = 60;
    const failed = await Promise.allSettled([log.append(record('b'.repeat(50))), log.append(record('c'))]);
    expect(failed.map((each) => each.status === 'rejected' && each.reason.code)).toEqual(['storage_failed', 'storage_failed']);
    expect(await textsOf(log, 1)).toEqual(['1:a']);
    expect((await stat(join(folder, '0000000000000001.log'))).size).toBe(48 + 49);
    disk.bytes = 1_000;
    expect(await log.append(record('d'))).toBe(2);
    await log.close();
    expect(await textsOf(await reopen(), 1)).toEqual(['1:a', '2:d']);
  });

  test('a failed fsync rejects, and the file is cut back before anything else is written', async () => {
    const disk = { bytes: 1_000_000, fsync: true };
    const { open: reopen } = await setUp({ ...oneSegment, openFile: fullDisk(disk) });
    const log = await reopen();
    await log.append(record('a'));
    disk.fsync = false;
    await expect(log.append(record('b'))).rejects.toMatchObject({ code: 'storage_failed' });
    await expect(log.append(record('c'))).rejects.toMatchObject({ code: 'storage_failed' });
    disk.fsync = true;
    expect(await log.append(record('d'))).toBe(2);
    expect(await textsOf(log, 1)).toEqual(['1:a', '2:d']);
    await log.close();
    expect(await textsOf(await reopen(), 1)).toEqual(['1:a', '2:d']);
  });

  test('short writes are completed', async () => {
    const { open: reopen } = await setUp({
      ...oneSegment,
      openFile: async (path, flags) => {
        const file = await open(path, flags);
        const writev = file.writev.bind(file);
        file.writev = (async (buffers: readonly Uint8Array[], at: number) => writev([buffers[0].subarray(0, 7)], at)) as FileHandle['writev'];
        return file;
      },
    });
    const log = await reopen();
    await Promise.all([log.append(record('hello, world')), log.append(record('again and again'))]);
    await log.close();
    expect(await textsOf(await reopen(), 1)).toEqual(['1:hello, world', '2:again and again']);
  });
});

describe('limits', () => {
  test('beyond pendingBytesMax appends fail with overload, but one is always let in', async () => {
    const { open: reopen } = await setUp({ pendingBytesMax: 100 });
    const log = await reopen();
    const settled = await Promise.allSettled([log.append(record('x'.repeat(500))), log.append(record('y'))]);
    expect(settled.map((each) => (each.status === 'fulfilled' ? each.value : each.reason.code))).toEqual([1, 'overload']);
    expect(log.pendingBytes()).toBe(0);
    expect(await log.append(record('z'))).toBe(2);
  });

  test('beyond bytesMax appends fail with overload until something is trimmed', async () => {
    const { open: reopen } = await setUp({ bytesMax: 3_000 });
    const log = await reopen();
    const fill = async (): Promise<void> => { for (;;) await log.append(record('x'.repeat(200))); };
    await expect(fill()).rejects.toMatchObject({ code: 'overload' });
    expect(log.bytes()).toBeLessThanOrEqual(3_000);
    await log.trim(log.bounds().last);
    await expect(log.append(record('y'))).resolves.toBeGreaterThan(1);
  });

  test('the last tenth is for those who may use the reserve, until that is full too', async () => {
    const { open: reopen } = await setUp({ bytesMax: 10_000 });
    const log = await reopen();
    const fill = async (reserve: boolean): Promise<void> => { for (;;) await log.append(record('x'.repeat(200)), reserve); };
    await expect(fill(false)).rejects.toMatchObject({ code: 'overload' });
    expect(log.bytes()).toBeLessThanOrEqual(9_000);
    const ordinary = log.bytes();
    await expect(fill(true)).rejects.toMatchObject({ code: 'overload' });
    expect(log.bytes()).toBeGreaterThan(ordinary);
    expect(log.bytes()).toBeLessThanOrEqual(10_000);
  });

  test('positionBack and positionSince name the first record of a segment', async () => {
    let nowMs = 0;
    const { open: reopen } = await setUp({ nowMs: () => nowMs });
    const log = await reopen();
    for (let index = 0; index < 40; index++) { nowMs += 100; await log.append(record('x'.repeat(100), nowMs)); }
    expect(log.positionBack(1)).toBeGreaterThan(30);
    expect(log.positionBack(1_000_000)).toBe(1);
    const since = log.positionSince(2_000);
    expect(since).toBeLessThanOrEqual(20);
    expect(since).toBeGreaterThan(8);
  });
});

test('readLogFolder reads what is whole and changes nothing', async () => {
  const { folder, files } = await written(Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(100)));
  const newest = files[files.length - 1];
  await truncate(newest, (await stat(newest)).size - 10);
  const size = (await stat(newest)).size;
  const log = await readLogFolder(folder);
  const positions: number[] = [];
  for await (const { position } of log.read(log.first)) positions.push(position);
  expect(positions).toEqual(Array.from({ length: 19 }, (_, index) => index + 1));
  expect((await stat(newest)).size).toBe(size);
});

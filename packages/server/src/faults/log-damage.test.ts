/** What a disk may do to the log: cut it anywhere, turn any bit. Never silence: all is there, or what is not is named. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { CodedError, errorLine } from '../errors.ts';
import { openSegmentLog } from '../log/segment-log.ts';
import type { SegmentLog } from '../log/segment-log.ts';

const options = { segmentBytes: 400, bytesMax: 10_000_000, pendingBytesMax: 10_000_000, nowMs: () => 1_000 };
const texts = Array.from({ length: 12 }, (_, i) => `record ${i + 1} `.repeat(1 + i % 4));

/** Segment files by name, each record in a group of its own: all of them are acknowledged. */
let files: ReadonlyMap<string, Buffer>;
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-damage-'));
  const log = await openSegmentLog({ ...options, folder });
  for (const text of texts) await append(log, text);
  await log.close();
  const names = (await readdir(folder)).sort();
  files = new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
  await rm(folder, { recursive: true });
  expect(files.size).toBeGreaterThan(2);
});

const append = (log: SegmentLog, text: string): Promise<number> => log.append({ kind: 'logs', encoding: 'json', compression: 'identity', receivedMs: 1_000, body: Buffer.from(text) });

interface Found {
  readonly texts: readonly string[];
  /** What was said: the refusal, or what was cut off; null when nothing was. */
  readonly said: string | null;
}

async function read(folder: string): Promise<Found> {
  const found: string[] = [];
  try {
    const log = await openSegmentLog({ ...options, folder });
    try {
      for await (const { body } of log.read(log.bounds().first)) found.push(Buffer.from(body).toString());
      return { texts: found, said: log.cutOff };
    } finally {
      await log.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { texts: found, said: errorLine(error) };
  }
}

/** The same folder again and again, each time with one file replaced. */
async function makeCase() {
  const folder = await mkdtemp(join(tmpdir(), 'clew-damage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return async (name: string, bytes: Buffer): Promise<Found> => {
    await rm(folder, { recursive: true });
    await mkdir(folder);
    for (const [each, content] of files) await writeFile(join(folder, each), each === name ? bytes : content);
    return read(folder);
  };
}

const newest = (): [string, Buffer] => [...files].at(-1) as [string, Buffer];

describe('the last segment is cut', () => {
  test('anywhere: what was whole before stays, what was cut off is said, and the log goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'clew-damage-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const [name, bytes] = newest();
    const first = Number(basename(name, '.log'));
    const kept = new Set<number>();
    for (let end = 0; end <= bytes.length; end++) {
      await rm(folder, { recursive: true });
      await mkdir(folder);
      for (const [each, content] of files) await writeFile(join(folder, each), each === name ? content.subarray(0, end) : content);
      const found = await read(folder);
      expect(found.texts, `cut at ${end}`).toEqual(texts.slice(0, found.texts.length));
      expect(found.texts.length).toBeGreaterThanOrEqual(first - 1);
      kept.add(found.texts.length);
      const log = await openSegmentLog({ ...options, folder });
      expect(await append(log, 'after')).toBe(found.texts.length + 1);
      await log.close();
      expect((await read(folder)).texts).toEqual([...found.texts, 'after']);
    }
    // One length for each record of the segment, and one without any.
    expect(kept.size).toBe(texts.length - first + 2);
  });
});

describe('one bit is turned', () => {
  test('in any byte of any segment: all is there, or what is not is named, with what to do', async () => {
    const damage = await makeCase();
    const counts = { harmless: 0, refused: 0, cutOff: 0 };
    for (const [name, content] of files) {
      for (let at = 0; at < content.length; at++) {
        const bytes = Buffer.from(content);
        bytes[at] ^= 1 << at % 8;
        const where = `byte ${at} of ${name}`;
        const found = await damage(name, bytes);
        expect(found.texts, where).toEqual(texts.slice(0, found.texts.length));
        if (found.texts.length === texts.length) counts.harmless += 1;
        else if (found.said?.includes('cut off') === true) {
          // Only the newest group can be taken for a write that a crash cut short; it is told of.
          expect([where, name, found.texts.length]).toEqual([where, newest()[0], texts.length - 1]);
          counts.cutOff += 1;
        } else {
          expect(found.said, where).toMatch(/^clew: Acknowledged data in the log is damaged\. .*(record|header|Record).* \(.*\.log\) Restore the file from a backup/);
          expect(found.said).toContain(name);
          counts.refused += 1;
        }
      }
    }
    // The twelve zeros at the end of a header are covered by nothing and mean nothing.
    expect(counts.harmless).toBe(12 * files.size);
    expect(counts.cutOff).toBeGreaterThan(0);
    expect(counts.refused).toBeGreaterThan(counts.cutOff);
  });

  test('in a middle segment: the records before it are read, and the record is named', async () => {
    const damage = await makeCase();
    const [name, content] = [...files][1];
    const bytes = Buffer.from(content);
    bytes[48 + 60] ^= 1;
    const first = Number(basename(name, '.log'));
    const found = await damage(name, bytes);
    expect(found.texts).toEqual(texts.slice(0, first - 1));
    expect(found.said).toContain(`Record ${first} at byte 48 is damaged.`);
  });
});

test('stray files, and folders, are left alone', async () => {
  const damage = await makeCase();
  expect((await damage('notes.txt', Buffer.from('mine'))).texts).toEqual(texts);
  const folder = await mkdtemp(join(tmpdir(), 'clew-damage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [each, content] of files) await writeFile(join(folder, each), content);
  for (const stray of ['notes.txt', '0000000000000001.log.bak', '1.log', 'lost+found']) await (stray === 'lost+found' ? mkdir(join(folder, stray)) : writeFile(join(folder, stray), 'mine'));
  expect((await read(folder)).texts).toEqual(texts);
  expect((await readdir(folder)).length).toBe(files.size + 4);
});

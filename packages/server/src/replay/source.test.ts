import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeRequest } from '@clew/otlp';
import { writeNotice } from '../intake/notice.ts';
import { openSegmentLog } from '../log/segment-log.ts';
import { openSource } from './source.ts';
import type { ReplayRecord, ReplaySource } from './source.ts';

const limits = { requestBytesMax: 1_000_000, requestItemsMax: 1_000 };
const spansAt = (...ends: readonly number[]) => ({ resourceSpans: [{ scopeSpans: [{ spans: ends.map((end, index) => ({ traceId: '1'.repeat(32), spanId: `${index + 1}`.padStart(16, '0'), endTimeUnixNano: `${end}000000` })) }] }] });
const logAt = (ms: number) => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ timeUnixNano: `${ms}000000`, body: { stringValue: 'x' } }] }] }] });

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'clew-replay-'));
  onTestFinished(() => rm(made, { recursive: true }));
  return made;
}

async function fileOf(lines: readonly unknown[], name = 'in.jsonl'): Promise<string> {
  const path = join(await folder(), name);
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  await writeFile(path, name.endsWith('.gz') ? gzipSync(text) : text);
  return path;
}

async function all(source: ReplaySource, after = 0, afterMs = 0): Promise<ReplayRecord[]> {
  const records: ReplayRecord[] = [];
  for await (const record of source.read(after, afterMs)) records.push(record);
  return records;
}
const brief = (records: readonly ReplayRecord[]) => records.map(({ position, receivedMs, batch }) => [position, receivedMs, batch?.signal ?? 'tick', batch?.count ?? 0]);

describe('a file of JSON lines', () => {
  test.each(['in.jsonl', 'in.jsonl.gz'])('%s: any mix of signals, arrival is the newest event time so far', async (name) => {
    const path = await fileOf([spansAt(1_000, 3_000), '', logAt(2_000), { ...logAt(4_000), ...spansAt(5_000) }], name);
    const source = await openSource(path, limits);
    expect(brief(await all(source))).toEqual([[1, 3_000, 'traces', 2], [2, 3_000, 'logs', 1], [3, 4_000, 'logs', 1], [4, 5_000, 'traces', 1]]);
    expect(source.progress()).toBe(1);
  });
  test('goes on behind a position', async () => {
    const source = await openSource(await fileOf([spansAt(1_000), spansAt(2_000), spansAt(1_500)]), limits);
    expect(brief(await all(source, 2, 2_000))).toEqual([[3, 2_000, 'traces', 1]]);
  });
  test('one clock gone wrong does not move time', async () => {
    const source = await openSource(await fileOf([spansAt(1_000, 2_000, 99_000_000_000)]), limits);
    expect((await all(source))[0].receivedMs).toBe(2_000);
  });
  test.each([['{', 'line 2'], ['{"resourceSpans":3}', 'line 2'], ['{"a":1}', 'line 2'], ['nonsense', 'line 2']])('line %j is refused with its number', async (line, value) => {
    const source = await openSource(await fileOf([spansAt(1), line]), limits);
    await expect(all(source)).rejects.toMatchObject({ code: 'bad_line', value: expect.stringContaining(value) });
  });
});

test('a log folder, or the data folder above it, gives its records with their own arrival', async () => {
  const data = await folder();
  const log = await openSegmentLog({ folder: join(data, 'log'), segmentBytes: 1_000, bytesMax: 1e9, pendingBytesMax: 1e9, nowMs: () => 1 });
  await log.append({ kind: 'traces', encoding: 'protobuf', compression: 'identity', receivedMs: 77, body: writeRequest('traces', spansAt(5)) });
  await log.append({ kind: 'logs', encoding: 'json', compression: 'gzip', receivedMs: 78, body: gzipSync(JSON.stringify(logAt(6))) });
  await log.append({ kind: 'tick', encoding: 'protobuf', compression: 'identity', receivedMs: 90, body: new Uint8Array(0) });
  await log.close();
  for (const path of [data, join(data, 'log')]) {
    const source = await openSource(path, limits);
    expect(brief(await all(source))).toEqual([[1, 77, 'traces', 1], [2, 78, 'logs', 1], [3, 90, 'tick', 0]]);
  }
});

test('what is not wanted is not decoded; what people said is given out all the same', async () => {
  const data = await folder();
  const log = await openSegmentLog({ folder: join(data, 'log'), segmentBytes: 1e6, bytesMax: 1e9, pendingBytesMax: 1e9, nowMs: () => 1 });
  const notice = { kind: 'maintenance_end', id: 'm-1', by: '', atMs: 5 } as const;
  await log.append({ kind: 'traces', encoding: 'protobuf', compression: 'identity', receivedMs: 10, body: Buffer.from('this would fail') });
  await log.append({ ...writeNotice(notice), receivedMs: 11 });
  await log.append({ kind: 'traces', encoding: 'protobuf', compression: 'identity', receivedMs: 20, body: writeRequest('traces', spansAt(5)) });
  await log.close();
  const given: unknown[] = [];
  for await (const { position, notice: told, batch } of (await openSource(data, limits)).read(0, 0, (receivedMs) => receivedMs >= 15)) given.push([position, told ?? batch?.count]);
  expect(given).toEqual([[2, notice], [3, 1]]);
});

test.each(['nowhere', '.'])('%s is no log', async (name) => {
  await expect(openSource(join(await folder(), name), limits)).rejects.toMatchObject({ code: 'not_a_log' });
});

import { hostname } from 'node:os';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectExact, itemsOf } from './fixture/exact.ts';
import { readRecordings } from './fixture/recording.ts';
import type { RecordedRequest } from './fixture/recording.ts';
import { replay } from './fixture/replay.ts';
import { openTarget } from './fixture/target.ts';
import type { Target } from './fixture/target.ts';

/** Requests of senders that are too heavy for every run, sent again: `npm run senders -- --all` records them. */
const recordings = readRecordings();

describe('recorded senders', () => {
  let target: Target;
  // The recordings grow old.
  beforeAll(async () => { target = await openTarget(['--retention-days', '3650']); });
  afterAll(() => target.stop());

  test.each(recordings.map((recording) => [recording.sender, recording] as const))('%s: everything arrives as the Collector read it', async (_, { requests, ledger, service }) => {
    const counts = [itemsOf(ledger, 'traces'), itemsOf(ledger, 'metrics'), itemsOf(ledger, 'logs')].map((items) => items.length);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    for (const request of requests) expect(await replay(request, target)).toBe(request.via === 'grpc' ? 'grpc 0' : '200');
    await expectExact(target, ledger, service);
    expect(await target.refused()).toEqual([]);
  });
});

test('the senders whose build is heavy are all recorded', () => {
  expect(recordings.map(({ sender }) => sender.replace(/,.*/, '')).filter((sender, index, all) => all.indexOf(sender) === index).toSorted())
    .toEqual(['Collector', 'Go SDK', 'Java agent', 'Python SDK', 'telemetrygen']);
});

test('nothing in the recordings says on which machine or by whom they were made', () => {
  const telltale = new RegExp(String.raw`/(root|home|work|tmp|Users)/|\b${hostname().replaceAll(/\W/g, String.raw`\$&`)}\b`);
  const words = recordings.flatMap(({ requests, ledger }) => [JSON.stringify(ledger), ...requests.map((request) => `${JSON.stringify(request.headers)} ${inflated(request).toString('latin1')}`)]);
  expect(words.filter((text) => telltale.test(text)).map((text) => telltale.exec(text)?.[0])).toEqual([]);
});

function inflated({ via, headers, body }: RecordedRequest): Buffer {
  const bytes = Buffer.from(body, 'base64');
  const encoding = headers[via === 'grpc' ? 'grpc-encoding' : 'content-encoding'];
  const content = via === 'grpc' ? bytes.subarray(5) : bytes;
  const isCompressed = via === 'http' || bytes[0] === 1;
  if (encoding === 'gzip' && isCompressed) return gunzipSync(content);
  return encoding === 'zstd' && isCompressed ? zstdDecompressSync(content) : content;
}

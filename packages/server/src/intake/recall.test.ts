import { gzipSync } from 'node:zlib';
import type { LogRecord } from '@clew/engine';
import { readRequest, writeRequest } from '@clew/otlp';
import { expect, test } from 'vitest';
import { makeDedup } from './dedup.ts';
import { makeKnownSpans } from './known-spans.ts';
import { recallBytesMax, recallTail } from './recall.ts';

const hex = (value: number, chars: number): string => value.toString(16).padStart(chars, '0');
const traces = (number: number, isZipped = false): Pick<LogRecord, 'kind' | 'encoding' | 'compression' | 'body'> => {
  const message = { resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: 10 }, (_, i) => ({ traceId: hex(1, 32), spanId: hex(number * 10 + i + 1, 16), startTimeUnixNano: '1', endTimeUnixNano: '2' })) }] }] };
  if (number % 2 === 1) return { kind: 'traces', encoding: 'json', compression: 'identity', body: Buffer.from(JSON.stringify(message)) };
  const body = writeRequest('traces', message);
  return { kind: 'traces', encoding: 'protobuf', compression: isZipped ? 'gzip' : 'identity', body: isZipped ? gzipSync(body) : body };
};

async function recall(records: readonly Pick<LogRecord, 'kind' | 'encoding' | 'compression' | 'body'>[], { spansMax = 1_000, nowMs = 1_000 } = {}) {
  const spans = makeKnownSpans({ windowMs: 500, spansMax, seed: [1, 2] });
  const dedup = makeDedup({ windowMs: 500, requestsMax: 100 });
  const asked: number[] = [];
  const log = {
    positionSince: () => 3, bytesFrom: (from: number) => records.slice(from - 1).reduce((sum, { body }) => sum + body.length, 0), positionBack: (bytes: number) => { asked.push(bytes); return 5; },
    async* read(from: number) { for (const [at, record] of records.entries()) if (at + 1 >= from) yield { ...record, position: at + 1, receivedMs: 10 * (at + 1) }; },
  };
  const lastDataMs = await recallTail({ log, dedup, spans, spansMax, nowMs, windowMs: 500, requestBytesMax: 1e6 });
  return { spans, dedup, asked, lastDataMs };
}

test('what the end of the log holds is known, in whatever form it was sent; what is before the bound or the window is not', async () => {
  const { spans, dedup, asked, lastDataMs } = await recall([...Array.from({ length: 60 }, (_, i) => traces(i, i % 4 === 0)), { kind: 'tick', encoding: 'protobuf', compression: 'identity', body: new Uint8Array(0) }, { ...traces(0), kind: 'logs' }]);
  expect(asked).toEqual([recallBytesMax]);
  // Of 1,000 ms with a window of 500, records 51 to 60 are within: 510 ms to 600 ms.
  expect(spans.size()).toBe(100);
  expect(dedup.size()).toBe(1);
  expect(lastDataMs).toBe(620);
});

test('where more is to come than is remembered, only some of it is looked into', async () => {
  const { spans } = await recall(Array.from({ length: 40 }, (_, i) => traces(2 * i)), { spansMax: 100, nowMs: 450 });
  const known = (number: number): number => spans.screen(readRequest('traces', traces(2 * number).body), 450)?.count ?? 0;
  expect([known(39), known(36), known(15), known(10)]).toEqual([10, 10, 0, 0]);
});

/** What it costs to know spans again: `node packages/server/src/intake/known-spans.bench.ts`. Nanoseconds of CPU a span. */
import { createHash, randomFillSync } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { readRequest, writeRequest } from '@clew/otlp';
import type { SpanBatch } from '@clew/otlp';
import { makeKnownSpans } from './known-spans.ts';

const spansPerRequest = 500;
const roundSpans = 50_000;
const rounds = 12;
const digestsPerRound = 100;

/** Batches whose ids are random again and again, without decoding each time. */
function makeBatches(): { readonly next: () => SpanBatch; readonly requestBytes: number } {
  const hex = (n: number, chars: number): string => (n + 1).toString(16).padStart(chars, '0');
  const attributes = Array.from({ length: 11 }, (_, i) => ({ key: `attribute.number.${i}`, value: { stringValue: `value ${i}` } }));
  const request = writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: Array.from({ length: spansPerRequest }, (_, i) => ({ traceId: hex(i, 32), spanId: hex(i, 16), name: 'GET /api/cart/{id}', kind: 2, startTimeUnixNano: '1790000000000000000', endTimeUnixNano: '1790000000012345678', attributes })) }] }] });
  const batch = readRequest('traces', request);
  return { requestBytes: request.length, next: () => { for (const ids of [batch.traceHi, batch.traceLo, batch.spanId]) ids.set(randomOf(ids.length)); return batch; } };
}

/** The columns are in shared memory, which randomFillSync refuses. */
const randomOf = (length: number): BigUint64Array => randomFillSync(new BigUint64Array(length));

function cpuNs(run: () => void): number {
  const { user, system } = process.cpuUsage();
  run();
  const after = process.cpuUsage();
  return (after.user - user + after.system - system) * 1_000;
}

/** The least of several rounds: what it costs where nobody else uses the caches. */
function leastNs(run: () => void): number {
  return Math.min(...Array.from({ length: rounds }, () => cpuNs(run)));
}

export function measure(spansHeld: number): number {
  const { next } = makeBatches();
  const spans = makeKnownSpans({ windowMs: 1e12, spansMax: 2 * spansHeld + 2 * rounds * roundSpans, seed: [1, 2] });
  for (let n = 0; n < spansHeld; n += spansPerRequest) spans.screen(next(), 0);
  const making = leastNs(() => { for (let n = 0; n < roundSpans; n += spansPerRequest) next(); });
  const both = leastNs(() => { for (let n = 0; n < roundSpans; n += spansPerRequest) spans.screen(next(), 0); });
  return (both - making) / roundSpans;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  measure(10_000);
  for (const held of [10_000, 100_000, 500_000, 1_000_000, 4_000_000]) console.log(`${String(held).padStart(9)} spans held: ${measure(held).toFixed(0).padStart(4)} ns a span`);
  const { requestBytes } = makeBatches();
  const body = randomFillSync(Buffer.alloc(requestBytes));
  const digests = leastNs(() => { for (let n = 0; n < digestsPerRound; n++) createHash('sha256').update(body).digest('hex'); });
  console.log(`for comparison, SHA-256 of the request: ${(digests / digestsPerRound / spansPerRequest).toFixed(0)} ns a span of ${Math.round(requestBytes / spansPerRequest)} B`);
}

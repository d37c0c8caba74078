import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromJson, readRequest, readText, writeRequest } from '@clew/otlp';
import type { SpanBatch, StableSignal, TracesData } from '@clew/otlp';
import { countOf, encode, messageOf, openReceivers, post, typeOf } from './fixture/receivers.ts';
import type { Receivers } from './fixture/receivers.ts';
import { grpcExport } from './fixture/grpc-export.ts';

const protobuf = { 'content-type': typeOf.protobuf };
const send = (on: Receivers, signal: StableSignal, body: Buffer, headers: Readonly<Record<string, string>> = protobuf) => post(on.httpPort, `/v1/${signal}`, { headers, body });
const traces = (...messages: readonly TracesData[]): Buffer => Buffer.from(writeRequest('traces', { resourceSpans: messages.flatMap(({ resourceSpans }) => resourceSpans ?? []) }));
const [a, b, c] = [1, 2, 3].map((seed) => messageOf('traces', { seed }));
const namesIn = (on: Receivers): string[] => on.records.flatMap(({ batch }) => (batch?.signal === 'traces' ? Array.from(batch.name, (code) => readText(batch.strings, code)) : [])).sort();

describe('spans that come again, however they come', () => {
  test('merged with others into another batch: the known ones are left out of the log, the new ones are kept', async () => {
    const on = await openReceivers();
    await send(on, 'traces', traces(a));
    expect((await send(on, 'traces', traces(b, a, c))).status).toBe(200);
    expect(countOf(on)).toBe(9);
    expect(new Set(namesIn(on)).size).toBe(9);
    expect(on.intake.counters.signals().traces).toMatchObject({ requests: 2, acceptedRequests: 2, items: 12, accepted: 9, deduplicated: 3 });
  });

  test.each<[string, (on: Receivers) => Promise<unknown>]>([
    ['in gzip', (on) => send(on, 'traces', gzipSync(traces(a)), { ...protobuf, 'content-encoding': 'gzip' })],
    ['in JSON', (on) => send(on, 'traces', encode('traces', 'json', a), { 'content-type': typeOf.json })],
    ['over gRPC', (on) => grpcExport(on.grpcPort, 'traces', traces(a))],
    ['in two halves', async (on) => { for (const part of halves(a)) await send(on, 'traces', traces(part)); }],
  ])('%s', async (_, again) => {
    const on = await openReceivers();
    await send(on, 'traces', traces(a));
    await again(on);
    expect(countOf(on)).toBe(3);
    expect(on.intake.counters.signals().traces).toMatchObject({ accepted: 3, deduplicated: 3, items: 6 });
  });

  test('in JSON and merged: what is left out is left out, and the rest says what it said', async () => {
    const on = await openReceivers();
    await send(on, 'traces', encode('traces', 'json', a), { 'content-type': typeOf.json });
    await send(on, 'traces', encode('traces', 'json', { resourceSpans: [...(a.resourceSpans ?? []), ...(b.resourceSpans ?? [])] }), { 'content-type': typeOf.json });
    expect(countOf(on)).toBe(6);
    const kept = on.records[1].batch as SpanBatch;
    expect(Array.from(kept.spanId)).toEqual(Array.from(readRequest('traces', fromJson('traces', JSON.stringify(b))).spanId));
  });

  test('refused ones beside them are refused again, and the answer says so', async () => {
    const on = await openReceivers();
    const mixed = messageOf('traces', { seed: 1, bad: 2 });
    for (const _ of [1, 2]) expect(JSON.parse((await send(on, 'traces', encode('traces', 'json', mixed), { 'content-type': typeOf.json })).body.toString()).partialSuccess.rejectedSpans).toBe('2');
    expect(on.intake.counters.signals().traces).toMatchObject({ requests: 2, acceptedRequests: 1, duplicateRequests: 1, partialRequests: 2, items: 10, accepted: 3, deduplicated: 3, refusedItems: 4 });
  });

  test('twice in one request', async () => {
    const on = await openReceivers();
    await send(on, 'traces', traces(a, a));
    expect(countOf(on)).toBe(3);
    expect(on.intake.counters.signals().traces).toMatchObject({ accepted: 3, deduplicated: 3 });
  });

  test('at once, from many connections', async () => {
    const on = await openReceivers();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(on, 'traces', traces(...[a, b, c].slice(i % 3)))));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(countOf(on)).toBe(9);
  });

  test('over a restart, merged and in another encoding: known from the log', async () => {
    const on = await openReceivers();
    await send(on, 'traces', traces(a));
    await send(on, 'traces', encode('traces', 'json', b), { 'content-type': typeOf.json });
    const after = await on.again();
    await grpcExport(after.grpcPort, 'traces', traces(b, c, a));
    expect(countOf(after)).toBe(3);
    const again = await after.again();
    await send(again, 'traces', encode('traces', 'json', c), { 'content-type': typeOf.json });
    expect(countOf(again)).toBe(0);
    const positions: number[] = [];
    let items = 0;
    for await (const record of again.log.read(1)) {
      positions.push(record.position);
      items += readRequest('traces', record.encoding === 'json' ? fromJson('traces', Buffer.from(record.body).toString()) : record.body).count;
    }
    expect([positions, items]).toEqual([[1, 2, 3], 9]);
  });

  test('an unfinished span and its end are two, and neither is lost', async () => {
    const on = await openReceivers();
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', name: 'job', startTimeUnixNano: '5' };
    for (const each of [span, { ...span, endTimeUnixNano: '9' }]) await send(on, 'traces', traces({ resourceSpans: [{ scopeSpans: [{ spans: [each] }] }] }));
    expect(countOf(on)).toBe(2);
  });

  test('not when it is switched off', async () => {
    const on = await openReceivers({ dedupSpansMax: 0 });
    for (const _ of [1, 2]) await send(on, 'traces', traces(a));
    expect(countOf(on)).toBe(6);
  });
});

function halves({ resourceSpans }: TracesData): TracesData[] {
  return [0, 1].map((half) => ({ resourceSpans: resourceSpans?.map((group) => ({ ...group, scopeSpans: group.scopeSpans?.map((scope) => ({ ...scope, spans: scope.spans?.filter((_, at) => at % 2 === half) })) })) }));
}

describe.each(['metrics', 'logs'] as const)('%s: requests by their digest', (signal) => {
  const body = encode(signal, 'protobuf', messageOf(signal));
  test.each<[string, (on: Receivers) => Promise<unknown>]>([
    ['as they were', (on) => send(on, signal, body)],
    ['over gRPC', (on) => grpcExport(on.grpcPort, signal, body)],
  ])('%s', async (_, again) => {
    const on = await openReceivers();
    await send(on, signal, body);
    await again(on);
    const after = await on.again();
    await again(after);
    expect([countOf(on), countOf(after)]).toEqual([3, 0]);
    expect(on.intake.counters.signals()[signal]).toMatchObject({ requests: 2, duplicateRequests: 1, accepted: 3, deduplicated: 3, items: 6 });
  });

  test('two equal records in one request are two', async () => {
    const on = await openReceivers();
    const { resourceLogs = [], resourceMetrics = [] } = messageOf(signal);
    await send(on, signal, encode(signal, 'protobuf', { resourceLogs: [...(resourceLogs ?? []), ...(resourceLogs ?? [])], resourceMetrics: [...(resourceMetrics ?? []), ...(resourceMetrics ?? [])] }));
    expect(countOf(on)).toBe(6);
  });
});

test('what could not be made durable is not known: the retry is kept', async () => {
  const on = await openReceivers({ logBytesMax: 1_000_000 });
  const append = on.log.append.bind(on.log);
  let isFull = true;
  Object.assign(on.log, { append: (record: Parameters<typeof append>[0]) => (isFull ? Promise.reject(new Error('disk')) : append(record)) });
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const body = encode(signal, 'protobuf', messageOf(signal));
    isFull = true;
    expect((await send(on, signal, body)).status).toBe(500);
    isFull = false;
    expect((await send(on, signal, body)).status).toBe(200);
    expect(on.intake.counters.signals()[signal]).toMatchObject({ requests: 2, refusedRequests: 1, acceptedRequests: 1, accepted: 3, deduplicated: 0 });
  }
  expect(countOf(on)).toBe(9);
  on.bugs.length = 0;
});

test('whatever is sent, in whatever mix: what was sent is accepted, refused or deduplicated, and what is new is accepted once', async () => {
  const one = fc.record({
    signal: fc.constantFrom('traces', 'metrics', 'logs'), seed: fc.integer({ min: 1, max: 3 }), count: fc.nat({ max: 4 }), bad: fc.nat({ max: 2 }),
    how: fc.constantFrom('protobuf', 'json', 'gzip', 'grpc', 'malformed', 'wrong type', 'wrong path'), isMerged: fc.boolean(),
  });
  await fc.assert(fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 25 }), async (mix) => {
    const on = await openReceivers();
    const sent = { traces: { items: 0, requests: 0 }, metrics: { items: 0, requests: 0 }, logs: { items: 0, requests: 0 } };
    const distinctSpans = new Set<string>();
    for (const { signal, seed, count, bad, how, isMerged } of mix) {
      const message = messageOf(signal, { seed, count, bad });
      const { resourceSpans = [] } = message;
      const merged = isMerged && signal === 'traces' ? { resourceSpans: [...(resourceSpans ?? []), ...(a.resourceSpans ?? [])] } : message;
      const encoding = how === 'json' ? 'json' : 'protobuf';
      const body = encode(signal, encoding, merged);
      if (how === 'wrong path') await send(on, signal, body, { ...protobuf, 'x-request-id': 'p' }).then(() => post(on.httpPort, '/v1/other', { headers: protobuf, body }));
      else if (how === 'malformed') await send(on, signal, Buffer.from([0xff]));
      else if (how === 'wrong type') await send(on, signal, body, { 'content-type': 'text/plain' });
      else if (how === 'grpc') await grpcExport(on.grpcPort, signal, body);
      else await send(on, signal, how === 'gzip' ? gzipSync(body) : body, { 'content-type': typeOf[encoding], ...(how === 'gzip' ? { 'content-encoding': 'gzip' } : {}) });
      sent[signal].requests += 1;
      if (how === 'malformed' || how === 'wrong type') continue;
      const { count: good, refusals } = readRequest(signal, encode(signal, 'protobuf', merged));
      sent[signal].items += good + refusals.count;
      if (signal === 'traces') for (const id of readRequest('traces', encode('traces', 'protobuf', merged)).spanId) distinctSpans.add(String(id));
    }
    for (const signal of ['traces', 'metrics', 'logs'] as const) {
      const told = on.intake.counters.signals()[signal];
      expect([signal, told.items, told.requests]).toEqual([signal, sent[signal].items, sent[signal].requests]);
      expect(told.items).toBe(told.accepted + told.refusedItems + told.deduplicated);
      expect(told.requests).toBe(told.acceptedRequests + told.duplicateRequests + told.refusedRequests);
      expect(on.records.reduce((sum, { batch }) => sum + (batch?.signal === signal ? batch.count : 0), 0)).toBe(told.accepted);
    }
    expect(on.intake.counters.signals().traces.accepted).toBe(distinctSpans.size);
    expect(on.bugs).toEqual([]);
  }), { numRuns: 25, seed: 20261122 });
}, 60_000);

const nested = (depth: number): object => (depth === 0 ? { stringValue: 'swordfish' } : { arrayValue: { values: [nested(depth - 1)] } });
test.each([
  ['traces', '/v1/traces', messageOf('traces', { bad: 2 }), 'rejectedSpans', 2, 3],
  ['metrics', '/v1/metrics', messageOf('metrics', { bad: 2 }), 'rejectedDataPoints', 2, 3],
  ['logs', '/v1/logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'deep', body: nested(80) }, { body: { stringValue: 'x' } }] }] }] }, 'rejectedLogRecords', 1, 1],
  ['profiles', '/v1development/profiles', { resourceProfiles: [{ scopeProfiles: [{ profiles: [{ profileId: '0af7651916cd43dd8448eb211c80319c' }] }] }] }, 'rejectedProfiles', 1, 0],
] as const)('%s answer in part: how many, why, and the account says the same', async (signal, path, message, field, refused, accepted) => {
  const on = await openReceivers();
  const answer = await post(on.httpPort, path, { headers: { 'content-type': typeOf.json }, body: Buffer.from(JSON.stringify(message)) });
  const { partialSuccess } = JSON.parse(answer.body.toString()) as { partialSuccess: Record<string, string> };
  expect([answer.status, partialSuccess[field]]).toEqual([200, String(refused)]);
  expect(partialSuccess.errorMessage).toMatch(new RegExp(`^${refused} of ${refused + accepted} `));
  expect(partialSuccess.errorMessage).not.toContain('swordfish');
  expect(on.intake.counters.signals()[signal]).toMatchObject({ requests: 1, acceptedRequests: 1, partialRequests: 1, items: refused + accepted, accepted, refusedItems: refused });
  expect(on.intake.counters.lastRefused()[0]).toMatchObject({ requestId: answer.headers['x-clew-request-id'], signal, items: refused });
});

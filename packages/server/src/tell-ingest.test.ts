/** A real server, real requests of every kind, and what the API says became of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, afterAll, describe, expect, test } from 'vitest';
import { writeRequest } from '@clew/otlp';
import type { IngestResponse, Refusal } from './api/types.ts';
import { freePorts, startServer } from './fixture/child-server.ts';
import type { ChildServer, Ports } from './fixture/child-server.ts';
import { grpcExport } from './intake/fixture/grpc-export.ts';
import { encode, messageOf, post, typeOf } from './intake/fixture/receivers.ts';
import type { HttpAnswer } from './intake/fixture/receivers.ts';

const token = 'a-token-of-this-test';
const authorized = { authorization: `Bearer ${token}` };
const json = { ...authorized, 'content-type': typeOf.json };
const protobuf = { ...authorized, 'content-type': typeOf.protobuf };
let folder: string;
let ports: Ports;
let server: ChildServer;

const start = async (): Promise<void> => { server = await startServer(folder, ports, ['--token', token, '--request-bytes-max', '100000']); };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-ingest-'));
  ports = await freePorts();
  await start();
});
afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

const ask = async (query = ''): Promise<IngestResponse> => (await (await fetch(`http://127.0.0.1:${ports.console}/api/v1/ingest${query}`, { headers: authorized })).json()) as IngestResponse;
const send = (path: string, body: Buffer, headers: Readonly<Record<string, string>> = protobuf): Promise<HttpAnswer> => post(ports.http, path, { headers, body });
const idOf = ({ headers }: HttpAnswer): string => String(headers['x-clew-request-id']);

async function newest(): Promise<Refusal> {
  return (await ask()).lastRefused[0];
}

describe('a refusal is found by the id in its answer', () => {
  test.each<[string, () => Promise<HttpAnswer>, Partial<Refusal>]>([
    ['malformed', () => send('/v1/traces', Buffer.from([0xff, 0xff, 0xff])), { signal: 'traces', via: 'http/protobuf', status: 400, reason: 'malformed' }],
    ['malformed JSON', () => send('/v1/logs', Buffer.from('{"resourceLogs":'), json), { signal: 'logs', via: 'http/json', status: 400, reason: 'malformed' }],
    ['too large', () => send('/v1/logs', Buffer.alloc(200_000)), { signal: 'logs', status: 413, reason: 'too_large' }],
    ['without a token', () => send('/v1/metrics', Buffer.alloc(0), { 'content-type': typeOf.protobuf }), { signal: 'metrics', status: 401, reason: 'unauthenticated' }],
    ['of an unknown type', () => send('/v1/traces', Buffer.from('x'), { ...authorized, 'content-type': 'text/plain' }), { signal: 'traces', status: 415, reason: 'unsupported_type', via: 'http' }],
    ['at a wrong path', () => send('/v1/trace', Buffer.alloc(0)), { signal: null, status: 404, reason: 'wrong_path' }],
    ['in part', () => send('/v1/traces', encode('traces', 'json', messageOf('traces', { bad: 2, seed: 7 })), json), { signal: 'traces', status: 200, reason: 'trace_id', items: 2, via: 'http/json', examples: ['bad, span 0000000000000007', 'bad, span 0000000000000007'] }],
  ])('%s', async (_, request, wanted) => {
    const answer = await request();
    expect(answer.status).toBe(wanted.status);
    expect(await newest()).toMatchObject({ requestId: idOf(answer), source: '127.0.0.1', next: expect.stringMatching(/\w{4}/), ...wanted });
  });

  test('over gRPC, and by the id that the client gave', async () => {
    const error = await grpcExport(ports.grpc, 'traces', Buffer.from([0xff]), { ...authorized, 'x-request-id': 'order-4711' }).catch((thrown: unknown) => thrown as { metadata: { get(name: string): unknown[] } });
    expect('metadata' in error ? error.metadata.get('x-clew-request-id') : []).toEqual(['order-4711']);
    const partial = await grpcExport(ports.grpc, 'metrics', encode('metrics', 'protobuf', messageOf('metrics', { bad: 1, seed: 8 })), { ...authorized, 'x-request-id': 'order-4712' });
    expect(partial.get('x-clew-request-id')).toEqual(['order-4712']);
    expect((await ask()).lastRefused.slice(0, 2)).toMatchObject([{ requestId: 'order-4712', via: 'grpc', reason: 'metric_time', items: 1, examples: ['queue.length'] }, { requestId: 'order-4711', via: 'grpc', reason: 'malformed' }]);
  });

  test('an answer without anything to say carries no id', async () => {
    expect((await send('/v1/logs', encode('logs', 'protobuf', messageOf('logs', { seed: 70 })))).headers).not.toHaveProperty('x-clew-request-id');
  });

  test('what was sent does not stand in it: no bodies, no token', async () => {
    const secret = 'swordfish-of-the-body';
    await send('/v1/logs', Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: secret }, traceId: 'zz' }] }] }] })), json);
    const text = JSON.stringify(await ask());
    for (const word of [secret, token]) expect(text).not.toContain(word);
  });
});

const at = (ms: number): string => `${Math.round(ms)}000000`;
const logsAt = (ms: number, count: number, body: string): Buffer => Buffer.from(writeRequest('logs', { resourceLogs: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'clockwork' } }] }, scopeLogs: [{ logRecords: Array.from({ length: count }, (_, i) => ({ timeUnixNano: at(ms), body: { stringValue: `${body} ${i}` } })) }] }] }));

test('late and dropped items are told with the source and the request, and are stored all the same', async () => {
  const before = (await ask('?signal=logs')).signals.logs;
  const nowMs = Date.now();
  await send('/v1/logs', logsAt(nowMs, 1, 'now'));
  await send('/v1/logs', logsAt(nowMs - 110_000, 5, 'late'), { ...protobuf, 'x-request-id': 'the-late-one' });
  await send('/v1/logs', logsAt(nowMs + 3_600_000, 4, 'ahead'), { ...protobuf, 'x-request-id': 'the-early-one' });
  await expect.poll(async () => { const { late, dropped } = (await ask()).signals.logs; return { late, dropped }; }, { timeout: 20_000, interval: 200 }).toEqual({ late: before.late + 5, dropped: before.dropped + 4 });
  const { sources } = await ask('?source=127.0.0.1&signal=logs');
  expect(sources[0].accounts[0]).toMatchObject({ lateRequestId: 'the-late-one', lateNext: expect.stringContaining('lateness-ms'), droppedBy: [{ limit: 'future_items', items: 4, requestId: 'the-early-one', next: expect.stringContaining('clock') }] });
  expect((await ask()).signals.logs.accepted).toBe(before.accepted + 10);
});

test('refusals are pushed as they happen', async () => {
  const stream = await fetch(`http://127.0.0.1:${ports.console}/api/v1/events`, { headers: authorized });
  const answer = await send('/v1/traces', Buffer.from([0xff]));
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('event: refused')) break;
  }
  expect(text).toMatch(new RegExp(`event: refused\ndata: .*"requestId":"${idOf(answer)}"`));
});

test('both sums balance, and totals and refusals go on over a restart; a retry over it counts once', async () => {
  const body = encode('traces', 'protobuf', messageOf('traces', { seed: 50, count: 9 }));
  await send('/v1/traces', body);
  const before = await ask();
  await server.stop();
  await start();
  await send('/v1/traces', body);
  const after = await ask();
  expect(after.sinceMs).toBe(before.sinceMs);
  expect(after.lastRefused).toEqual(before.lastRefused);
  expect(after.signals.traces).toMatchObject({ accepted: before.signals.traces.accepted, deduplicated: before.signals.traces.deduplicated + 9, duplicateRequests: before.signals.traces.duplicateRequests + 1 });
  expect(after.signals.logs).toMatchObject({ accepted: before.signals.logs.accepted, late: before.signals.logs.late, dropped: before.signals.logs.dropped });
  for (const each of [...Object.values(after.signals), ...after.sources.flatMap(({ accounts }) => accounts)]) {
    expect(each.requests).toBe(each.acceptedRequests + each.duplicateRequests + each.refusedRequests);
    expect(each.items).toBe(each.accepted + each.refusedItems + each.deduplicated);
    expect(each.late + each.dropped).toBeLessThanOrEqual(each.accepted);
  }
});

test('after a kill, spans that come again in another batch and over another protocol stand in their trace once', async () => {
  const traceId = '5b8aa5a2d2c872e8321cf37308d69df2';
  const nowMs = Date.now();
  const span = (n: number) => ({ traceId, spanId: `00000000000000f${n}`, name: `step ${n}`, kind: 2, startTimeUnixNano: at(nowMs - 50), endTimeUnixNano: at(nowMs) });
  const batch = (...numbers: readonly number[]): Buffer => Buffer.from(writeRequest('traces', { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'resend' } }] }, scopeSpans: [{ spans: numbers.map(span) }] }] }));
  await send('/v1/traces', batch(1, 2, 3));
  await server.kill();
  await start();
  await grpcExport(ports.grpc, 'traces', batch(4, 2, 1, 5), authorized);
  await send('/v1/traces', batch(3));
  const names = async (): Promise<string[]> => ((await (await fetch(`http://127.0.0.1:${ports.console}/api/v1/traces/${traceId}`, { headers: authorized })).json()) as { spans?: { name: string }[] }).spans?.map(({ name }) => name).sort() ?? [];
  await expect.poll(names, { timeout: 20_000, interval: 200 }).toEqual(['step 1', 'step 2', 'step 3', 'step 4', 'step 5']);
  // The engine was not even shown them.
  const repeated = async (): Promise<number> => ((await (await fetch(`http://127.0.0.1:${ports.console}/api/v1/self`, { headers: authorized })).json()) as Record<string, number>).engine_duplicate_spans ?? 0;
  expect(await repeated()).toBe(0);
});

import { connect } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Signal } from '@clew/otlp';
import { decodeRecord } from './decode.ts';
import { countOf, encode, messageOf, openReceivers, post, typeOf } from './fixture/receivers.ts';
import type { HttpAnswer, Receivers, TestEncoding } from './fixture/receivers.ts';

const signals: readonly Signal[] = ['traces', 'metrics', 'logs'];
const encodings: readonly TestEncoding[] = ['protobuf', 'json'];
const everyWay = signals.flatMap((signal) => encodings.map((encoding) => [signal, encoding] as const));

const send = (on: Receivers, signal: Signal, encoding: TestEncoding, body: Buffer | readonly Buffer[], headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> =>
  post(on.httpPort, `/v1/${signal}`, { headers: { 'content-type': typeOf[encoding], ...headers }, body });

/** The code and message of a google.rpc.Status in either encoding, read by hand. */
function statusOf({ headers, body }: HttpAnswer): { readonly type: string; readonly code: number; readonly message: string } {
  const type = String(headers['content-type']);
  if (type === typeOf.json) return { type, ...(JSON.parse(body.toString()) as { code: number; message: string }) };
  const code = body[0] === 0x08 ? body[1] : 0;
  const at = body.indexOf(0x12);
  const length = body[at + 1] < 128 ? body[at + 1] : (body[at + 1] & 0x7f) | (body[at + 2] << 7);
  const start = body[at + 1] < 128 ? at + 2 : at + 3;
  return { type, code, message: body.subarray(start, start + length).toString() };
}

describe.each(everyWay)('%s in %s', (signal, encoding) => {
  test('success is 200 with an empty answer of the same type, and all items are durable', async () => {
    const on = await openReceivers();
    const { status, headers, body } = await send(on, signal, encoding, encode(signal, encoding, messageOf(signal)));
    expect([status, headers['content-type'], body.toString()]).toEqual([200, typeOf[encoding], encoding === 'json' ? '{}' : '']);
    expect(countOf(on)).toBe(3);
    expect(on.log.bounds().last).toBe(1);
    expect(on.intake.counters.signals()[signal]).toMatchObject({ requests: 1, accepted: 3, refused: [] });
  });

  test('gzip, chunked without a length, and a type with parameters in capitals', async () => {
    const on = await openReceivers();
    const body = gzipSync(encode(signal, encoding, messageOf(signal)));
    const { status } = await send(on, signal, encoding, [body.subarray(0, 10), body.subarray(10)], { 'content-encoding': 'GZIP', 'content-type': `${typeOf[encoding].toUpperCase()}; charset=utf-8` });
    expect(status).toBe(200);
    expect(countOf(on)).toBe(3);
  });

  test.each([['zstd', zstdCompressSync], ['deflate', deflateSync], ['deflate', deflateRawSync], ['identity', (body: Buffer) => body]] as const)('%s, and it is read back from the log after a restart', async (name, compress) => {
    const on = await openReceivers();
    const { status } = await send(on, signal, encoding, compress(encode(signal, encoding, messageOf(signal))), { 'content-encoding': name });
    expect([status, countOf(on)]).toEqual([200, 3]);
    const { log } = await on.again();
    const counts: number[] = [];
    for await (const record of log.read(1)) counts.push(decodeRecord(record, { requestBytesMax: 100_000, requestItemsMax: 100 })?.count ?? 0);
    expect(counts).toEqual([3]);
  });

  test('malformed is 400 with a Status in the same type', async () => {
    const on = await openReceivers();
    const whole = encode(signal, encoding, messageOf(signal));
    const answer = await send(on, signal, encoding, whole.subarray(0, whole.length - 3));
    expect(answer.status).toBe(400);
    expect(statusOf(answer)).toMatchObject({ type: typeOf[encoding], code: 3 });
    expect(on.log.bounds().last).toBe(0);
  });

  test('too large is 413, declared or not, and also when it only inflates to that', async () => {
    const on = await openReceivers({ requestBytesMax: 20_000 });
    const big = Buffer.alloc(50_000, 32);
    for (const answer of [
      await send(on, signal, encoding, big),
      await send(on, signal, encoding, [big.subarray(0, 25_000), big.subarray(25_000)]),
      await send(on, signal, encoding, gzipSync(big), { 'content-encoding': 'gzip' }),
    ]) {
      expect(answer.status).toBe(413);
      expect(answer.headers['retry-after']).toBeUndefined();
      expect(statusOf(answer)).toMatchObject({ type: typeOf[encoding], code: 8 });
    }
    expect(on.intake.budget.usedBytes()).toBe(0);
  });

  test.each([['plain bytes', (body: Buffer) => body], ['truncated', (body: Buffer) => gzipSync(body).subarray(0, -4)], ['a wrong checksum', (body: Buffer) => { const zipped = gzipSync(body); zipped[zipped.length - 6] ^= 1; return zipped; }]])('gzip that is %s is 400', async (_, spoil) => {
    const on = await openReceivers();
    const answer = await send(on, signal, encoding, spoil(encode(signal, encoding, messageOf(signal))), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(400);
    expect(statusOf(answer)).toMatchObject({ type: typeOf[encoding], code: 3 });
  });

  test('an empty request succeeds and stores nothing', async () => {
    const on = await openReceivers();
    expect((await send(on, signal, encoding, Buffer.from(encoding === 'json' ? '{}' : ''))).status).toBe(200);
    expect(on.log.bounds().last).toBe(0);
  });
});

describe('partial success', () => {
  test.each([['traces', 'rejectedSpans'], ['metrics', 'rejectedDataPoints']] as const)('%s: the good ones are kept, the bad ones counted', async (signal, member) => {
    const on = await openReceivers();
    const { status, body } = await send(on, signal, 'json', encode(signal, 'json', messageOf(signal, { count: 7, bad: 3 })));
    expect(status).toBe(200);
    const { partialSuccess } = JSON.parse(body.toString()) as { partialSuccess: Record<string, string> };
    expect(partialSuccess[member]).toBe('3');
    expect(partialSuccess.errorMessage).toMatch(/^3 of 10 /);
    expect(countOf(on)).toBe(7);
    expect(on.intake.counters.signals()[signal].refused).toMatchObject([{ reason: signal === 'traces' ? 'trace_id' : 'metric_time', items: 3, requests: 0, next: expect.any(String) }]);
  });

  test('a request of bad items only is 200 with all of them refused', async () => {
    const on = await openReceivers();
    const { status, body } = await send(on, 'traces', 'json', encode('traces', 'json', messageOf('traces', { count: 0, bad: 4 })));
    expect([status, JSON.parse(body.toString())]).toEqual([200, { partialSuccess: { rejectedSpans: '4', errorMessage: expect.stringContaining('4 of 4 spans') } }]);
    expect(on.log.bounds().last).toBe(0);
  });
});

describe('requests for something else', () => {
  test.each(['/', '/v1/traces/', '//v1/traces', '/v1/profiles', '/v1/__proto__'])('path %s is 404', async (path) => {
    const on = await openReceivers();
    const answer = await post(on.httpPort, path, { headers: { 'content-type': typeOf.json }, body: Buffer.from('{}') });
    expect(answer.status).toBe(404);
    expect(statusOf(answer)).toMatchObject({ type: typeOf.json, code: 12 });
  });
  test.each([['/v1/profiles', '/v1development/profiles'], ['/v1/traces/', 'Send to /v1/traces,'], ['//v1/logs', 'Send to /v1/logs,']])('path %s is told which path was meant', async (path, meant) => {
    const on = await openReceivers();
    expect(statusOf(await post(on.httpPort, path, { headers: { 'content-type': typeOf.json }, body: Buffer.from('{}') })).message).toContain(meant);
  });
  test('a path that was moved is served there and nowhere else, profiles only where they are on', async () => {
    const on = await openReceivers({ tracesPath: '/otlp/custom/traces', profiles: false });
    const statusAt = async (path: string, search = ''): Promise<number> => (await post(on.httpPort, path + search, { headers: { 'content-type': typeOf.json }, body: Buffer.from('{}') })).status;
    expect([await statusAt('/otlp/custom/traces'), await statusAt('/otlp/custom/traces', '?a=b'), await statusAt('/v1/traces'), await statusAt('/v1/logs'), await statusAt('/v1development/profiles')]).toEqual([200, 200, 404, 200, 404]);
  });
  test.each(['GET', 'PUT', 'DELETE', 'HEAD'])('method %s is 405 with Allow', async (method) => {
    const on = await openReceivers();
    const { status, headers } = await post(on.httpPort, '/v1/traces', { method });
    expect([status, headers.allow]).toEqual([405, 'POST']);
  });
  test.each(['text/plain', 'application/protobuf', ';;;', ''])('type %j is 415', async (type) => {
    const on = await openReceivers();
    expect((await post(on.httpPort, '/v1/traces', { headers: type === '' ? {} : { 'content-type': type }, body: Buffer.from('{}') })).status).toBe(415);
  });
  test.each(['br', 'gzip, gzip', 'snappy', '__proto__'])('content encoding %j is 415', async (name) => {
    const on = await openReceivers();
    expect((await send(on, 'traces', 'protobuf', Buffer.alloc(3), { 'content-encoding': name })).status).toBe(415);
  });
  test('a type that the body is not of is 400', async () => {
    const on = await openReceivers();
    expect((await send(on, 'traces', 'json', encode('traces', 'protobuf', messageOf('traces')))).status).toBe(400);
    expect((await send(on, 'traces', 'protobuf', encode('traces', 'json', messageOf('traces')))).status).toBe(400);
    expect((await send(on, 'traces', 'json', Buffer.alloc(0))).status).toBe(400);
    expect(on.bugs).toEqual([]);
  });
  test('refused requests are told with where they came from', async () => {
    const on = await openReceivers();
    await send(on, 'logs', 'json', Buffer.from('{'));
    expect(on.intake.counters.lastRefused()).toMatchObject([{ atMs: expect.any(Number), signal: 'logs', reason: 'malformed', detail: expect.any(String), source: '127.0.0.1', status: 400 }]);
  });
});

/** The first that is answered to a client that waits to be asked for its body. */
const askedFor = (on: Receivers, headers: string): Promise<string> => new Promise((resolve) => {
  const socket = connect(on.httpPort, '127.0.0.1', () => socket.write(`POST /v1/traces HTTP/1.1\r\nHost: x\r\n${headers}\r\nExpect: 100-continue\r\n\r\n`));
  socket.once('data', (chunk) => { resolve(chunk.toString()); socket.destroy(); });
});

describe('limits', () => {
  test('overload is 503 with Retry-After, and the same request succeeds later', async () => {
    const on = await openReceivers({ receivingBytesMax: 1_024 });
    const holder = on.intake.budget.open();
    holder.take(2_000);
    const body = encode('traces', 'json', messageOf('traces'));
    const answer = await send(on, 'traces', 'json', body);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    expect(statusOf(answer)).toMatchObject({ code: 14 });
    expect(countOf(on)).toBe(0);
    holder.release();
    expect((await send(on, 'traces', 'json', body)).status).toBe(200);
  });

  test('a full log is 503', async () => {
    const on = await openReceivers({ logBytesMax: 600, logSegmentBytes: 300 });
    const statuses: number[] = [];
    for (let seed = 1; seed < 6; seed++) statuses.push((await send(on, 'traces', 'protobuf', encode('traces', 'protobuf', messageOf('traces', { count: 1, seed })))).status);
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(503);
  });

  test('a bomb costs no more than the limit', async () => {
    const on = await openReceivers({ requestBytesMax: 1024 * 1024 });
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    expect((await send(on, 'traces', 'protobuf', bomb, { 'content-encoding': 'gzip' })).status).toBe(413);
  });

  test('a slow client is cut off, with its headers or its body unfinished', async () => {
    const on = await openReceivers({ headersTimeoutMs: 50, bodyTimeoutMs: 50 });
    const lost = (words: string): Promise<string> => new Promise((resolve) => {
      let seen = '';
      const socket = connect(on.httpPort, '127.0.0.1', () => socket.write(words));
      socket.on('data', (chunk) => { seen += chunk.toString(); }).on('close', () => resolve(seen)).on('error', () => undefined);
    });
    expect(await lost('POST /v1/traces HTTP/1.1\r\nHost: x\r\n')).toBe('');
    expect(await lost('POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')).toBe('');
    await expect.poll(() => on.intake.budget.usedBytes()).toBe(0);
    expect(on.intake.counters.lastRefused().map(({ reason }) => reason)).toContain('slow_client');
  });

  test('a declared length that is too large is refused before the body is asked for', async () => {
    const on = await openReceivers({ requestBytesMax: 2_000 });
    expect(await askedFor(on, 'Content-Type: application/json\r\nContent-Length: 5000')).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('a body is asked for only from who is let in, with a type that is known', async () => {
    const on = await openReceivers({ token: 'correct-horse' });
    expect(await askedFor(on, 'Content-Type: application/json\r\nContent-Length: 2')).toMatch(/^HTTP\/1\.1 401 /);
    expect(await askedFor(on, 'Authorization: Bearer correct-horse\r\nContent-Type: text/plain\r\nContent-Length: 2')).toMatch(/^HTTP\/1\.1 415 /);
    expect(await askedFor(on, 'Authorization: Bearer correct-horse\r\nContent-Type: application/json\r\nContent-Length: 2')).toMatch(/^HTTP\/1\.1 100 /);
  });
});

describe('token', () => {
  test('a request without it is 401 in its own type, with it 200', async () => {
    const on = await openReceivers({ token: 'correct-horse' });
    const body = encode('traces', 'json', messageOf('traces'));
    const refused = await send(on, 'traces', 'json', body, { authorization: 'Bearer wrong-horse' });
    expect([refused.status, refused.headers['www-authenticate'], statusOf(refused).code]).toEqual([401, 'Bearer', 16]);
    expect((await send(on, 'traces', 'json', body)).status).toBe(401);
    expect((await send(on, 'traces', 'json', body, { authorization: 'bearer correct-horse' })).status).toBe(200);
  });
});

describe('a request that is sent again', () => {
  test('is acknowledged again but kept once, also while the first is under way', async () => {
    const on = await openReceivers();
    const body = encode('traces', 'protobuf', messageOf('traces', { count: 5, bad: 1 }));
    const answers = await Promise.all([1, 2, 3].map(() => send(on, 'traces', 'protobuf', body)));
    answers.push(await send(on, 'traces', 'protobuf', body));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map((answer) => answer.body.toString('hex'))).size).toBe(1);
    expect(countOf(on)).toBe(5);
    expect(on.intake.counters.signals().traces).toMatchObject({ accepted: 5, duplicateRequests: 3 });
  });

  test('is known when only the time in the gzip header differs', async () => {
    const on = await openReceivers();
    const body = gzipSync(encode('traces', 'protobuf', messageOf('traces')));
    const later = Buffer.from(body);
    later.writeUInt32LE(1_790_000_000, 4);
    for (const each of [body, later]) expect((await send(on, 'traces', 'protobuf', each, { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(on.log.bounds().last).toBe(1);
  });

  test('is known after a restart', async () => {
    const before = await openReceivers();
    const body = encode('logs', 'json', messageOf('logs'));
    await send(before, 'logs', 'json', body);
    const after = await before.again();
    expect((await send(after, 'logs', 'json', body)).status).toBe(200);
    expect(after.log.bounds().last).toBe(1);
    expect(after.intake.counters.signals().logs.duplicateRequests).toBe(1);
    expect(after.intake.lastDataMs).toBeGreaterThan(0);
  });
});

test('64 requests at once over many connections are all kept', async () => {
  const on = await openReceivers();
  const answers = await Promise.all(Array.from({ length: 64 }, (_, seed) => send(on, 'logs', seed % 2 === 0 ? 'json' : 'protobuf', encode('logs', seed % 2 === 0 ? 'json' : 'protobuf', messageOf('logs', { seed: seed + 1 })))));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(countOf(on)).toBe(192);
  expect(on.bugs).toEqual([]);
});

test('while the server stops, requests are told to come back', async () => {
  const on = await openReceivers();
  void on.intake.stop(5_000);
  const answer = await send(on, 'logs', 'json', encode('logs', 'json', messageOf('logs')));
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
});

import { connect } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { Client, compressionAlgorithms, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StableSignal } from '@clew/otlp';
import { countOf, encode, messageOf, openReceivers } from './fixture/receivers.ts';
import type { Receivers } from './fixture/receivers.ts';
import { percentEncode, writeFrame } from './grpc-message.ts';

const paths = {
  traces: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  metrics: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
  logs: '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
} as const;
const signals: readonly StableSignal[] = ['traces', 'metrics', 'logs'];

function clientOf(on: Receivers, options: object = {}): Client {
  const client = new Client(`127.0.0.1:${on.grpcPort}`, credentials.createInsecure(), { 'grpc.max_send_message_length': -1, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** A call by the reference client; rejects with its ServiceError. */
function call(client: Client, path: string, body: Uint8Array, metadata: Metadata = new Metadata()): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, (value: Uint8Array) => Buffer.from(value), (bytes: Buffer) => bytes, body, metadata, (error: ServiceError | null, value?: Buffer) => (error === null ? resolve(value ?? Buffer.alloc(0)) : reject(error)));
  });
}

async function errorOf(calling: Promise<unknown>): Promise<ServiceError> {
  return calling.then(() => { throw new Error('the call succeeded'); }, (error: ServiceError) => error);
}

const detailsOf = (error: ServiceError): string => Buffer.from(error.metadata.get('grpc-status-details-bin')[0] as Buffer).toString('latin1');

describe.each(signals)('%s by grpc-js', (signal) => {
  test.each([['identity', compressionAlgorithms.identity], ['gzip', compressionAlgorithms.gzip], ['deflate', compressionAlgorithms.deflate]])('success with %s: an empty answer, and all items are durable', async (_, algorithm) => {
    const on = await openReceivers();
    const client = clientOf(on, { 'grpc.default_compression_algorithm': algorithm });
    expect(await call(client, paths[signal], encode(signal, 'protobuf', messageOf(signal)))).toEqual(Buffer.alloc(0));
    expect(countOf(on)).toBe(3);
    expect(on.bugs).toEqual([]);
  });

  test('malformed is INVALID_ARGUMENT with BadRequest', async () => {
    const on = await openReceivers();
    const error = await errorOf(call(clientOf(on), paths[signal], encode(signal, 'protobuf', messageOf(signal)).subarray(0, -3)));
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(detailsOf(error)).toContain('google.rpc.BadRequest');
    expect(on.log.bounds().last).toBe(0);
  });

  test('too large is RESOURCE_EXHAUSTED without RetryInfo, plain and inflated', async () => {
    const on = await openReceivers({ requestBytesMax: 50_000 });
    for (const algorithm of [compressionAlgorithms.identity, compressionAlgorithms.gzip]) {
      const error = await errorOf(call(clientOf(on, { 'grpc.default_compression_algorithm': algorithm }), paths[signal], Buffer.alloc(200_000)));
      expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(detailsOf(error)).not.toContain('RetryInfo');
    }
    await expect.poll(() => on.intake.budget.usedBytes()).toBe(0);
  });

  test('an empty request succeeds and stores nothing', async () => {
    const on = await openReceivers();
    await call(clientOf(on), paths[signal], Buffer.alloc(0));
    expect(on.log.bounds().last).toBe(0);
  });
});

describe('errors', () => {
  test('overload is UNAVAILABLE with RetryInfo', async () => {
    const on = await openReceivers({ receivingBytesMax: 1_024 });
    on.intake.budget.open().take(2_000);
    const error = await errorOf(call(clientOf(on), paths.traces, encode('traces', 'protobuf', messageOf('traces'))));
    expect(error.code).toBe(status.UNAVAILABLE);
    expect(detailsOf(error)).toContain('google.rpc.RetryInfo');
  });
  test('an unknown service or method is UNIMPLEMENTED, and so is one that is switched off', async () => {
    const on = await openReceivers({ profiles: false });
    for (const path of ['/opentelemetry.proto.collector.trace.v1.TraceService/Import', '/a.b/C', '/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export']) {
      expect((await errorOf(call(clientOf(on), path, Buffer.alloc(0)))).code).toBe(status.UNIMPLEMENTED);
    }
  });
  test('partial success tells the count', async () => {
    const on = await openReceivers();
    const answer = await call(clientOf(on), paths.traces, encode('traces', 'protobuf', messageOf('traces', { count: 2, bad: 3 })));
    expect(answer.toString('latin1')).toContain('3 of 5 spans were refused');
    expect(countOf(on)).toBe(2);
  });
  test('a missing token is UNAUTHENTICATED, the right one is let in', async () => {
    const on = await openReceivers({ token: 'correct-horse' });
    const body = encode('traces', 'protobuf', messageOf('traces'));
    expect((await errorOf(call(clientOf(on), paths.traces, body))).code).toBe(status.UNAUTHENTICATED);
    const metadata = new Metadata();
    metadata.set('authorization', 'Bearer correct-horse');
    await call(clientOf(on), paths.traces, body, metadata);
    expect(countOf(on)).toBe(3);
  });
  test('while the server stops, calls are UNAVAILABLE', async () => {
    const on = await openReceivers();
    void on.intake.stop(5_000);
    expect((await errorOf(call(clientOf(on), paths.logs, encode('logs', 'protobuf', messageOf('logs'))))).code).toBe(status.UNAVAILABLE);
  });
});

test('64 parallel calls on one channel are all answered and kept', async () => {
  const on = await openReceivers();
  const client = clientOf(on);
  await Promise.all(Array.from({ length: 64 }, (_, seed) => call(client, paths.traces, encode('traces', 'protobuf', messageOf('traces', { count: 50, seed: seed + 1 })))));
  expect(countOf(on)).toBe(64 * 50);
});

test('a request sent over gRPC and again over gRPC is kept once', async () => {
  const on = await openReceivers();
  const body = encode('traces', 'protobuf', messageOf('traces'));
  await call(clientOf(on), paths.traces, body);
  await call(clientOf(on), paths.traces, body);
  expect(countOf(on)).toBe(3);
});

function asCompressed(message: Buffer): Buffer {
  const frame = writeFrame(message);
  frame[0] = 1;
  return frame;
}

/** What no decent client sends: a bare HTTP/2 stream. */
/** Without a body the `beginning` is sent, and no end. */
async function raw(on: Receivers, body: Buffer | null, headers: Readonly<Record<string, string>> = {}, beginning: readonly Buffer[] = [Buffer.alloc(3)]): Promise<{ readonly headers: IncomingHttpHeaders; readonly trailers: IncomingHttpHeaders }> {
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${on.grpcPort}`);
  onTestFinished(() => { session.destroy(); });
  session.on('error', () => undefined);
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': paths.traces, 'content-type': 'application/grpc', te: 'trailers', ...headers });
    let answer: IncomingHttpHeaders = {};
    let trailers: IncomingHttpHeaders = {};
    stream.on('response', (given) => { answer = given; });
    stream.on('trailers', (given) => { trailers = given; });
    stream.on('error', reject);
    stream.on('close', () => resolve({ headers: answer, trailers }));
    stream.resume();
    if (body === null) for (const part of beginning) stream.write(part);
    else stream.end(body);
  });
}

describe('bare streams', () => {
  const good = writeFrame(encode('traces', 'protobuf', messageOf('traces')));
  const frames: readonly [string, Buffer, Readonly<Record<string, string>>, string][] = [
    ['two messages', Buffer.concat([good, good]), {}, '3'],
    ['a prefix longer than the data', good.subarray(0, -1), {}, '3'],
    ['no message at all', Buffer.alloc(0), {}, '3'],
    ['compressed without saying how', Buffer.concat([Buffer.from([1]), good.subarray(1)]), {}, '3'],
    ['an unknown compression', good, { 'grpc-encoding': 'snappy' }, '12'],
    ['gzip announced and plain sent, which gRPC allows', good, { 'grpc-encoding': 'gzip' }, '0'],
    ['zstd', asCompressed(zstdCompressSync(good.subarray(5))), { 'grpc-encoding': 'zstd' }, '0'],
    ['gzip that is not gzip', Buffer.concat([Buffer.from([1]), good.subarray(1)]), { 'grpc-encoding': 'gzip' }, '3'],
  ];
  test.each(frames)('%s', async (_, body, headers, code) => {
    const on = await openReceivers();
    const answer = await raw(on, body, headers);
    expect(answer.headers['grpc-status'] ?? answer.trailers['grpc-status']).toBe(code);
    expect(answer.headers[':status']).toBe(200);
    if (code === '12') expect(answer.headers['grpc-accept-encoding']).toBe('identity,gzip,deflate,zstd');
    expect(on.bugs).toEqual([]);
  });
  test('a gzip bomb is RESOURCE_EXHAUSTED', async () => {
    const on = await openReceivers({ requestBytesMax: 1024 * 1024 });
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const frame = writeFrame(bomb);
    frame[0] = 1;
    expect((await raw(on, frame, { 'grpc-encoding': 'gzip' })).headers['grpc-status']).toBe('8');
  });
  test('another content type is answered over HTTP, another method is 405', async () => {
    const on = await openReceivers();
    expect((await raw(on, good, { 'content-type': 'application/json' })).headers[':status']).toBe(404);
    expect((await raw(on, good, { 'content-type': 'application/grpc-web' })).headers[':status']).toBe(404);
    expect((await raw(on, Buffer.alloc(0), { ':method': 'PUT' })).headers[':status']).toBe(405);
  });
  test('a message that is said to be beyond the limit is refused by its prefix, however it comes', async () => {
    const on = await openReceivers();
    expect((await raw(on, null, {}, [Buffer.from([0, 0xff]), Buffer.from([0xff, 0xff, 0xff, 1, 2, 3])])).headers['grpc-status']).toBe('8');
    expect((await raw(on, null, {}, [Buffer.from([7, 0, 0, 0, 9])])).headers['grpc-status']).toBe('3');
    await expect.poll(() => on.intake.budget.usedBytes()).toBe(0);
  });
  test('a body that never ends is cut off', async () => {
    const on = await openReceivers({ bodyTimeoutMs: 50, headersTimeoutMs: 50 });
    expect((await raw(on, null)).headers['grpc-status']).toBe('4');
    await expect.poll(() => on.intake.budget.usedBytes()).toBe(0);
  });
  test('a client that leaves before the answer harms nobody', async () => {
    const on = await openReceivers();
    for (let index = 0; index < 20; index++) {
      const session = connect(`http://127.0.0.1:${on.grpcPort}`);
      session.on('error', () => undefined);
      const stream = session.request({ ':method': 'POST', ':path': paths.traces, 'content-type': 'application/grpc' });
      stream.on('error', () => undefined);
      stream.end(writeFrame(encode('traces', 'protobuf', messageOf('traces', { seed: index + 1 }))));
      await new Promise((resolve) => stream.once('ready', resolve));
      setTimeout(() => session.destroy(), index % 5);
    }
    await call(clientOf(on), paths.traces, encode('traces', 'protobuf', messageOf('traces', { seed: 99 })));
    expect(on.bugs).toEqual([]);
    await expect.poll(() => on.intake.budget.usedBytes()).toBe(0);
  });
});

test('percentEncode keeps printable ASCII and encodes the rest as UTF-8', () => {
  expect(percentEncode('50 % über\n')).toBe('50 %25 %C3%BCber%0A');
});

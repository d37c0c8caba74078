import { connect as connectHttp2, constants, getPackedSettings } from 'node:http2';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { http2Limits } from '../intake/http2.ts';
import { countOf, encode, messageOf, openReceivers, post, typeOf } from '../intake/fixture/receivers.ts';
import type { Receivers } from '../intake/fixture/receivers.ts';

const headers = { 'content-type': typeOf.protobuf };
let seed = 0;
const isServing = async (on: Receivers): Promise<boolean> => (await post(on.httpPort, '/v1/traces', { headers, body: encode('traces', 'protobuf', messageOf('traces', { seed: ++seed })) })).status === 200;
const reasons = (on: Receivers): string[] => on.intake.counters.lastRefused().map(({ reason }) => reason);

function open(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => { socket.destroy(); });
  return socket;
}
const closed = (socket: Socket): Promise<string> => new Promise((resolve) => {
  let seen = '';
  socket.on('data', (chunk: Buffer) => { seen += chunk.toString('latin1'); }).on('close', () => resolve(seen));
});

/** A frame of HTTP/2 by hand (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
const preface = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(4, 0, 0, getPackedSettings({}))]);
const literal = (text: string): Buffer => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
/** POST, http, the path and the type, in HPACK without a dynamic table (RFC 7541, 6). */
const exportHeaders = Buffer.concat([Buffer.from([0x83, 0x86, 0x04]), literal('/opentelemetry.proto.collector.trace.v1.TraceService/Export'), Buffer.from([0x0f, 0x10]), literal('application/grpc')]);
const [ping, settings] = [frame(6, 0, 0, Buffer.alloc(8)), frame(4, 0, 0, getPackedSettings({ headerTableSize: 4_096 }))];

describe('clients that only take time', () => {
  test('headers a byte at a time', async () => {
    const on = await openReceivers({ headersTimeoutMs: 200, bodyTimeoutMs: 400 });
    const socket = open(on.httpPort);
    const text = 'POST /v1/traces HTTP/1.1\r\nHost: x\r\nX-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    let at = 0;
    const timer = setInterval(() => { socket.write(text[at++ % text.length]); }, 20);
    onTestFinished(() => clearInterval(timer));
    expect(await closed(socket)).not.toContain('200 OK');
    expect(reasons(on)).toContain('slow_client');
    expect(await isServing(on)).toBe(true);
  });

  test('a body that stalls half way, over HTTP/1.1 and HTTP/2', async () => {
    const on = await openReceivers({ headersTimeoutMs: 200, bodyTimeoutMs: 200 });
    const socket = open(on.httpPort);
    socket.write('POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 1000\r\n\r\nabc');
    await closed(socket);
    const session = connectHttp2(`http://127.0.0.1:${on.httpPort}`).on('error', () => undefined);
    onTestFinished(() => { session.destroy(); });
    const stream = session.request({ ':method': 'POST', ':path': '/v1/traces', ...headers });
    const code = new Promise((resolve) => { stream.on('error', () => undefined).on('close', () => resolve(stream.rstCode)); });
    stream.write('abc');
    expect(await code).toBe(constants.NGHTTP2_CANCEL);
    expect(reasons(on).filter((reason) => reason === 'slow_client')).toHaveLength(2);
    await expect.poll(() => on.intake.budget.usedBytes()).toBe(0);
  });

  test('an HTTP/2 connection that never sends its SETTINGS', async () => {
    const on = await openReceivers({ headersTimeoutMs: 100 });
    const socket = open(on.grpcPort);
    socket.write(preface.subarray(0, 24));
    await closed(socket);
    expect(reasons(on)).toContain('slow_client');
  });

  test('a hundred of them at once leave the others alone and no connection behind', async () => {
    const on = await openReceivers({ headersTimeoutMs: 300, bodyTimeoutMs: 300 });
    const sockets = Array.from({ length: 100 }, (_, index) => {
      const socket = open(on.httpPort);
      socket.write(['P', 'POST /v1/traces HTTP/1.1\r\n', preface.subarray(0, 10), 'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{'][index % 4]);
      return closed(socket);
    });
    expect(await isServing(on)).toBe(true);
    await Promise.all(sockets);
    await expect.poll(() => on.intake.doorCounts.connectionsOpen).toBeLessThanOrEqual(1);
    expect(on.intake.budget.usedBytes()).toBe(0);
  });
});

describe('floods over HTTP/2 end the connection, are counted, and harm nobody else', () => {
  test('streams that are opened and reset at once (CVE-2023-44487)', async () => {
    const on = await openReceivers();
    const socket = open(on.grpcPort);
    const ended = closed(socket);
    socket.write(preface);
    for (let index = 0; index < 2_000 && !socket.destroyed; index++) {
      socket.write(Buffer.concat([frame(1, 4, 2 * index + 1, exportHeaders), frame(3, 0, 2 * index + 1, Buffer.from([0, 0, 0, 8]))]));
      if (index % 50 === 0) await new Promise((resolve) => { setImmediate(resolve); });
    }
    await ended;
    // Not one of the calls is told as refused: their client took them back.
    expect(reasons(on)).toEqual(['http2_flood']);
    expect(await isServing(on)).toBe(true);
  });

  test.each([['PING', ping], ['SETTINGS', settings]])('%s', async (_, one) => {
    const on = await openReceivers();
    const socket = open(on.grpcPort);
    socket.pause();
    socket.write(preface);
    const flood = Buffer.concat(Array.from({ length: 5_000 }, () => one));
    let isClosed = false;
    socket.on('close', () => { isClosed = true; });
    for (let index = 0; index < 200 && !isClosed; index++) {
      socket.write(flood);
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    }
    socket.resume();
    await expect.poll(() => reasons(on), { timeout: 10_000 }).toContain('http2_flood');
    expect(await isServing(on)).toBe(true);
  });

  test('a header block that never ends', async () => {
    const on = await openReceivers();
    const socket = open(on.grpcPort);
    socket.write(preface);
    socket.write(frame(1, 0, 1, Buffer.from([0x82])));
    const more = frame(9, 0, 1, Buffer.alloc(16_000, 0x82));
    for (let index = 0; index < 400; index++) socket.write(more);
    await closed(socket);
    expect(await isServing(on)).toBe(true);
  });

  test('more streams than may be open wait or are refused, and all that are taken are answered', async () => {
    const on = await openReceivers();
    const session = connectHttp2(`http://127.0.0.1:${on.httpPort}`).on('error', () => undefined);
    onTestFinished(() => { session.destroy(); });
    await new Promise((resolve) => { session.once('remoteSettings', resolve); });
    expect(session.remoteSettings.maxConcurrentStreams).toBe(http2Limits.streamsMax);
    expect(session.remoteSettings.maxHeaderListSize).toBe(http2Limits.headerBytesMax);
  });
});

test('headers beyond 32 KiB are 431 over HTTP/1.1, and told', async () => {
  const on = await openReceivers();
  const answer = await post(on.httpPort, '/v1/traces', { headers: { ...headers, 'x-long': 'y'.repeat(40_000) }, body: Buffer.alloc(0) });
  expect(answer.status).toBe(431);
  expect(reasons(on)).toContain('headers_too_large');
});

test('what is no HTTP is 400 and told', async () => {
  const on = await openReceivers();
  const socket = open(on.httpPort);
  socket.write('HELLO\r\n\r\n');
  expect(await closed(socket)).toMatch(/^HTTP\/1\.1 400 /);
  expect(reasons(on)).toEqual(['bad_http']);
  expect(countOf(on)).toBe(0);
});

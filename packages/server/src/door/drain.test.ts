import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import type { ClientRequest } from 'node:http';
import { connect } from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts, startServer } from '../fixture/child-server.ts';
import { encode, messageOf, openReceivers, post, typeOf } from '../intake/fixture/receivers.ts';

const headers = { 'content-type': typeOf.protobuf };
const bodyOf = (seed: number): Buffer => encode('traces', 'protobuf', messageOf('traces', { seed }));

interface Half { readonly sent: Promise<unknown>; readonly answered: Promise<number>; finish(): void }

/** A request of which half has been sent. */
function half1(port: number, body: Buffer): Half {
  let asked: ClientRequest;
  const answered = new Promise<number>((resolve, reject) => {
    asked = request({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', agent: false, headers: { ...headers, 'content-length': body.length } }, (response) => { response.resume().on('end', () => resolve(response.statusCode ?? 0)); });
    asked.on('error', reject);
  });
  const sent = new Promise((resolve) => { asked.write(body.subarray(0, 20), resolve); });
  return { sent, answered, finish: () => { asked.end(body.subarray(20)); } };
}

function half2(session: ClientHttp2Session, body: Buffer): Half {
  let stream: ClientHttp2Stream;
  const answered = new Promise<number>((resolve, reject) => {
    stream = session.request({ ':method': 'POST', ':path': '/v1/traces', ...headers });
    stream.on('response', (answer) => resolve(Number(answer[':status']))).on('error', reject).resume();
  });
  const sent = new Promise((resolve) => { stream.write(body.subarray(0, 20), resolve); });
  return { sent, answered, finish: () => { stream.end(body.subarray(20)); } };
}

/** What a new connection meets. */
const knock = (port: number): Promise<string> => new Promise((resolve) => {
  const socket = connectTcp(port, '127.0.0.1', () => { socket.destroy(); resolve('taken'); }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
});

test('SIGTERM with 20 requests in flight: they end with 200, new ones find nobody, and what was acknowledged is there after the restart', async () => {
  const data = await mkdtemp(join(tmpdir(), 'clew-drain-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  const ports = await freePorts();
  const first = await startServer(data, ports);
  const session = connect(`http://127.0.0.1:${ports.http}`).on('error', () => undefined);
  onTestFinished(() => { session.destroy(); });
  let isAskedToGo = false;
  session.on('goaway', () => { isAskedToGo = true; });
  const halves = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? half1(ports.http, bodyOf(index + 1)) : half2(session, bodyOf(index + 1))));
  await Promise.all(halves.map(({ sent }) => sent));
  // What was written has arrived once a later request on the same ports is answered.
  expect((await post(ports.http, '/v1/traces', { headers, body: bodyOf(100) })).status).toBe(200);

  const stopped = first.stop();
  await expect.poll(() => knock(ports.http), { timeout: 10_000 }).toBe('ECONNREFUSED');
  await expect.poll(() => isAskedToGo).toBe(true);
  for (const { finish } of halves) finish();
  expect(await Promise.all(halves.map(({ answered }) => answered))).toEqual(Array.from({ length: 20 }, () => 200));
  expect(await stopped).toBe(0);

  const second = await startServer(data, ports);
  onTestFinished(() => second.kill());
  const self = async (): Promise<number | undefined> => ((await (await fetch(`http://127.0.0.1:${ports.console}/api/v1/self`)).json()) as Record<string, number>).store_spans;
  await expect.poll(self, { timeout: 20_000, interval: 300 }).toBe(21 * 3);
});

test('a request that never ends holds the server up for as long as drain-ms and no longer', async () => {
  const on = await openReceivers();
  const half = half1(on.httpPort, bodyOf(1));
  const lost = half.answered.catch((error: NodeJS.ErrnoException) => error.code);
  await half.sent;
  await expect.poll(() => on.intake.budget.usedBytes()).toBe(20);
  await on.intake.stop(100);
  expect(await lost).toBe('ECONNRESET');
  await expect.poll(() => on.intake.doorCounts.connectionsOpen).toBe(0);
});

test('on a connection that is still open, what comes after the stop is told to come back, and the connection ends', async () => {
  const on = await openReceivers();
  const half = half1(on.httpPort, bodyOf(1));
  await half.sent;
  await expect.poll(() => on.intake.budget.usedBytes()).toBe(20);
  const stopped = on.intake.stop(5_000);
  const late = await post(on.httpPort, '/v1/traces', { headers, body: bodyOf(2) });
  expect([late.status, late.headers['retry-after'], late.headers.connection]).toEqual([503, '1', 'close']);
  half.finish();
  expect(await half.answered).toBe(200);
  await stopped;
  expect(on.intake.doorCounts.connectionsOpen).toBe(0);
});

import { connect as connectSecure } from 'node:tls';
import { doors, Skip } from '../case.ts';
import type { Case } from '../case.ts';
import { frame } from '../client/grpc-frame.ts';
import { openH2 } from '../client/h2.ts';
import { openRaw } from '../client/raw.ts';
import type { RawConnection } from '../client/raw.ts';
import { own } from '../define.ts';
import { exportPath } from '../oracle.ts';
import { shortMsMax } from '../target.ts';
import { pathOf } from '../trial.ts';
import type { Trial } from '../trial.ts';
import { taken } from '../want.ts';

const tracesProtobuf = doors(['traces'], ['protobuf']);
const tracesGrpc = doors(['traces'], ['grpc']);
const dripMs = 200;
const stalledMax = 50;

/** A bare connection to the HTTP address. Skips on TLS, where the same is hidden inside. */
export function rawHttp(t: Trial): Promise<RawConnection> {
  const url = new URL(t.target.http ?? '');
  if (url.protocol === 'https:') throw new Skip('bare bytes are sent to plain HTTP only');
  return openRaw(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port === '' ? 80 : url.port));
}

export const headOf = (t: Trial, more: readonly string[], method = 'POST'): string => {
  const { host, pathname } = new URL(t.target.http ?? '');
  const credentials = Object.entries(t.target.headers).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${pathname.replace(/\/$/, '')}${pathOf(t.target, 'traces')} HTTP/1.1`, `Host: ${host}`, ...credentials, ...more, '', ''].join('\r\n');
};

/** Waits as long as the receiver says that it bears with it, and somewhat more for its clock to come round. */
async function isCutOff(t: Trial, connection: RawConnection): Promise<boolean> {
  const { patienceMs, isSlow } = t.target;
  if (patienceMs > shortMsMax && !isSlow) throw new Skip(`takes ${patienceMs} ms: give --slow, or --patience if the receiver bears with less`);
  return connection.closedWithin(patienceMs * 2 + 5_000);
}

export const slowClientCases: readonly Case[] = [
  own(16, 'POLICY', 'headers that drip', tracesProtobuf, 'the connection is closed', async (t) => {
    const connection = await rawHttp(t);
    const head = headOf(t, ['Content-Type: application/x-protobuf', 'X-Slow: '.padEnd(2_000, 'x')]);
    let at = 0;
    const timer = setInterval(() => connection.socket.write(head.slice(at, ++at)), dripMs);
    try {
      t.demand(await isCutOff(t, connection), `still open after ${t.target.patienceMs * 2 + 5_000} ms`);
    } finally {
      clearInterval(timer);
      connection.destroy();
    }
  }),
  own(16, 'POLICY', 'a body that stops half way', tracesProtobuf, 'the connection is closed', async (t) => {
    const connection = await rawHttp(t);
    connection.socket.write(`${headOf(t, ['Content-Type: application/x-protobuf', 'Content-Length: 1000'])}half`);
    try {
      t.demand(await isCutOff(t, connection), `still open after ${t.target.patienceMs * 2 + 5_000} ms`);
    } finally {
      connection.destroy();
    }
  }),
  own(16, 'POLICY', 'a gRPC message that stops half way', tracesGrpc, 'the call or the connection is ended', async (t) => {
    const { patienceMs, isSlow } = t.target;
    if (patienceMs > shortMsMax && !isSlow) throw new Skip(`takes ${patienceMs} ms: give --slow, or --patience if the receiver bears with less`);
    const answer = await t.send(Buffer.alloc(0), { framed: frame(Buffer.alloc(10), false, 1_000), keepOpen: true, timeoutMs: patienceMs * 2 + 5_000 });
    t.demand(answer.failure === null || !answer.failure.includes('within'), `the call was left open for ${patienceMs * 2 + 5_000} ms`);
  }),
  own(16, 'POLICY', `${stalledMax} stalled clients do not delay another`, tracesProtobuf, 'the request of another client is taken at once', async (t) => {
    const stalled = await Promise.all(Array.from({ length: stalledMax }, () => rawHttp(t)));
    for (const each of stalled) each.socket.write(`${headOf(t, ['Content-Type: application/x-protobuf', 'Content-Length: 100000'])}half`);
    try {
      t.expect(await t.send(t.good()), taken);
    } finally {
      for (const each of stalled) each.destroy();
    }
  }),
  own(16, 'POLICY', 'a client that goes away half way', tracesProtobuf, 'the next request is taken', async (t) => {
    for (let i = 0; i < 20; i++) {
      const connection = await rawHttp(t);
      connection.socket.write(`${headOf(t, ['Content-Type: application/x-protobuf', 'Content-Length: 1000'])}half`);
      if (i % 2 === 0) connection.socket.resetAndDestroy();
      else connection.socket.end();
    }
    t.expect(await t.send(t.good()), taken);
  }),
  own(13, 'POLICY', 'Expect: 100-continue', tracesProtobuf, '100 Continue before the body, then 200', async (t) => {
    const connection = await rawHttp(t);
    connection.socket.write(headOf(t, ['Content-Type: application/x-protobuf', 'Content-Length: 0', 'Expect: 100-continue', 'Connection: close']));
    const isAnswered = await connection.receives(/^HTTP\/1\.1 (100|200)/, t.target.timeoutMs);
    connection.destroy();
    t.demand(isAnswered, `got ${connection.received().slice(0, 80) || 'nothing'}`);
  }),
  own(13, 'POLICY', 'Expect: 100-continue with a length far too large', tracesProtobuf, '413 at once, and no invitation to send', async (t) => {
    const connection = await rawHttp(t);
    connection.socket.write(headOf(t, ['Content-Type: application/x-protobuf', `Content-Length: ${2 ** 40}`, 'Expect: 100-continue', 'Connection: close']));
    await connection.receives(/^HTTP\/1\.1 \d+/, t.target.timeoutMs);
    connection.destroy();
    t.demand(connection.received().startsWith('HTTP/1.1 413'), `got ${connection.received().split('\r\n')[0] || 'nothing'}`);
  }),
  own(90, 'POLICY', 'bytes that are no HTTP', tracesProtobuf, '400 or a closed connection, and the next request is taken', async (t) => {
    for (const bytes of ['\u0000\u0001\u0002\u0003\r\n\r\n', 'GET\r\n\r\n', 'POST /v1/traces HTTP/9.9\r\n\r\n', 'POST /v1/traces HTTP/1.1\r\nContent-Length: -5\r\nHost: x\r\n\r\n', 'POST /v1/traces HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n']) {
      const connection = await rawHttp(t);
      connection.socket.write(Buffer.from(bytes, 'latin1'));
      const isOver = await connection.receives(/^HTTP\/1\.\d 4\d\d/, 5_000) || await connection.closedWithin(100);
      connection.destroy();
      t.demand(isOver, `${JSON.stringify(bytes)}: ${connection.received().split('\r\n')[0] || 'no answer, and left open'}`);
    }
    t.expect(await t.send(t.good()), taken);
  }),
  own(90, 'POLICY', 'two lengths that disagree', tracesProtobuf, 'refused (RFC 9112 §6.3): 400', async (t) => {
    const connection = await rawHttp(t);
    connection.socket.write(headOf(t, ['Content-Type: application/x-protobuf', 'Content-Length: 0', 'Content-Length: 5']));
    await connection.receives(/^HTTP\/1\.1 \d+/, 5_000);
    connection.destroy();
    t.demand(connection.received().startsWith('HTTP/1.1 400'), `got ${connection.received().split('\r\n')[0] || 'nothing'}`);
  }),
  own(90, 'POLICY', 'a length and chunks at once', tracesProtobuf, 'refused, or the chunks are what counts and the connection is closed (RFC 9112 §6.1)', async (t) => {
    const connection = await rawHttp(t);
    connection.socket.write(`${headOf(t, ['Content-Type: application/x-protobuf', 'Content-Length: 5', 'Transfer-Encoding: chunked'])}0\r\n\r\n`);
    await connection.receives(/^HTTP\/1\.1 \d+/, 5_000);
    const got = connection.received();
    const isClosed = await connection.closedWithin(3_000);
    connection.destroy();
    t.demand(got.startsWith('HTTP/1.1 400') || (got.startsWith('HTTP/1.1 200') && (isClosed || /connection: close/i.test(got))), `got ${got.split('\r\n')[0] || 'nothing'}${isClosed ? '' : ', and the connection stays open'}`);
  }),
  own(90, 'POLICY', 'HTTP/2 frames that are none', tracesGrpc, 'the connection is closed, and the next call is taken', async (t) => {
    const url = new URL(t.target.grpc ?? '');
    if (url.protocol === 'https:') throw new Skip('bare bytes are sent to plain HTTP/2 only');
    const connection = await openRaw(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port));
    connection.socket.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.alloc(9), Buffer.from([0, 0, 200, 77, 255, 255, 255, 255, 255]), Buffer.alloc(300, 255)]));
    await connection.closedWithin(3_000);
    connection.destroy();
    t.expect(await t.send(t.good()), taken);
  }),
  own(55, 'POLICY', 'a call that is cancelled half way', tracesGrpc, 'the next call on the channel is taken', async (t) => {
    const session = openH2(t.target.grpc ?? '', t.target.security);
    for (let i = 0; i < 20; i++) {
      const stream = session.request({ ':method': 'POST', ':path': exportPath('traces'), 'content-type': 'application/grpc', te: 'trailers', ...t.target.headers });
      stream.on('error', () => undefined);
      stream.write(frame(Buffer.alloc(10), false, 1_000));
      await new Promise((resolve) => setTimeout(resolve, 5));
      stream.close(8);
    }
    const answer = await t.send(t.good(), { session });
    session.destroy();
    t.expect(answer, taken);
  }),
];

const tlsVersion = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3', isTaken: boolean): Case => own(56, 'POLICY', `${version} is ${isTaken ? 'taken' : 'refused'}`, tracesProtobuf, isTaken ? 'the handshake succeeds' : 'the handshake fails', async (t) => {
  const url = new URL(t.target.http ?? '');
  const isMade = await new Promise<boolean>((resolve) => {
    const socket = connectSecure({ host: url.hostname, port: Number(url.port), ...t.target.security, minVersion: version, maxVersion: version, ciphers: isTaken ? undefined : 'DEFAULT@SECLEVEL=0' }, () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
  t.demand(isMade === isTaken, isMade ? 'the handshake succeeded' : 'the handshake failed');
}, { needs: ['tls'] });

export const tlsCases: readonly Case[] = [
  tlsVersion('TLSv1.1', false), tlsVersion('TLSv1.2', true), tlsVersion('TLSv1.3', true),
  own(56, 'POLICY', 'a client without its certificate', tracesProtobuf, 'refused in the handshake', async (t) => {
    const url = new URL(t.target.http ?? '');
    const got = await new Promise<string>((resolve) => {
      const socket = connectSecure({ host: url.hostname, port: Number(url.port), ca: t.target.security.ca });
      socket.on('secureConnect', () => socket.write(headOf(t, ['Content-Length: 0', 'Content-Type: application/x-protobuf', 'Connection: close'])));
      socket.on('data', (piece: Buffer) => resolve(piece.toString().split('\r\n')[0])).on('error', () => resolve('')).on('close', () => resolve(''));
    });
    t.demand(got === '', `got ${got}`);
  }, { needs: ['tls', 'client-certificate'] }),
];

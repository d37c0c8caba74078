import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session, IncomingHttpHeaders, SecureClientSessionOptions } from 'node:http2';
import { Agent, request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { Client, credentials } from '@grpc/grpc-js';
import type { ChannelCredentials, ServiceError } from '@grpc/grpc-js';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { countOf, encode, messageOf, openReceivers, post, typeOf } from '../intake/fixture/receivers.ts';
import type { Receivers } from '../intake/fixture/receivers.ts';
import { openCertificates } from './certificates.ts';
import type { Certificates } from './certificates.ts';
import { makeAuthority } from './fixture/authority.ts';
import type { Authority, Pair } from './fixture/authority.ts';

const exportPath = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const bodyOf = (seed = 1): Buffer => encode('traces', 'protobuf', messageOf('traces', { seed }));
const headers = { 'content-type': typeOf.protobuf };

let folder: string;
let ours: Authority;
let others: Authority;
let server: Pair;
let client: Pair;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-door-'));
  [ours, others] = await Promise.all([makeAuthority(folder, 'ours'), makeAuthority(folder, 'others')]);
  [server, client] = [await ours.issue('server'), await ours.issue('checkout')];
  return () => rm(folder, { recursive: true, force: true });
});

function grpcCall(port: number, given: ChannelCredentials, body: Buffer): Promise<Buffer> {
  const caller = new Client(`127.0.0.1:${port}`, given, { 'grpc.enable_retries': 0 });
  onTestFinished(() => caller.close());
  return new Promise((resolve, reject) => {
    caller.makeUnaryRequest(exportPath, (value: Buffer) => value, (bytes: Buffer) => bytes, body, { deadline: Date.now() + 10_000 } as never, (error: ServiceError | null, value?: Buffer) => (error === null ? resolve(value ?? Buffer.alloc(0)) : reject(error)));
  });
}

/** A POST over HTTP/2; h2c where no TLS options are given. */
async function post2(port: number, body: Buffer, more: IncomingHttpHeaders = {}, tls?: SecureClientSessionOptions, given?: ClientHttp2Session): Promise<{ readonly status: number; readonly type: string }> {
  const session = given ?? connectHttp2(`${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, tls);
  onTestFinished(() => { session.destroy(); });
  return new Promise((resolve, reject) => {
    session.once('error', reject);
    const stream = session.request({ ':method': 'POST', ':path': '/v1/traces', ...headers, ...more });
    stream.on('response', (answer) => resolve({ status: Number(answer[':status']), type: String(answer['content-type']) }));
    stream.on('error', reject);
    stream.resume();
    stream.end(body);
  });
}

describe('one port for everything, in clear', () => {
  test('gRPC, HTTP/1.1 and HTTP/2 with prior knowledge all arrive, on each of the two ports', async () => {
    const on = await openReceivers();
    let seed = 0;
    for (const port of [on.grpcPort, on.httpPort]) {
      await grpcCall(port, credentials.createInsecure(), bodyOf(++seed));
      expect((await post(port, '/v1/traces', { headers, body: bodyOf(++seed) })).status).toBe(200);
      expect(await post2(port, bodyOf(++seed))).toEqual({ status: 200, type: typeOf.protobuf });
      expect(await post2(port, encode('traces', 'json', messageOf('traces', { seed: ++seed })), { 'content-type': typeOf.json })).toEqual({ status: 200, type: typeOf.json });
    }
    expect(countOf(on)).toBe(3 * seed);
    expect(on.bugs).toEqual([]);
  });

  test('errors over HTTP/2 are a Status in the type of the request', async () => {
    const on = await openReceivers({ requestBytesMax: 20_000 });
    expect(await post2(on.httpPort, Buffer.from([0xff]))).toEqual({ status: 400, type: typeOf.protobuf });
    expect(await post2(on.httpPort, Buffer.from('{'), { 'content-type': typeOf.json })).toEqual({ status: 400, type: typeOf.json });
    expect(await post2(on.httpPort, Buffer.alloc(2_000_000))).toEqual({ status: 413, type: typeOf.protobuf });
    expect(await post2(on.httpPort, bodyOf(), { ':path': '/nothing' })).toMatchObject({ status: 404 });
    await expect.poll(() => on.intake.budget.usedBytes()).toBe(0);
  });

  test('64 streams on one connection and 1,000 requests one after the other on another are all kept', async () => {
    const on = await openReceivers();
    const session = connectHttp2(`http://127.0.0.1:${on.httpPort}`).setMaxListeners(100);
    const answers = await Promise.all(Array.from({ length: 64 }, (_, index) => post2(on.httpPort, bodyOf(index + 1), {}, undefined, session)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const ports = new Set<number>();
    for (let index = 0; index < 1_000; index++) ports.add(await keptAlive(on.httpPort, bodyOf(100 + index)));
    expect(ports.size).toBe(1);
    expect(countOf(on)).toBe(3 * 1_064);
  });

  test('a first byte that tells nothing yet is waited for, and the rest is not lost', async () => {
    const on = await openReceivers();
    const seen = await new Promise<string>((resolve) => {
      const socket = connect(on.grpcPort, '127.0.0.1', () => {
        socket.write('P');
        setTimeout(() => socket.write('OST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{'), 30);
        setTimeout(() => socket.write('}'), 60);
      });
      socket.once('data', (chunk) => { resolve(chunk.toString()); socket.destroy(); });
    });
    expect(seen).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('who says nothing at all is cut off, and counted', async () => {
    const on = await openReceivers({ headersTimeoutMs: 50 });
    await new Promise<void>((resolve) => { connect(on.httpPort, '127.0.0.1').on('close', () => resolve()).resume(); });
    expect(on.intake.counters.lastRefused()[0]).toMatchObject({ reason: 'slow_client' });
    await expect.poll(() => on.intake.doorCounts.connectionsOpen).toBe(0);
  });

  test('connections beyond the limit are closed and counted', async () => {
    const on = await openReceivers({ connectionsMax: 2 });
    const sockets = [1, 2, 3, 4].map(() => connect(on.httpPort, '127.0.0.1'));
    onTestFinished(() => { for (const socket of sockets) socket.destroy(); });
    for (const socket of sockets) socket.on('error', () => undefined);
    await expect.poll(() => on.intake.doorCounts.connectionsRefused).toBe(2);
    expect(on.intake.doorCounts.connectionsOpen).toBe(2);
  });

  test('TLS on a port that has none is closed, and the last refusals say what to do', async () => {
    const on = await openReceivers();
    await expect(handshake({ port: on.httpPort })).rejects.toThrow();
    expect(on.intake.counters.lastRefused()[0]).toMatchObject({ reason: 'tls_on_plain' });
  });
});

/** A request on the connection of the one before; resolves with its local port. */
function keptAlive(port: number, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', headers: { ...headers, 'content-length': body.length } }, (response) => {
      const { localPort = 0 } = response.socket;
      response.resume().on('end', () => (response.statusCode === 200 && localPort > 0 ? resolve(localPort) : reject(new Error(`status ${response.statusCode} on port ${localPort}`))));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

interface Secure { readonly on: Receivers; readonly port: number; readonly certificates: Certificates; readonly problems: (string | null)[] }

async function openSecure(files: Pair, clientCa: string | null = null, changes: Parameters<typeof openReceivers>[0] = {}): Promise<Secure> {
  const problems: (string | null)[] = [];
  const certificates = openCertificates({ files: { ...files, clientCa }, nowMs: () => Date.now(), onProblem: (what) => problems.push(what) });
  const on = await openReceivers(changes);
  const door = on.intake.makeDoor(certificates);
  await new Promise<void>((resolve) => { door.listen(0, '127.0.0.1', resolve); });
  onTestFinished(() => { door.close(); certificates.close(); });
  return { on, port: (door.address() as { port: number }).port, certificates, problems };
}

/** Resolves with the protocol that was agreed on and the name of the server's certificate. */
function handshake(options: ConnectionOptions): Promise<{ readonly version: string | null; readonly alpn: string | false | null; readonly name: string }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', ...options }, () => {
      resolve({ version: socket.getProtocol(), alpn: socket.alpnProtocol, name: String(socket.getPeerCertificate().subject.CN) });
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

async function postTls(port: number, body: Buffer, tls: object, version?: 'TLSv1.2'): Promise<number> {
  const agent = new Agent({ maxCachedSessions: 0 });
  return new Promise((resolve, reject) => {
    const asked = httpsRequest({ host: '127.0.0.1', port, path: '/v1/traces', method: 'POST', agent, headers: { ...headers, 'content-length': body.length }, ...tls, ...(version === undefined ? {} : { maxVersion: version }) }, (response) => {
      response.resume().on('end', () => { resolve(response.statusCode ?? 0); agent.destroy(); });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

describe('TLS', () => {
  test('gRPC, HTTP/1.1 and HTTP/2 by ALPN, with 1.2 and 1.3, all on one port', async () => {
    const { on, port } = await openSecure(server);
    const ca = await readFile(ours.cert);
    await grpcCall(port, credentials.createSsl(ca), bodyOf(1));
    expect(await postTls(port, bodyOf(2), { ca })).toBe(200);
    expect(await postTls(port, bodyOf(3), { ca }, 'TLSv1.2')).toBe(200);
    expect((await post2(port, bodyOf(4), {}, { ca })).status).toBe(200);
    expect(await handshake({ port, ca, ALPNProtocols: ['h2', 'http/1.1'] })).toMatchObject({ version: 'TLSv1.3', alpn: 'h2' });
    expect(countOf(on)).toBe(12);
    expect(on.bugs).toEqual([]);
  });

  test('1.1 is refused and counted', async () => {
    const { on, port } = await openSecure(server);
    await expect(handshake({ port, ca: await readFile(ours.cert), minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
    await expect.poll(() => on.intake.counters.lastRefused()[0]?.reason).toBe('tls_failed');
  });

  test('a handshake that stalls is cut off and counted', async () => {
    const { on, port } = await openSecure(server, null, { headersTimeoutMs: 100 });
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from([0x16, 3, 1, 0, 200])));
    await new Promise((resolve) => { socket.on('error', () => undefined).on('close', resolve).resume(); });
    expect(on.intake.counters.lastRefused()[0]).toMatchObject({ reason: 'tls_failed' });
    await expect.poll(() => on.intake.doorCounts.connectionsOpen).toBe(0);
  });

  test('plain HTTP is told that the port speaks TLS', async () => {
    const { on, port } = await openSecure(server);
    const answer = await post(port, '/v1/traces', { headers, body: bodyOf() });
    expect([answer.status, (JSON.parse(answer.body.toString()) as { message: string }).message]).toEqual([400, expect.stringContaining('https://')]);
    expect(countOf(on)).toBe(0);
  });
});

describe('client certificates', () => {
  test('one of ours is let in by every way, and names the source', async () => {
    const { on, port } = await openSecure(server, ours.cert);
    const [ca, cert, key] = await Promise.all([ours.cert, client.cert, client.key].map((file) => readFile(file)));
    await grpcCall(port, credentials.createSsl(ca, key, cert), bodyOf(1));
    expect(await postTls(port, bodyOf(2), { ca, cert, key })).toBe(200);
    expect((await post2(port, bodyOf(3), {}, { ca, cert, key })).status).toBe(200);
    expect(countOf(on)).toBe(9);
    expect(await postTls(port, Buffer.from([0xff]), { ca, cert, key })).toBe(400);
    expect(on.intake.counters.lastRefused()[0]).toMatchObject({ reason: 'malformed', source: 'checkout', via: 'http/protobuf' });
    await expect(grpcCall(port, credentials.createSsl(ca, key, cert), Buffer.from([0xff]))).rejects.toMatchObject({ code: 3 });
    expect(on.intake.counters.lastRefused()[0]).toMatchObject({ reason: 'malformed', source: 'checkout', via: 'grpc' });
  });

  test('one of ours without a name in it is let in, and the source is its address', async () => {
    const { on, port } = await openSecure(server, ours.cert);
    const nameless = await ours.issue('nameless', { isNameless: true });
    const [ca, cert, key] = await Promise.all([ours.cert, nameless.cert, nameless.key].map((file) => readFile(file)));
    await expect(grpcCall(port, credentials.createSsl(ca, key, cert), Buffer.from([0xff]))).rejects.toMatchObject({ code: 3 });
    expect(await postTls(port, Buffer.from([0xff]), { ca, cert, key })).toBe(400);
    expect(on.intake.counters.lastRefused().map(({ source }) => source)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  test('none, one of another authority, and one that has expired are refused before anything is parsed', async () => {
    const { on, port } = await openSecure(server, ours.cert);
    const ca = await readFile(ours.cert);
    const [stranger, late] = [await others.issue('stranger'), await ours.issue('late', { days: -1 })];
    for (const pair of [null, stranger, late]) {
      const own = pair === null ? {} : { cert: await readFile(pair.cert), key: await readFile(pair.key) };
      for (const version of [undefined, 'TLSv1.2'] as const) await expect(postTls(port, bodyOf(), { ca, ...own }, version)).rejects.toThrow();
    }
    await expect(grpcCall(port, credentials.createSsl(ca), bodyOf())).rejects.toMatchObject({ code: 14 });
    expect(countOf(on)).toBe(0);
    const refused = on.intake.counters.lastRefused();
    expect(refused.length).toBeGreaterThanOrEqual(7);
    expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['client_certificate']));
    expect(refused.map(({ detail }) => detail).join()).toContain('CERT_HAS_EXPIRED');
  });
});

describe('files that change', () => {
  test('new ones are used without a restart, open connections go on, and bad ones change nothing but health', async () => {
    const live = { cert: join(folder, 'live.pem'), key: join(folder, 'live.key') };
    const renewed = await ours.issue('renewed');
    const become = (pair: Pair): Promise<unknown> => Promise.all([cp(pair.cert, live.cert), cp(pair.key, live.key)]);
    await become(server);
    const { on, port, problems, certificates } = await openSecure(live);
    const ca = await readFile(ours.cert);
    const before = connectHttp2(`https://127.0.0.1:${port}`, { ca });
    expect((await post2(port, bodyOf(1), {}, { ca }, before)).status).toBe(200);
    expect((await handshake({ port, ca })).name).toBe('server');

    await cp(renewed.cert, live.cert);
    await expect.poll(() => problems.at(-1), { timeout: 5_000 }).toMatch(/new TLS files are not used/);
    expect((await handshake({ port, ca })).name).toBe('server');

    await become(renewed);
    await expect.poll(async () => (await handshake({ port, ca })).name, { timeout: 5_000 }).toBe('renewed');
    expect(problems.at(-1)).toBeNull();
    expect(certificates.state().subject).toBe('CN=renewed');
    expect((await post2(port, bodyOf(2), {}, { ca }, before)).status).toBe(200);
    expect(countOf(on)).toBe(6);
  });

  test('an authority that is taken away shuts its clients out, also those that were here before', async () => {
    const clientCa = join(folder, 'clients.pem');
    await cp(ours.cert, clientCa);
    const { port } = await openSecure(server, clientCa);
    const [ca, cert, key] = await Promise.all([ours.cert, client.cert, client.key].map((file) => readFile(file)));
    const sessions: Buffer[] = [];
    await new Promise<void>((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.1', port, ca, cert, key, maxVersion: 'TLSv1.2' }, () => { socket.end(); });
      socket.on('session', (session) => sessions.push(session)).on('error', reject).on('close', () => resolve()).resume();
    });
    await cp(others.cert, clientCa);
    await expect.poll(async () => postTls(port, bodyOf(), { ca, cert, key }).catch(() => 'refused'), { timeout: 5_000 }).toBe('refused');
    for (const session of sessions) await expect(postTls(port, bodyOf(), { ca, cert, key, session }, 'TLSv1.2')).rejects.toThrow();
  });

  test('files that are no good at the start are a bad setting', async () => {
    const open = (files: object) => () => openCertificates({ files: { ...server, clientCa: null, ...files }, nowMs: () => Date.now(), onProblem: () => undefined });
    for (const files of [{ cert: join(folder, 'nowhere.pem') }, { key: client.key }, { cert: server.key }, { clientCa: server.key }, { clientCa: client.cert }]) expect(open(files)).toThrow(expect.objectContaining({ code: 'bad_setting' }));
  });

  test('a certificate that ends soon or has ended is told', async () => {
    const problems: (string | null)[] = [];
    for (const days of [3, -1]) openCertificates({ files: { ...await ours.issue(`short${days}`, { days }), clientCa: null }, nowMs: () => Date.now(), onProblem: (what) => problems.push(what) }).close();
    expect(problems).toEqual([expect.stringContaining('expires in 3 days'), expect.stringContaining('has expired')]);
  });
});

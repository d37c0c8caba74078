import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import type { AccessResponse } from '../api/access.ts';
import { freePorts, runClew, serveArgs, startServer } from '../fixture/child-server.ts';
import { makeAuthority } from './fixture/authority.ts';

const run = promisify(execFile);
/** What curl gets: status and body. */
async function curl(...args: readonly string[]): Promise<{ readonly status: number; readonly body: string }> {
  const { stdout } = await run('curl', ['-sS', '-w', '\n%{http_code}', ...args]).catch((error: { stdout: string; stderr: string }) => ({ stdout: `${error.stderr}\n0` }));
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}

test('a server with TLS, client certificates for OTLP, one port for gRPC and HTTP, and keys, as curl and the command see it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clew-tls-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const authority = await makeAuthority(folder, 'ours');
  const [pair, client] = [await authority.issue('server'), await authority.issue('checkout')];
  const data = join(folder, 'data');
  const { out: secret } = await runClew(['keys', 'add', 'checkout', '--data', data]);
  const { out: reader } = await runClew(['keys', 'add', 'reader', '--scope', 'api', '--data', data]);
  const ports = await freePorts();
  const server = await startServer(data, { ...ports, http: ports.grpc }, ['--tls-cert', pair.cert, '--tls-key', pair.key, '--tls-client-ca', authority.cert]);
  onTestFinished(() => server.kill());
  expect(server.printed).toContain(`OTLP/gRPC  127.0.0.1:${ports.grpc}\n  OTLP/HTTP  https://127.0.0.1:${ports.grpc}\n  Console    https://127.0.0.1:${ports.console}\n`);

  const [otlp, api] = [`https://127.0.0.1:${ports.grpc}/v1/logs`, `https://127.0.0.1:${ports.console}/api/v1`];
  const ours = ['--cacert', authority.cert];
  const mine = [...ours, '--cert', client.cert, '--key', client.key];
  const send = ['-H', 'content-type: application/json', '-d', '{"resourceLogs":[]}'];
  const key = ['-H', `x-api-key: ${secret.trim()}`];
  expect((await curl(...mine, ...key, ...send, otlp)).status).toBe(200);
  expect((await curl('--http2', ...mine, ...key, ...send, otlp)).status).toBe(200);
  expect((await curl(...mine, ...send, otlp)).status).toBe(401);
  // Refused while curl is still sending: the answer has to arrive all the same.
  await writeFile(join(folder, 'large'), Buffer.alloc(70_000_000));
  for (const version of ['--http1.1', '--http2']) expect((await curl(version, ...mine, ...key, '-H', 'content-type: application/json', '-H', 'expect:', '--data-binary', `@${join(folder, 'large')}`, otlp)).status).toBe(413);
  expect((await curl(...ours, ...key, ...send, otlp)).status).toBe(0);
  expect((await curl('--tls-max', '1.1', ...mine, ...key, ...send, otlp)).status).toBe(0);
  expect(await curl(`http://127.0.0.1:${ports.grpc}/v1/logs`)).toEqual({ status: 400, body: expect.stringContaining('https://') });
  // Beyond a mebibyte curl asks first whether it may go on.
  expect((await curl(...mine, ...key, '-H', 'content-type: application/json', '-H', 'expect: 100-continue', '-d', `{"resourceLogs":[],"x":"${'y'.repeat(100_000)}"}`, otlp)).status).toBe(200);

  expect((await curl(...ours, `${api}/access`)).status).toBe(401);
  expect((await curl(...ours, ...key, `${api}/access`)).status).toBe(403);
  const access = await curl(...ours, '-H', `authorization: Bearer ${reader.trim()}`, `${api}/access`);
  expect(access.status).toBe(200);
  const told = JSON.parse(access.body) as AccessResponse;
  expect(told).toMatchObject({ hasToken: false, needed: { ingest: true, api: true }, certificate: { subject: 'CN=server', issuer: 'CN=ours' } });
  expect(told.keys.map(({ name, scope, lastUsedMs }) => [name, scope, typeof lastUsedMs])).toEqual([['checkout', 'ingest', 'number'], ['reader', 'api', 'number']]);
  expect(told.doors.map(({ tls, clientCertificates }) => [tls, clientCertificates])).toEqual([[true, true], [true, true], [true, false]]);
  expect(access.body).not.toMatch(/sha256|clew_[0-9a-f]{8}_/);
  const signedIn = await curl(...ours, '-i', '-H', 'content-type: application/json', '-d', JSON.stringify({ token: reader.trim() }), `${api}/session`);
  const cookie = /set-cookie: (clew_session=[^;]+);[^\n]*; Secure/i.exec(signedIn.body)?.[1] ?? '';
  expect((await curl(...ours, '-b', cookie, `${api}/health`)).status).toBe(200);
  expect(await server.stop()).toBe(0);
  expect(server.errors()).toBe('clew: stopping\n');
});

test('an open host without TLS does not start with a key alone; where plaintext is allowed it does, and is warned about', async () => {
  const data = await mkdtemp(join(tmpdir(), 'clew-open-'));
  onTestFinished(() => rm(data, { recursive: true, force: true }));
  await runClew(['keys', 'add', 'checkout', '--data', data]);
  const refused = await runClew([...serveArgs(data, await freePorts()), '--http-host', '0.0.0.0']);
  expect(refused).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/^clew: A host that others can reach would take credentials in clear\. \(--http-host 0\.0\.0\.0\) Set tls-cert and tls-key.*allow-plaintext\.\n$/) });
  const server = await startServer(data, await freePorts(), ['--http-host', '0.0.0.0', '--allow-plaintext']);
  onTestFinished(() => server.kill());
  expect(server.errors()).toMatch(/^clew: --http-host 0\.0\.0\.0: others can reach this without TLS/);
});

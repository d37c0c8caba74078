import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { StoredLog } from '@clew/engine';
import { makeAuthority } from '../../../door/fixture/authority.ts';
import type { Pair } from '../../../door/fixture/authority.ts';
import { freePorts, runClew, serveArgs } from '../../../fixture/child-server.ts';
import { openTarget } from '../../../senders/fixture/target.ts';

/** Ends after what is on its standard input, which it sends; its own words are in `said`. */
function openssl(port: number, text: string, ...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${port}`, '-no_ign_eof', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { said += chunk.toString(); });
  child.stdin.on('error', () => undefined);
  // Sent once the handshake is over: before it openssl would take the end of input for the end of all.
  child.stdout.on('data', () => { if (/Verif(y|ication)/.test(said)) child.stdin.end(text); });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

const counted = (message: string): string => `${Buffer.byteLength(message)} ${message}`;
interface Refused { readonly reason: string; readonly via: string; readonly detail: string; readonly source: string }

let folder: string;
let pair: Pair;
let client: Pair;
let ca: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-syslog-tls-'));
  const authority = await makeAuthority(folder, 'ours');
  [pair, client, ca] = [await authority.issue('server'), await authority.issue('router-7'), authority.cert];
}, 30_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A server with syslog over TLS, and what it says of it. The OTLP ports have TLS as well then; the API is asked through a command that trusts our authority. */
async function open(...more: readonly string[]): Promise<{ readonly port: number; logs(text: string): Promise<readonly StoredLog[]>; refused(): Promise<readonly Refused[]> }> {
  const { grpc: port } = await freePorts();
  const target = await openTarget(['--tls-cert', pair.cert, '--tls-key', pair.key, '--syslog-tls-port', String(port), ...more]);
  onTestFinished(() => target.stop());
  const ask = (path: string): Promise<unknown> => new Promise((resolve, reject) => {
    const child = spawn('curl', ['-sS', '--cacert', ca, `https://127.0.0.1:${target.ports.console}/api/v1${path}`]);
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => { out += chunk.toString(); });
    child.on('close', () => { try { resolve(JSON.parse(out)); } catch (error) { reject(error); } });
  });
  return {
    port,
    logs: async (text) => ((await ask(`/logs?from=1700000000000&text=${encodeURIComponent(text)}`)) as { readonly logs: readonly StoredLog[] }).logs,
    refused: async () => ((await ask('/ingest')) as { readonly lastRefused: readonly Refused[] }).lastRefused,
  };
}
const soon = { timeout: 30_000, interval: 300 };

describe('syslog over TLS, sent by openssl', () => {
  test('messages by octet count, with newlines in them, field for field', async () => {
    const { port, logs } = await open();
    const messages = ['<165>1 2026-11-22T10:00:00.000003Z host evntslog 17 ID47 [x@32473 a="1"] first über TLS', '<11>1 - host app - - - second\nwith two lines over TLS'];
    const { said } = await openssl(port, messages.map(counted).join(''), '-CAfile', ca, '-verify_return_error');
    expect(said).toContain('Verification: OK');
    await expect.poll(async () => (await logs('over TLS')).length + (await logs('über TLS')).length, soon).toBe(2);
    expect((await logs('über TLS'))[0]).toMatchObject({ body: 'first über TLS', severity: 10, service: 'service:evntslog', timeNs: String(BigInt(Date.UTC(2026, 10, 22, 10)) * 1_000_000n + 3_000n), attributes: { 'syslog.facility': 'local4', 'syslog.procid': '17', 'syslog.msgid': 'ID47', 'syslog.x@32473.a': '1' } });
    expect((await logs('over TLS'))[0].body).toBe('second\nwith two lines over TLS');
  }, 90_000);

  test('what is not TLS, or too old a TLS, is refused and told; with the plain port closed', async () => {
    const { port, logs, refused } = await open();
    await new Promise<void>((resolve) => { connect(port, '127.0.0.1').on('close', () => resolve()).on('error', () => undefined).end('<13>1 - - a - - - in clear\n'); });
    await openssl(port, counted('<13>1 - - a - - - old'), '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0');
    await expect.poll(async () => (await refused()).map(({ reason, via }) => `${reason} ${via}`), soon).toEqual(['tls_failed syslog/tls', 'tls_failed syslog/tls']);
    expect([...await logs('in clear'), ...await logs('old')]).toEqual([]);
  }, 90_000);

  test('with tls-syslog-ca only clients of that authority are let in, and the source has the name in the certificate', async () => {
    const { port, logs, refused } = await open('--tls-syslog-ca', ca);
    await openssl(port, counted('<13>1 - - a - - - from nobody'), '-CAfile', ca);
    const other = await (await makeAuthority(folder, 'other')).issue('stranger');
    await openssl(port, counted('<13>1 - - a - - - from a stranger'), '-CAfile', ca, '-cert', other.cert, '-key', other.key);
    await openssl(port, counted('<13>1 - - a - - - from the router') + counted('<13>1 - - a - - - again from the router'), '-CAfile', ca, '-cert', client.cert, '-key', client.key);
    await expect.poll(async () => (await logs('from the router')).length, soon).toBe(2);
    expect([...await logs('from nobody'), ...await logs('from a stranger')]).toEqual([]);
    expect((await refused()).map(({ reason, via }) => `${reason} ${via}`)).toEqual(['client_certificate syslog/tls', 'client_certificate syslog/tls']);
  }, 90_000);
});

test('a TLS sender at the plain port is told, and nothing of its handshake is kept as a message', async () => {
  const { grpc: port } = await freePorts();
  const target = await openTarget(['--syslog-port', String(port)]);
  onTestFinished(() => target.stop());
  await openssl(port, 'x');
  await expect.poll(async () => (await target.refused() as readonly Refused[]).map(({ reason, via }) => `${reason} ${via}`), soon).toEqual(['tls_on_plain syslog/tcp']);
  expect((await target.accepted()).logs).toBe(0);
}, 90_000);

test.each([
  [['--syslog-tls-port', '6514'], /It needs tls-cert and tls-key.*syslog-tls-port = 6514/],
  [['--tls-syslog-ca', 'x.pem'], /It needs tls-cert and tls-key.*tls-syslog-ca = x\.pem/],
])('settings that do not go together keep it from starting: %s', async (args, words) => {
  const { code, err } = await runClew([...serveArgs(join(folder, 'data'), await freePorts()), ...args]);
  expect([code, err]).toEqual([2, expect.stringMatching(words)]);
});

test('on an address that others can reach, certificates stand for syslog-from, and without either it does not start', async () => {
  const start = async (...more: readonly string[]) => runClew([...serveArgs(join(folder, 'data'), await freePorts()), '--tls-cert', pair.cert, '--tls-key', pair.key, '--syslog-host', '0.0.0.0', '--syslog-tls-port', String((await freePorts()).grpc), ...more]);
  expect(await start()).toMatchObject({ code: 2, err: expect.stringContaining('name who may send with syslog-from') });
  expect(await start('--syslog-port', '5514', '--tls-syslog-ca', ca)).toMatchObject({ code: 2, err: expect.stringContaining('name who may send with syslog-from') });
  const open0 = await open('--syslog-host', '0.0.0.0', '--tls-syslog-ca', ca);
  await openssl(open0.port, counted('<13>1 - - a - - - wide and known'), '-CAfile', ca, '-cert', client.cert, '-key', client.key);
  await expect.poll(async () => (await open0.logs('wide and known')).length, soon).toBe(1);
}, 90_000);

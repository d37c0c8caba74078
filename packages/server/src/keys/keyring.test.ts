import { chmod, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { countOf, encode, messageOf, openReceivers, post, typeOf } from '../intake/fixture/receivers.ts';
import type { HttpAnswer, Receivers } from '../intake/fixture/receivers.ts';
import { addKey, limitKey, noQuota, revokeKey, rotateKey } from './key.ts';
import type { Quota, Scope } from './key.ts';
import { changeKeys, keyPath } from './key-file.ts';
import { openKeyring } from './keyring.ts';
import type { Keyring } from './keyring.ts';
import { makeUsages } from './usages.ts';

interface Opened { readonly folder: string; readonly on: Receivers; readonly keyring: Keyring; readonly problems: (string | null)[]; add(name: string, quota?: Partial<Quota>, scope?: Scope): string; passMs(ms: number): void; again(): Keyring }

/** Receivers behind a ring of keys in a folder; the ring's clock stands still unless it is moved. */
async function open({ token = null, first = [], asksCertificates = false }: { readonly token?: string | null; readonly first?: readonly string[]; readonly asksCertificates?: boolean } = {}): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-ring-'));
  const problems: (string | null)[] = [];
  let atMs = 1_700_000_000_000;
  const add = (name: string, quota: Partial<Quota> = {}, scope: Scope = 'ingest'): string => changeKeys(folder, (keys) => addKey(keys, { name, scope, quota: { ...noQuota, ...quota } }, atMs)).secret;
  for (const name of first) add(name);
  const again = (): Keyring => openKeyring({ folder, token, asksCertificates, usages: makeUsages(() => atMs), nowMs: () => atMs, onProblem: (what) => problems.push(what), report: () => undefined });
  const keyring = again();
  onTestFinished(async () => { keyring.close(); await rm(folder, { recursive: true, force: true }); });
  const on = await openReceivers({}, undefined, keyring.gate);
  return { folder, on, keyring, problems, add, again, passMs: (ms) => { atMs += ms; } };
}

let seed = 0;
const send = ({ on }: Opened, headers: Readonly<Record<string, string>> = {}, count = 3): Promise<HttpAnswer> => post(on.httpPort, '/v1/traces', { headers: { 'content-type': typeOf.protobuf, ...headers }, body: encode('traces', 'protobuf', messageOf('traces', { count, seed: ++seed })) });
const bearer = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });
/** The file is looked at once a second. */
const seen = { timeout: 4_000, interval: 100 };

describe('who is let in', () => {
  test('nobody needs a key until there is one; then it is asked for, in either header, without a restart', async () => {
    const opened = await open();
    expect((await send(opened)).status).toBe(200);
    expect((await send(opened, bearer('whatever'))).status).toBe(200);
    const secret = opened.add('checkout');
    await expect.poll(async () => (await send(opened)).status, seen).toBe(401);
    expect((await send(opened, bearer(secret))).status).toBe(200);
    expect((await send(opened, { 'x-api-key': secret })).status).toBe(200);
    for (const wrong of [bearer(`${secret.slice(0, -1)}~`), bearer(secret.replace(/_.{8}_/, '_00000000_')), { authorization: `Basic ${btoa(`checkout:${secret}`)}` }, bearer('')]) expect((await send(opened, wrong)).status).toBe(401);
    expect(opened.on.bugs).toEqual([]);
  });

  test('a wrong key is told before the type is looked at, and before the body is read', async () => {
    const opened = await open({ first: ['checkout'] });
    expect((await send(opened, { 'content-type': 'text/plain' })).status).toBe(401);
    expect((await send(opened, { 'content-encoding': 'gzip' })).status).toBe(401);
  });

  test('the source is named by its key', async () => {
    const opened = await open();
    const secret = opened.add('checkout');
    await expect.poll(async () => (await send(opened)).status, seen).toBe(401);
    await post(opened.on.httpPort, '/v1/traces', { headers: { 'content-type': typeOf.json, ...bearer(secret) }, body: Buffer.from('{') });
    expect(opened.on.intake.counters.lastRefused()[0]).toMatchObject({ source: 'checkout', reason: 'malformed' });
  });

  test('the token is good beside the keys', async () => {
    const opened = await open({ token: 'a-long-enough-token', first: ['checkout'] });
    expect((await send(opened)).status).toBe(401);
    expect((await send(opened, bearer('a-long-enough-token'))).status).toBe(200);
    expect((await send(opened, { 'x-api-key': 'a-long-enough-token' })).status).toBe(200);
  });

  test('where certificates are asked for, the port of the server\'s own child lets in nobody else', async () => {
    const opened = await open({ asksCertificates: true });
    expect((await send(opened)).status).toBe(401);
    expect((await send(opened, bearer(opened.keyring.own('demo')))).status).toBe(200);
  });

  test('a key for the API is 403 here, PERMISSION_DENIED over gRPC, and the other way round', async () => {
    const opened = await open({ first: ['other'] });
    const [reader, sender] = [opened.add('reader', {}, 'api'), opened.add('sender', {}, 'ingest')];
    await expect.poll(async () => (await send(opened, bearer(reader))).status, seen).toBe(403);
    expect((await call(opened, reader)).code).toBe(status.PERMISSION_DENIED);
    expect(() => opened.keyring.check(sender, 'api')).toThrow(expect.objectContaining({ code: 'forbidden' }));
    expect(() => opened.keyring.check(reader, 'api')).not.toThrow();
    expect(() => opened.keyring.check(undefined, 'api')).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  });
});

describe('keys that change', () => {
  test('after a rotation the old secret goes on for the overlap', async () => {
    const opened = await open();
    const old = opened.add('checkout');
    await expect.poll(async () => (await send(opened)).status, seen).toBe(401);
    const { secret } = changeKeys(opened.folder, (keys) => rotateKey(keys, 'checkout', 60_000, 1_700_000_000_000));
    await expect.poll(async () => (await send(opened, bearer(secret))).status, seen).toBe(200);
    expect((await send(opened, bearer(old))).status).toBe(200);
    opened.passMs(60_001);
    expect((await send(opened, bearer(old))).status).toBe(401);
    expect((await send(opened, bearer(secret))).status).toBe(200);
  });

  test('a revoked key is out, and the last one that is revoked does not open the door', async () => {
    const opened = await open();
    const secret = opened.add('checkout');
    await expect.poll(async () => (await send(opened)).status, seen).toBe(401);
    changeKeys(opened.folder, (keys) => ({ keys: revokeKey(keys, 'checkout', 1) }));
    await expect.poll(async () => (await send(opened, bearer(secret))).status, seen).toBe(401);
    expect((await send(opened)).status).toBe(401);
    expect(opened.again().isNeeded('ingest')).toBe(true);
  });

  test('a file that is gone or no good changes nothing but health', async () => {
    const opened = await open();
    const secret = opened.add('checkout');
    await expect.poll(async () => (await send(opened)).status, seen).toBe(401);
    await writeFile(keyPath(opened.folder), '{');
    await expect.poll(() => opened.problems.at(-1), seen).toMatch(/cannot be read again/);
    await unlink(keyPath(opened.folder));
    await expect.poll(() => opened.problems.at(-1), seen).toMatch(/is gone/);
    expect([(await send(opened, bearer(secret))).status, (await send(opened)).status]).toEqual([200, 401]);
  });

  test('a file that others may read is told', async () => {
    const opened = await open({ first: ['checkout'] });
    await chmod(keyPath(opened.folder), 0o644);
    await expect.poll(() => opened.problems.at(-1), seen).toMatch(/others than its owner/);
    await chmod(keyPath(opened.folder), 0o600);
    await expect.poll(() => opened.problems.at(-1), seen).toBeNull();
  });

  test('when a key was used last is known after a restart', async () => {
    const opened = await open();
    const secret = opened.add('checkout');
    await expect.poll(async () => (await send(opened)).status, seen).toBe(401);
    await send(opened, bearer(secret));
    opened.keyring.close();
    const after = opened.again();
    onTestFinished(() => after.close());
    expect(after.keys().map((key) => after.lastUsedMs(key))).toEqual([1_700_000_000_000]);
  });

  test('a session of the console ends with its key and with the process', async () => {
    const opened = await open({ first: ['other'] });
    const secret = opened.add('reader', {}, 'api');
    await expect.poll(() => { try { return opened.keyring.sessionOf(secret); } catch { return ''; } }, seen).not.toBe('');
    const value = opened.keyring.sessionOf(secret);
    expect([opened.keyring.sessionName(value), opened.keyring.sessionName(`${value.slice(0, -1)}~`), opened.keyring.sessionName(''), opened.again().sessionName(value)]).toEqual(['reader', null, null, null]);
    changeKeys(opened.folder, (keys) => ({ keys: revokeKey(keys, 'reader', 1) }));
    await expect.poll(() => opened.keyring.sessionName(value), seen).toBe(null);
  });
});

describe('quotas', () => {
  async function withQuota(quota: Partial<Quota>): Promise<{ readonly opened: Opened; readonly greedy: Record<string, string>; readonly modest: Record<string, string> }> {
    const opened = await open();
    const [greedy, modest] = [bearer(opened.add('greedy', quota)), bearer(opened.add('modest'))];
    await expect.poll(() => opened.keyring.isNeeded('ingest'), seen).toBe(true);
    return { opened, greedy, modest };
  }

  test('items: 429 with Retry-After once the burst is used up, for this key alone, until it is paid back', async () => {
    const { opened, greedy, modest } = await withQuota({ itemsPerSecond: 10 });
    expect((await send(opened, greedy, 150)).status).toBe(200);
    const answer = await send(opened, greedy, 1);
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '6']);
    expect((await send(opened, modest, 150)).status).toBe(200);
    opened.passMs(5_000);
    expect((await send(opened, greedy, 1)).status).toBe(429);
    opened.passMs(1_000);
    expect((await send(opened, greedy, 1)).status).toBe(200);
    expect(countOf(opened.on)).toBe(150 + 150 + 1);
    expect(opened.on.intake.counters.lastRefused()[0]).toMatchObject({ source: 'greedy', reason: 'quota_exceeded', status: 429 });
  });

  test('bytes: the body of a key in debt is not even read', async () => {
    const { opened, greedy } = await withQuota({ bytesPerSecond: 20 });
    expect((await send(opened, greedy, 10)).status).toBe(200);
    expect((await send(opened, greedy, 10)).status).toBe(429);
    expect(countOf(opened.on)).toBe(10);
  });

  test('over gRPC it is RESOURCE_EXHAUSTED with RetryInfo', async () => {
    const { opened, greedy } = await withQuota({ itemsPerSecond: 1 });
    await send(opened, greedy, 50);
    const error = await call(opened, greedy.authorization.slice(7));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect((error.metadata.get('grpc-status-details-bin')[0] as Buffer).toString('latin1')).toContain('google.rpc.RetryInfo');
  });

  test('a quota that is changed holds from then on', async () => {
    const { opened, greedy } = await withQuota({ itemsPerSecond: 1 });
    await send(opened, greedy, 50);
    expect((await send(opened, greedy, 1)).status).toBe(429);
    changeKeys(opened.folder, (keys) => ({ keys: limitKey(keys, 'greedy', { itemsPerSecond: null }) }));
    await expect.poll(async () => (await send(opened, greedy, 1)).status, seen).toBe(200);
  });
});

test('one source that fills the memory leaves room for others', async () => {
  const { on } = await open();
  const { budget } = on.intake;
  const bytesMax = 192 * 1024 * 1024;
  const tickets = Array.from({ length: 8 }, () => {
    const ticket = budget.open();
    ticket.belongTo('greedy');
    return ticket;
  });
  const taken = tickets.filter((ticket) => { try { ticket.take(bytesMax / 8); return true; } catch { return false; } });
  expect(taken).toHaveLength(6);
  const other = budget.open();
  other.belongTo('modest');
  expect(() => other.take(bytesMax / 8)).not.toThrow();
  for (const ticket of [...tickets, other]) ticket.release();
  expect(budget.usedBytes()).toBe(0);
});

/** A call that must fail, with its error. */
function call({ on }: Opened, secret: string): Promise<ServiceError> {
  const client = new Client(`127.0.0.1:${on.grpcPort}`, credentials.createInsecure(), { 'grpc.enable_retries': 0 });
  onTestFinished(() => client.close());
  const metadata = new Metadata();
  metadata.set('x-api-key', secret);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest('/opentelemetry.proto.collector.trace.v1.TraceService/Export', (value: Buffer) => value, (bytes: Buffer) => bytes, encode('traces', 'protobuf', messageOf('traces', { seed: ++seed })), metadata, (error: ServiceError | null) => (error === null ? reject(new Error('it was taken')) : resolve(error)));
  });
}

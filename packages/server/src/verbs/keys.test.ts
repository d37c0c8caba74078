import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../config/config.ts';
import { keys } from './keys.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-keys-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

async function clew(line: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  let out = '';
  await keys.run(line.split(' ').filter((word) => word !== ''), { out: (text) => { out += text; }, err: () => undefined, isInteractive: false, environment, folder });
  return out;
}

test('a key is made, shown without its secret, rotated, limited and revoked', async () => {
  const secret = (await clew('add checkout --items-per-second 100')).trim();
  expect(secret).toMatch(/^clew_[0-9a-f]{8}_[\w-]{43}$/);
  expect(await readFile(join(folder, '.clew', 'keys.json'), 'utf8')).not.toContain(secret);
  expect(await clew('list')).toMatch(/^NAME +SCOPE +MADE +LAST USED +SECRETS +QUOTA\ncheckout +ingest +\S+ \S+ +never +1 +items-per-second 100\n$/);

  const second = (await clew('rotate checkout --overlap 1h')).trim();
  expect(second).not.toBe(secret);
  expect(await clew('limit checkout --items-per-second none --series 5000')).toBe('checkout has its new quota.\n');
  const { keys: [shown] } = JSON.parse(await clew('list -o json')) as { keys: [{ secrets: { expiresMs: number | null }[]; quota: object }] };
  expect(shown.secrets.map(({ expiresMs }) => typeof expiresMs)).toEqual(['object', 'number']);
  expect(shown.quota).toMatchObject({ itemsPerSecond: null, series: 5_000 });
  expect(JSON.stringify(shown)).not.toMatch(/sha256|[\w-]{43}/);

  expect(await clew('revoke checkout')).toBe('checkout is revoked.\n');
  expect(await clew('')).toMatch(/checkout .* revoked /);
});

test('a program gets the secret in JSON', async () => {
  expect(JSON.parse(await clew('add reader --scope api -o json'))).toMatchObject({ key: { name: 'reader', scope: 'api' }, secret: expect.stringMatching(/^clew_/) });
});

test('no keys is said in words', async () => {
  expect(await clew('list')).toContain('clew keys add');
});

describe('what is refused', () => {
  test.each([
    ['turn checkout', 'bad_usage'], ['add', 'bad_usage'], ['list checkout', 'bad_usage'], ['add a --scope root', 'bad_usage'], ['add a --series 0', 'bad_usage'], ['add a --series many', 'bad_usage'],
    ['rotate checkout', 'unknown_key'], ['revoke checkout', 'unknown_key'], ['add ../etc', 'bad_key'],
  ])('%s', async (line, code) => {
    await expect(clew(line)).rejects.toMatchObject({ code });
  });
  test('a rotation with an overlap that is none', async () => {
    await clew('add checkout');
    await expect(clew('rotate checkout --overlap soon')).rejects.toMatchObject({ code: 'bad_usage' });
  });
});

describe('an open host', () => {
  const read = (flags: Record<string, string>) => () => readConfig({ flags, environment: {}, folder });
  test('needs a key of the right scope, and a revoked one is none', async () => {
    const hosts = { 'http-host': '0.0.0.0', 'console-host': '0.0.0.0', 'tls-cert': 'a.pem', 'tls-key': 'a.key' };
    expect(read(hosts)).toThrow(expect.objectContaining({ code: 'token_required', value: '--http-host 0.0.0.0' }));
    // Also while the settings name open hosts, or else no first key could be made.
    await clew('add checkout', { CLEW_HTTP_HOST: '0.0.0.0' });
    expect(read(hosts)).toThrow(expect.objectContaining({ code: 'token_required', value: '--console-host 0.0.0.0' }));
    await clew('add reader --scope api');
    expect(read(hosts)).not.toThrow();
    await clew('revoke checkout');
    expect(read(hosts)).toThrow(expect.objectContaining({ code: 'token_required' }));
  });
  test('of OTLP may ask for client certificates instead', () => {
    const tls = { 'tls-cert': 'a.pem', 'tls-key': 'a.key' };
    expect(read({ 'http-host': '0.0.0.0', ...tls })).toThrow(expect.objectContaining({ code: 'token_required' }));
    expect(read({ 'http-host': '0.0.0.0', ...tls, 'tls-client-ca': 'ca.pem' })).not.toThrow();
  });
});

describe('settings that do not go together', () => {
  test.each([
    [{ 'tls-cert': 'a.pem' }, 'tls-cert'], [{ 'tls-key': 'a.key' }, 'tls-key'], [{ 'tls-client-ca': 'ca.pem' }, 'tls-client-ca'],
    [{ 'traces-path': 'v1/traces' }, 'traces-path'], [{ 'traces-path': '/v1/logs' }, 'traces-path'], [{ 'logs-path': '/v1/logs?x' }, 'logs-path'],
    [{ 'cors-origins': 'shop.example' }, 'cors-origins'], [{ 'cors-origins': 'https://shop.example/' }, 'cors-origins'], [{ 'cors-origins': 'https://a.*.example' }, 'cors-origins'],
    [{ 'cors-origins': '*', 'cors-credentials': true }, 'cors-credentials'],
  ])('%j', (flags, name) => {
    expect(() => readConfig({ flags: flags as unknown as Record<string, string>, environment: {}, folder })).toThrow(expect.objectContaining({ code: 'bad_setting', value: expect.stringContaining(name) }));
  });
});

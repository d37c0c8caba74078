import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { burstSeconds, makeBucket } from './bucket.ts';
import { addKey, limitKey, noQuota, revokeKey, rotateKey, secretId } from './key.ts';
import { changeKeys, isOpenToOthers, keyPath, readKeys } from './key-file.ts';

const add = (name: string, nowMs = 1_000) => addKey([], { name, scope: 'ingest', quota: noQuota }, nowMs);

describe('changes', () => {
  test('a secret has 256 random bits, is told once, and is kept as a hash', () => {
    const { keys, secret } = add('checkout');
    expect(secret).toMatch(/^clew_[0-9a-f]{8}_[\w-]{43}$/);
    expect(JSON.stringify(keys)).not.toContain(secret.slice(14));
    expect(secretId(secret)).toBe(keys[0].secrets[0].id);
    expect(add('checkout').secret).not.toBe(secret);
  });
  test('after a rotation both secrets are good until the overlap is over; a shorter overlap counts', () => {
    const once = rotateKey(add('checkout').keys, 'checkout', 60_000, 2_000);
    expect(once.keys[0].secrets.map(({ expiresMs }) => expiresMs)).toEqual([null, 62_000]);
    const twice = rotateKey(once.keys, 'checkout', 10_000, 3_000);
    expect(twice.keys[0].secrets.map(({ expiresMs }) => expiresMs)).toEqual([null, 13_000, 13_000]);
    expect(rotateKey(twice.keys, 'checkout', 0, 20_000).keys[0].secrets.map(({ expiresMs }) => expiresMs)).toEqual([null, 20_000]);
  });
  test('many rotations leave four secrets', () => {
    let { keys } = add('checkout');
    for (let index = 0; index < 10; index++) ({ keys } = rotateKey(keys, 'checkout', 60_000, 2_000 + index));
    expect(keys[0].secrets).toHaveLength(4);
  });
  test('what cannot be is refused', () => {
    const { keys } = add('checkout');
    for (const name of ['', 'a b', '../x', '-x', 'x'.repeat(61)]) expect(() => addKey(keys, { name, scope: 'api', quota: noQuota }, 1)).toThrow(expect.objectContaining({ code: 'bad_key' }));
    expect(() => addKey(revokeKey(keys, 'checkout', 2), { name: 'checkout', scope: 'api', quota: noQuota }, 3)).toThrow(expect.objectContaining({ code: 'bad_key' }));
    expect(() => rotateKey(keys, 'cart', 0, 1)).toThrow(expect.objectContaining({ code: 'unknown_key' }));
    expect(() => limitKey(revokeKey(keys, 'checkout', 2), 'checkout', {})).toThrow(expect.objectContaining({ code: 'bad_key' }));
  });
});

describe('the file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'clew-keys-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
  });
  const write = () => changeKeys(folder, (keys) => addKey(keys, { name: `key${keys.length}`, scope: 'all', quota: noQuota }, 5));

  test('is for its owner alone, and holds no secret', async () => {
    const { secret } = write();
    expect((await stat(keyPath(folder))).mode & 0o777).toBe(0o600);
    expect(await readFile(keyPath(folder), 'utf8')).not.toContain(secret);
    expect(isOpenToOthers(folder)).toBe(false);
    await chmod(keyPath(folder), 0o644);
    expect(isOpenToOthers(folder)).toBe(true);
  });
  test('is read as it was written, and none is no keys', () => {
    expect(readKeys(folder)).toEqual([]);
    expect(write().keys).toEqual(readKeys(folder));
    expect(write().keys.map(({ name }) => name)).toEqual(['key0', 'key1']);
  });
  test.each(['', '{', '[]', '{"version":2,"keys":[]}', '{"version":1,"keys":[{"name":"x"}]}'])('with %j is refused, not taken for empty', async (text) => {
    await writeFile(keyPath(folder), text);
    expect(() => readKeys(folder)).toThrow(expect.objectContaining({ code: 'bad_key_file' }));
    expect(write).toThrow(expect.objectContaining({ code: 'bad_key_file' }));
    expect(await readFile(keyPath(folder), 'utf8')).toBe(text);
  });
  test('is not changed by two commands at once', async () => {
    await mkdir(`${keyPath(folder)}.lock`);
    expect(write).toThrow(expect.objectContaining({ code: 'bad_key_file' }));
  });
});

describe('a bucket', () => {
  test('lets the burst through, then the rate', () => {
    const bucket = makeBucket(100, 0);
    bucket.take(100 * burstSeconds, 0);
    expect(bucket.waitMs(0)).toBe(10);
    expect(bucket.waitMs(10)).toBe(0);
  });
  test('lets one request beyond the burst through, and then waits until it is paid for', () => {
    const bucket = makeBucket(100, 0);
    bucket.take(5_000, 0);
    expect(bucket.waitMs(39_999)).toBeGreaterThan(0);
    expect(bucket.waitMs(40_100)).toBe(0);
  });
  test('takes no time back', () => {
    const bucket = makeBucket(10, 1_000);
    bucket.take(101, 1_000);
    expect(bucket.waitMs(500)).toBe(bucket.waitMs(1_000));
  });
});

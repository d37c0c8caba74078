import { describe, expect, test } from 'vitest';
import { digestOf, makeDedup } from './dedup.ts';

const done = Promise.resolve();

describe('makeDedup', () => {
  test('knows a body within the window and forgets it after', () => {
    const dedup = makeDedup({ windowMs: 100, requestsMax: 10 });
    dedup.remember('a', 0, done);
    expect(dedup.find('a', 99)).toBe(done);
    expect(dedup.find('a', 100)).toBeNull();
    expect(dedup.size()).toBe(0);
  });
  test('holds no more than its limit, oldest out first, and counts them', () => {
    const dedup = makeDedup({ windowMs: 1_000, requestsMax: 2 });
    for (const name of ['a', 'b', 'c']) dedup.remember(name, 0, done);
    expect([dedup.find('a', 1), dedup.find('b', 1), dedup.find('c', 1)]).toEqual([null, done, done]);
    expect(dedup.forgottenEarly()).toBe(1);
  });
  test('forgets what could not be made durable', async () => {
    const dedup = makeDedup({ windowMs: 1_000, requestsMax: 2 });
    const failed = Promise.reject(new Error('disk'));
    dedup.remember('a', 0, failed);
    await failed.catch(() => undefined);
    expect(dedup.find('a', 1)).toBeNull();
  });
});

test('digestOf tells signals, encodings and compressions apart', () => {
  const digest = (text: string, other: Partial<Parameters<typeof digestOf>[0]> = {}): string => digestOf({ kind: 'metrics', encoding: 'protobuf', compression: 'identity', body: Buffer.from(text), ...other });
  expect(digest('x')).toBe(digest('x'));
  for (const other of [digest('y'), digest('x', { kind: 'logs' }), digest('x', { encoding: 'json' }), digest('x', { compression: 'zstd' })]) expect(digest('x')).not.toBe(other);
});

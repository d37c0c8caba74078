import fc from 'fast-check';
import { constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Compression } from '@clew/engine';
import { CodedError } from '../errors.ts';
import { asideFromBytes, inflate, inflateAside } from './inflate.ts';

const limit = 8 * 1024 * 1024;
const withSum = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
const codings = { gzip: (bytes: Buffer) => gzipSync(bytes), zstd: (bytes: Buffer) => zstdCompressSync(bytes, withSum), deflate: (bytes: Buffer) => deflateSync(bytes) } as const;
const all = Object.entries(codings) as [keyof typeof codings, (bytes: Buffer) => Buffer][];
const words = Buffer.from('a span and another span, '.repeat(100));
/** Hardly compressible, so that it goes to another thread. */
const large = noise(2 * asideFromBytes);

function noise(length: number): Buffer {
  let state = 1;
  return Buffer.from(Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  }));
}

const codeOf = async (body: Buffer, compression: Compression, bytesMax = limit): Promise<string> => inflateAside(body, compression, bytesMax).then(() => 'taken', (error: unknown) => (error instanceof CodedError ? error.code : String(error)));

describe.each(all)('%s', (name, compress) => {
  test('anything comes out as it went in', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => Buffer.from(inflate(compress(Buffer.from(bytes)), name, limit)).equals(Buffer.from(bytes))));
  });
  test('a large body comes out on another thread as it went in', async () => {
    const zipped = compress(large);
    expect(zipped.length).toBeGreaterThan(asideFromBytes);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => inflateAside(zipped, name, limit)));
    expect(answers.every((bytes) => Buffer.from(bytes).equals(large))).toBe(true);
  });
  test('truncated, spoilt, plain and empty are bad, small and large', async () => {
    for (const bytes of [words, large]) {
      const zipped = compress(bytes);
      const spoilt = Buffer.from(zipped);
      spoilt[spoilt.length - (name === 'gzip' ? 6 : 1)] ^= 1;
      for (const bad of [zipped.subarray(0, -4), zipped.subarray(0, zipped.length >> 1), spoilt, Buffer.concat([zipped, Buffer.from('xx')]), bytes, Buffer.alloc(0)]) expect(await codeOf(bad, name)).toBe('bad_compression');
    }
  });
  test('exactly the limit is taken and one byte more is not, small and large', async () => {
    for (const bytes of [words, large]) {
      expect(await codeOf(compress(bytes), name, bytes.length)).toBe('taken');
      expect(await codeOf(compress(bytes), name, bytes.length - 1)).toBe('too_large');
    }
  });
});

test('several gzip members and several zstd frames are one stream, held to one limit', async () => {
  for (const name of ['gzip', 'zstd'] as const) {
    const two = Buffer.concat([codings[name](words), codings[name](words)]);
    expect(inflate(two, name, limit)).toHaveLength(2 * words.length);
    expect(await codeOf(two, name, 2 * words.length - 1)).toBe('too_large');
    expect(await codeOf(Buffer.concat([codings[name](large), codings[name](large)]), name, 2 * large.length - 1)).toBe('too_large');
  }
});

test('deflate without its zlib frame is understood, as some clients send it', () => {
  expect(Buffer.from(inflate(deflateRawSync(words), 'deflate', limit)).equals(words)).toBe(true);
});

test('a zstd frame that asks for more memory than a content coding may is refused', async () => {
  const greedy = zstdCompressSync(Buffer.alloc(20 * 1024 * 1024), { params: { [constants.ZSTD_c_windowLog]: 25 } });
  expect(await codeOf(greedy, 'zstd', 64 * 1024 * 1024)).toBe('bad_compression');
});

test('a flood of empty frames is not read to its end', async () => {
  const empty = zstdCompressSync(Buffer.alloc(0));
  expect(await codeOf(Buffer.concat(Array.from({ length: 10_002 }, () => empty)), 'zstd')).toBe('bad_compression');
});

test('after failures on other threads there is room for others', async () => {
  const bad = codings.gzip(large).subarray(0, -4);
  await Promise.all(Array.from({ length: 6 }, () => codeOf(bad, 'gzip')));
  expect(await codeOf(codings.gzip(large), 'gzip')).toBe('taken');
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import { openCursor } from './cursor.ts';
import { fromHex, toHex } from './hex.ts';
import { intern, openInterner, resetInterner } from './intern.ts';
import { MalformedOtlp } from './malformed.ts';
import { isUtf8 } from './utf8.ts';

function internAll(strings: readonly Uint8Array[], table = openInterner()): number[] {
  const c = openCursor(Buffer.concat(strings));
  let at = 0;
  return strings.map((bytes) => {
    const code = intern(table, c, at, bytes.length);
    at += bytes.length;
    return code;
  });
}

describe('intern', () => {
  test('equal bytes and only those have equal codes, in order of appearance', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdefgh')), { maxLength: 60 }), (texts) => {
      const wellFormed = texts.map((s) => s.toWellFormed());
      const distinct = ['', ...new Set(wellFormed.filter((s) => s !== ''))];
      expect(internAll(wellFormed.map((s) => Buffer.from(s)))).toEqual(wellFormed.map((s) => distinct.indexOf(s)));
    }), { numRuns: 500, seed: 1 });
  });
  test('50,000 distinct strings twice, in a table that was used before', () => {
    const table = openInterner();
    internAll([Buffer.from('x')], table);
    resetInterner(table);
    const strings = Array.from({ length: 50_000 }, (_, i) => Buffer.from(`string number ${i}`));
    const codes = internAll([...strings, ...strings], table);
    expect(codes.slice(0, 50_000)).toEqual(strings.map((_, i) => i + 1));
    expect(codes.slice(50_000)).toEqual(codes.slice(0, 50_000));
  });
  test('strings made to collide are still told apart, in linear time', () => {
    // Equal last words cancel what the word before differed in: the state after two words is the same for all.
    const rotate = (h: number): number => (h << 5) | (h >>> 27);
    const k = 0x9e3779b1;
    const target = 0x12345678;
    const strings: Buffer[] = [];
    for (let i = 0; strings.length < 20_000; i++) {
      const first = 0x20202020 + ((i & 0x3f) | ((i & 0xfc0) << 2) | ((i & 0x3f000) << 4) | ((i & 0xfc0000) << 6));
      const state = Math.imul(rotate(8) ^ first, k);
      const second = (rotate(state) ^ target) >>> 0;
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32LE(first >>> 0, 0);
      bytes.writeUInt32LE(second, 4);
      if (isUtf8(bytes, 0, 8)) strings.push(bytes);
      if (i > 2 ** 24) break;
    }
    expect(strings.length).toBeGreaterThan(5_000);
    const table = openInterner();
    const codes = internAll([...strings, ...strings], table);
    expect(new Set(table.hashes.subarray(1, table.count)).size).toBe(1);
    expect(table.crowded?.size).toBeGreaterThan(4_000);
    expect(codes).toEqual([...strings, ...strings].map((_, i) => (i % strings.length) + 1));
  });
  test('a new string that is not UTF-8 is malformed', () => {
    expect(() => internAll([Buffer.from([0x61, 0xc3])])).toThrow(MalformedOtlp);
  });
});

describe('isUtf8 agrees with TextDecoder', () => {
  const agrees = (bytes: Uint8Array): void => {
    let wanted = true;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      wanted = false;
    }
    expect(isUtf8(bytes, 0, bytes.length)).toBe(wanted);
  };
  test('random bytes that lean towards lead bytes', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf)), { maxLength: 6 }), (list) => agrees(Uint8Array.from(list))), { numRuns: 20_000, seed: 2 });
  });
  test('random text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (s) => agrees(new TextEncoder().encode(s))), { numRuns: 1000, seed: 3 });
  });
});

test('base64 and hex agree with Buffer', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    const buffer = Buffer.from(bytes);
    expect([toBase64(bytes), toHex(bytes)]).toEqual([buffer.toString('base64'), buffer.toString('hex')]);
    for (const text of [buffer.toString('base64'), buffer.toString('base64url')]) expect(Buffer.from(fromBase64(text) ?? []).equals(buffer)).toBe(true);
    expect(fromHex(buffer.toString('hex').toUpperCase())).toEqual(bytes);
  }), { numRuns: 500, seed: 4 });
});

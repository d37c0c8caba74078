import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextColumn } from './columns.ts';
import { head, middle, putEscaped, putTail, readWide, wideNeedle } from './wide.ts';

const encoder = new TextEncoder();
const odd = fc.string({ unit: fc.constantFrom('a', '%', '\u001b', '\u001d', '\u001e', '\u001f', '[', 'é', '\u0000'), maxLength: 6 });

function write(entries: readonly (readonly [string, string])[]): string {
  const column = new TextColumn();
  for (const [key, text] of entries) {
    column.putByte(head);
    const [keyBytes, textBytes] = [encoder.encode(key), encoder.encode(text)];
    putEscaped(column, keyBytes, 0, keyBytes.length);
    column.putByte(middle);
    putEscaped(column, textBytes, 0, textBytes.length);
    putTail(column, 1, null);
  }
  return Buffer.from(column.bytes.subarray(0, column.size)).toString();
}

describe('wide text', () => {
  test('reads back what was written, separators and all', () => {
    fc.assert(fc.property(fc.array(fc.tuple(odd, odd), { maxLength: 5 }), (entries) => {
      expect(readWide(write(entries)).map(({ key, text }) => [key, text])).toEqual(entries.map(([key, text]) => [key, text]));
    }));
  });

  test('contains the needle of an attribute exactly when it has that attribute', () => {
    fc.assert(fc.property(fc.array(fc.tuple(odd, odd), { maxLength: 4 }), odd, odd, (entries, key, text) => {
      for (const [ownKey, ownText] of entries) expect(write(entries)).toContain(wideNeedle(ownKey, ownText));
      expect(write(entries).includes(wideNeedle(key, text))).toBe(entries.some(([ownKey, ownText]) => ownKey === key && ownText === text));
    }), { numRuns: 500 });
  });

  test('keeps the encoded value of what has parts', () => {
    const column = new TextColumn();
    for (const byte of [head, 0x6b, middle]) column.putByte(byte);
    putTail(column, 7, new Uint8Array([1, 2, 255]));
    expect(readWide(Buffer.from(column.bytes.subarray(0, column.size)).toString())).toEqual([{ key: 'k', text: '', kind: 7, raw: new Uint8Array([1, 2, 255]) }]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteTable, TupleTable } from './intern.ts';

const encoder = new TextEncoder();

describe('ByteTable', () => {
  test('equal bytes have equal ids, others do not, whatever the order', () => {
    fc.assert(fc.property(fc.array(fc.string({ maxLength: 12 }), { maxLength: 300 }), fc.integer(), (texts, seed) => {
      const table = new ByteTable({ countMax: 1e6, bytesMax: 1e6, seed });
      const known = new Map<string, number>();
      for (const text of texts) {
        const bytes = encoder.encode(`..${text}`);
        const id = table.find(bytes, 2, bytes.length - 2, true);
        expect(id).toBe(known.get(text) ?? known.size + 1);
        known.set(text, id);
      }
    }));
  });

  test('grows, and keeps what it knows', () => {
    const table = new ByteTable({ countMax: 1e6, bytesMax: 1e8, seed: 3 });
    const all = Array.from({ length: 100_000 }, (_, i) => encoder.encode(`value-${i}`));
    const ids = all.map((bytes) => table.find(bytes, 0, bytes.length, true));
    expect(new Set(ids).size).toBe(all.length);
    expect(all.map((bytes) => table.find(bytes, 0, bytes.length, false))).toEqual(ids);
  });

  test('full by count or by bytes: nothing new, the known stays', () => {
    const one = encoder.encode('one');
    const two = encoder.encode('two!');
    for (const limits of [{ countMax: 1, bytesMax: 100 }, { countMax: 9, bytesMax: 3 }]) {
      const table = new ByteTable({ ...limits, seed: 0 });
      expect([table.find(one, 0, 3, true), table.find(two, 0, 4, true), table.find(one, 0, 3, true)]).toEqual([1, 0, 1]);
    }
  });
});

describe('TupleTable', () => {
  test('tells tuples apart, and finds them again', () => {
    const table = new TupleTable({ countMax: 1e6, seed: 7 });
    const tuples = Array.from({ length: 50_000 }, (_, i) => [i % 7, (i * 2654435761) >>> 0, i >>> 3, i & 3] as const);
    const ids = tuples.map((tuple) => table.find(...tuple, true));
    expect(new Set(ids).size).toBe(tuples.length);
    expect(tuples.map((tuple) => table.find(...tuple, false))).toEqual(ids);
    expect(table.find(9, 9, 9, 9, false)).toBe(0);
  });
});

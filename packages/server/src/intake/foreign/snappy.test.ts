import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inflateSnappy } from './snappy.ts';

/** One element of the format and what it adds to `made`, written from the description and not from the reader. */
type Op = { readonly kind: 'literal'; readonly bytes: Uint8Array } | { readonly kind: 'copy'; readonly length: number; readonly back: number; readonly wide: 1 | 2 | 4 };

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ kind: fc.constant('literal' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
  fc.record({ kind: fc.constant('copy' as const), length: fc.integer({ min: 1, max: 64 }), back: fc.integer({ min: 1, max: 3_000 }), wide: fc.constantFrom(1 as const, 2 as const, 4 as const) }),
);

function write(ops: readonly Op[]): { readonly packed: Buffer; readonly made: readonly number[] } {
  const made: number[] = [];
  const out: number[] = [];
  for (const each of ops) {
    if (each.kind === 'literal') {
      const less = each.bytes.length - 1;
      if (less < 60) out.push(less << 2);
      else if (less < 256) out.push(60 << 2, less);
      else out.push(61 << 2, less & 255, less >> 8);
      out.push(...each.bytes);
      made.push(...each.bytes);
      continue;
    }
    if (made.length === 0) continue;
    const back = Math.min(each.back, made.length, each.wide === 1 ? 2_047 : 65_535);
    const length = each.wide === 1 ? Math.min(Math.max(each.length, 4), 11) : each.length;
    if (each.wide === 1) out.push(1 | ((length - 4) << 2) | ((back >> 8) << 5), back & 255);
    else out.push((each.wide === 2 ? 2 : 3) | ((length - 1) << 2), ...[back & 255, back >> 8, 0, 0].slice(0, each.wide));
    for (let i = 0; i < length; i++) made.push(made[made.length - back]);
  }
  const head: number[] = [];
  for (let rest = made.length; ; rest >>= 7) {
    if (rest < 128) { head.push(rest); break; }
    head.push((rest & 127) | 128);
  }
  return { packed: Buffer.from([...head, ...out]), made };
}

test('every kind of element, copies that overlap themselves too', () => {
  fc.assert(fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
    const { packed, made } = write(ops);
    expect([...inflateSnappy(packed, 1_000_000)]).toEqual(made);
  }), { numRuns: 500 });
});

test('the limit is on what comes out', () => {
  const { packed } = write([{ kind: 'literal', bytes: new Uint8Array(100) }]);
  expect(inflateSnappy(packed, 100)).toHaveLength(100);
  expect(() => inflateSnappy(packed, 99)).toThrow(expect.objectContaining({ code: 'too_large' }));
});

test.each([
  ['nothing', []], ['a length that does not end', [0xff, 0xff, 0xff, 0xff, 0xff]], ['a literal that is cut off', [5, 4 << 2, 1, 2]], ['a copy of nothing', [4, 1, 1]],
  ['a copy of distance 0', [6, 0, 7, (1 << 2) | 1, 0]], ['less than was declared', [9, 0, 7]], ['more than was declared', [1, 1 << 2, 7, 7]], ['a copy that is cut off', [6, 0, 7, 2]],
])('%s is bad_compression', (_, bytes) => {
  expect(() => inflateSnappy(Uint8Array.from(bytes), 1_000)).toThrow(expect.objectContaining({ code: 'bad_compression' }));
});

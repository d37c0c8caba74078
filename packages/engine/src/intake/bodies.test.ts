import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedWords } from '../base/masked-words.ts';
import { openStandIns } from './bodies.ts';

const encoder = new TextEncoder();
const standIn = openStandIns();
function ask(text: string, more = standIn): string | null {
  const bytes = encoder.encode(text);
  return more(bytes, 0, bytes.length, () => text);
}

test('a body that differs in its digits only has the first one as its stand-in', () => {
  expect([ask('order 4711 placed in 12ms'), ask('order 9000 placed in 99ms')]).toEqual(['order 4711 placed in 12ms', 'order 4711 placed in 12ms']);
});

test.each([
  ['0x1f and 1x1f are not the same', 'at 0x1f', 'at 1x1f'],
  ['digits within a word are not masked', 'loaded v2beta', 'loaded v3beta'],
  ['more digits are other words until they are masked', 'took 12 ms', 'took 123 ms'],
])('%s', (_, first, second) => {
  ask(first);
  expect(maskedWords(ask(second) ?? second)).toEqual(maskedWords(second));
});

test('whatever stands in for a body has the same masked words', () => {
  const piece = fc.oneof(fc.constantFrom('0x', '1e5', ' ', 'ms', '"', '\'', ':', '-', 'abc', 'v', '@', 'ü', '.', '%', 'DEADbeef', '123e4567-e89b-12d3-a456-426614174000'), fc.integer({ min: 0, max: 99_999 }).map(String));
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), fc.infiniteStream(fc.integer({ min: 0, max: 9 })), (pieces, digits) => {
    const text = pieces.join('');
    ask(text);
    const other = text.replaceAll(/\d/g, () => String(digits.next().value));
    for (const each of [text, other]) expect(maskedWords(ask(each) ?? each)).toEqual(maskedWords(each));
  }), { numRuns: 2_000 });
});

test('more bodies than there is room for: begun anew, and still right', () => {
  const own = openStandIns();
  for (let i = 0; i < 20_000; i++) {
    const text = `body ${'x'.repeat(i % 97)} of kind ${String.fromCharCode(97 + i % 26)}${String.fromCharCode(97 + (i >> 5) % 26)}${String.fromCharCode(97 + (i >> 10) % 26)} number ${i}`;
    expect(maskedWords(ask(text, own) ?? text)).toEqual(maskedWords(text));
  }
});

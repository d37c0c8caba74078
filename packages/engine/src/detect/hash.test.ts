import { expect, test } from 'vitest';
import { hashText } from './hash.ts';

test('FNV-1a test vectors', () => {
  expect(hashText('')).toBe('811c9dc5');
  expect(hashText('a')).toBe('e40c292c');
  expect(hashText('foobar')).toBe('bf9cf968');
});

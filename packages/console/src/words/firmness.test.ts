import { expect, test } from 'vitest';
import type { Evidence } from '../model.ts';
import { firmnessOf, sureWords } from './firmness.ts';

const piece: Evidence = { kind: 'silence', sinceMs: 0 } as Evidence;
const cause = (confidence: number, pieces: number): { confidence: number; evidence: Evidence[] } => ({ confidence, evidence: Array.from({ length: pieces }, () => piece) });

test.each([
  [0.93, 4, 'firm'], [0.8, 2, 'firm'], [0.79, 2, 'likely'], [0.5, 3, 'likely'], [0.49, 9, 'thin'],
  // One piece of evidence is a grade less.
  [0.99, 1, 'likely'], [0.6, 1, 'thin'], [0.99, 0, 'likely'],
] as const)('%d with %d pieces of evidence is %s', (confidence, pieces, told) => {
  expect(firmnessOf(cause(confidence, pieces))).toBe(told);
});

test('what is not firm does not read as if it were, in either language', () => {
  expect(sureWords(cause(0.93, 3), 'en')).toBe('93 % sure');
  expect(sureWords(cause(0.62, 3), 'en')).toBe('likely, 62 % sure');
  expect(sureWords(cause(0.41, 3), 'en')).toBe('thin evidence, 41 % sure');
  expect(new Set([0.93, 0.62, 0.41].map((confidence) => sureWords(cause(confidence, 3), 'zh').replace(/\d+/, ''))).size).toBe(3);
});

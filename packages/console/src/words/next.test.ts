import { expect, test } from 'vitest';
import { sayNext, sayUnknownNext } from '../../../server/src/words/cause.ts';
import type { CauseKind } from '../../../engine/src/model/explanation.ts';
import { template } from './strings.ts';
import { next } from './table/next.ts';

test('what to do now is said as the command line says it', () => {
  const kinds = Object.keys(next).filter((key) => key !== 'next.nothingFound' && key !== 'next.onlyGuess') as (keyof typeof next)[];
  expect(kinds.map((key) => template('en', key))).toEqual(kinds.map((key) => sayNext(key.slice('next.'.length) as CauseKind)));
  expect([template('en', 'next.nothingFound'), template('en', 'next.onlyGuess')]).toEqual([sayUnknownNext(0), sayUnknownNext(1)]);
});

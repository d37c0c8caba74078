import { expect, test } from 'vitest';
import { missingWords } from '../../../server/src/words/settle.ts';
import { strings } from './strings.ts';

test('the page asks for data in the words of the command line', () => {
  const said = Object.entries(strings).flatMap(([key, [en]]) => (key.startsWith('settle.') && key !== 'settle.title' ? [[key.slice('settle.'.length), en.replace('{who}', '%')]] : []));
  expect(Object.fromEntries(said)).toEqual(missingWords);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sentences } from '@clew/words';
import { expect, test } from 'vitest';
import { keyTable } from '../keys/table.ts';
import { strings, template } from './strings.ts';

/** What the page says by itself; the sentences of incidents are held by their own tests. */
const rows = (Object.entries(strings) as [string, readonly [string, string]][]).filter(([key]) => !Object.hasOwn(sentences, key));
const source = join(import.meta.dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && !name.startsWith('fixture'));
const code = files.filter((name) => !name.includes('words/table')).map((name) => readFileSync(join(source, name), 'utf8')).join('\n');
const holes = (text: string): string[] => [...text.matchAll(/\{([^{}|]+)(\|[^{}]*)?\}/g)].map((match) => match[1]);

test('every string is written in both languages', () => {
  expect(rows.filter(([, [en, zh]]) => en.trim() === '' || zh.trim() === '').map(([key]) => key)).toEqual([]);
});

test('Chinese strings are Chinese, save names that are the same in both', () => {
  const same = rows.filter(([, [, zh]]) => !/\p{Script=Han}/u.test(zh)).map(([key]) => key);
  expect(same.filter((key) => !/^(time\.utc|table\.filtered)$/.test(key))).toEqual([]);
});

test('both languages fill the same holes, save the number that only English needs for its plural', () => {
  const differ = rows.filter(([, [en, zh]]) => [...new Set(holes(en))].sort().join() !== [...new Set(holes(zh))].sort().join());
  expect(differ.map(([key]) => key)).toEqual([]);
});

test('no English string shouts', () => {
  expect(rows.filter(([, [en, zh]]) => /[!！]/.test(en + zh)).map(([key]) => key)).toEqual([]);
});

test('every key is used, by itself or through a prefix that data completes', () => {
  const prefixes = [...code.matchAll(/`([a-zA-Z.]+\.)\$\{/g)].map((match) => match[1]).concat([...code.matchAll(/say(?:Kind)\([^,]+, '([a-zA-Z]+)'/g)].map((match) => `${match[1]}.`), 'metrics.read.');
  expect(rows.map(([key]) => key).filter((key) => !code.includes(`'${key}'`) && !code.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
});

test('no key of the page stands in the way of a sentence', () => {
  expect(Object.keys(strings).filter((key) => Object.hasOwn(sentences, key) && strings[key as keyof typeof strings] !== sentences[key as keyof typeof sentences])).toEqual([]);
});

test('every key on the keyboard says what it does', () => {
  expect(keyTable.every(({ does }) => template('zh', does) !== '')).toBe(true);
});

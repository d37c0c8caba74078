import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { features } from '../../../engine/src/features/catalogue.ts';
import { keyTable } from '../keys/table.ts';
import { fill, hasString, strings, template } from './strings.ts';

const rows = Object.entries(strings) as [string, readonly [string, string]][];
const source = join(import.meta.dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && !name.startsWith('fixture'));
const code = files.filter((name) => !name.includes('words/table')).map((name) => readFileSync(join(source, name), 'utf8')).join('\n');
const holes = (text: string): string[] => [...text.matchAll(/\{([^{}|]+)(\|[^{}]*)?\}/g)].map((match) => match[1]);

test('every string is written in both languages', () => {
  expect(rows.filter(([, [en, zh]]) => en.trim() === '' || zh.trim() === '').map(([key]) => key)).toEqual([]);
});

test('Chinese strings are Chinese, save names that are the same in both', () => {
  const same = rows.filter(([, [, zh]]) => !/\p{Script=Han}/u.test(zh)).map(([key]) => key);
  expect(same.filter((key) => !/^(list\.comma|change\.kubernetes|feature\.metric(_p95)?|sentence\.otherNew|time\.utc|table\.filtered)$/.test(key))).toEqual([]);
});

test('both languages fill the same holes, save the number that only English needs for its plural', () => {
  const differ = rows.filter(([, [en, zh]]) => [...new Set(holes(en))].sort().join() !== [...new Set(holes(zh))].sort().join());
  expect(differ.map(([key]) => key)).toEqual([]);
});

test('no English string shouts', () => {
  expect(rows.filter(([, [en, zh]]) => /[!！]/.test(en + zh)).map(([key]) => key)).toEqual([]);
});

test('every key is used, by itself or through a prefix that data completes', () => {
  const prefixes = [...code.matchAll(/`([a-zA-Z.]+\.)\$\{/g)].map((match) => match[1]).concat([...code.matchAll(/say(?:Kind)\([^,]+, '([a-zA-Z]+)'/g)].map((match) => `${match[1]}.`), 'feature.', 'metrics.read.');
  expect(rows.map(([key]) => key).filter((key) => !code.includes(`'${key}'`) && !code.includes(`"${key}"`) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
});

test('every feature that the engine can find has a name', () => {
  expect(features.filter(({ role }) => role === 'judged').map(({ id }) => `feature.${id}`).filter((key) => !hasString(key))).toEqual([]);
});

test('every key on the keyboard says what it does', () => {
  expect(keyTable.every(({ does }) => template('zh', does) !== '')).toBe(true);
});

test('holes are filled, plurals picked, and what has no value stays visible', () => {
  expect(fill('{n} {n|trace|traces} of {who}', { n: 1 }).join('')).toBe('1 trace of {who}');
  expect(fill('{n} {n|trace|traces}', { n: 0 }).join('')).toBe('0 traces');
  expect(fill('{toString}', {}).join('')).toBe('{toString}');
});

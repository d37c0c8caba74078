import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { features } from '../../engine/src/features/catalogue.ts';
import { fill } from './fill.ts';
import { hasSentence, sentences } from './say.ts';

const rows = Object.entries(sentences) as [string, readonly [string, string]][];
const holes = (text: string): string[] => [...text.matchAll(/\{([^{}|]+)(\|[^{}]*)?\}/g)].map((match) => match[1]);

test('every sentence is written in both languages', () => {
  expect(rows.filter(([, [en, zh]]) => en.trim() === '' || zh.trim() === '').map(([key]) => key)).toEqual([]);
  const same = rows.filter(([, [, zh]]) => !/\p{Script=Han}/u.test(zh)).map(([key]) => key);
  expect(same.filter((key) => !/^(list\.comma|change\.kubernetes|feature\.metric(_p95)?|having\.other|ruledOut\.seen|cause\.line|headline\.since|evidence\.error_origin\.where|cause\.fact\.series)$/.test(key))).toEqual([]);
});

test('both languages fill the same holes, save the number that only English needs for its plural or tense', () => {
  const differ = rows.filter(([, [en, zh]]) => [...new Set(holes(en))].filter((name) => name !== 'tense').sort().join() !== [...new Set(holes(zh))].sort().join());
  expect(differ.map(([key]) => key)).toEqual([]);
});

test('no sentence shouts', () => {
  expect(rows.filter(([, [en, zh]]) => /[!！]/.test(en + zh)).map(([key]) => key)).toEqual([]);
});

test('no sentence is jargon of models, but those that stand behind the fold', () => {
  expect(rows.filter(([key, [en]]) => !key.startsWith('statistics.') && /mechanism|interval|adjusted|refute|placebo|causal|likelihood|p-value|nats/i.test(en)).map(([key]) => key)).toEqual([]);
});

test('every feature that the engine can find has a name', () => {
  expect(features.filter(({ role }) => role === 'judged').map(({ id }) => `feature.${id}`).filter((key) => !hasSentence(key))).toEqual([]);
});

test('every sentence is told somewhere, by itself or through a prefix that data completes', () => {
  const roots = [import.meta.dirname, join(import.meta.dirname, '../../console/src'), join(import.meta.dirname, '../../server/src')];
  const code = roots.flatMap((root) => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.') && !name.includes('table/')).map((name) => readFileSync(join(root, name), 'utf8'))).join('\n');
  const prefixes = [...code.matchAll(/`([a-zA-Z._]+\.)\$\{/g)].map((match) => match[1]).concat([...code.matchAll(/sayKind\([^,]+, '([a-zA-Z]+)'/g)].map((match) => `${match[1]}.`));
  expect(rows.map(([key]) => key).filter((key) => !code.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)))).toEqual([]);
});

test('holes are filled, plurals picked, and what has no value stays visible', () => {
  expect(fill('{n} {n|trace|traces} of {who}', { n: 1 }).join('')).toBe('1 trace of {who}');
  expect(fill('{toString}', {}).join('')).toBe('{toString}');
});

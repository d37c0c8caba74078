import { expect, test } from 'vitest';
import type { Ranked } from './replay.ts';
import { lastWord, speechesOf } from './words.ts';

const entities = ['service:a', 'service:b'];
/** What is said so many seconds after the incident opened: shares of the two candidates, the rest is *unknown*. */
const word = (seconds: number, a: number, b: number, saidBy: string | null = 'x', findings = ['one', 'two']): Ranked & { readonly shares: readonly number[] } => ({
  episode, asked: { atMs: seconds * 1000, saidBy, fault: 0, lasting: [0], findings: findings.map((id) => ({ id })) },
  considered: { entities, affected: ['service:a'], evidence: { candidates: [], unknown: new Float64Array() } }, explanation: { causes: [], unknown: 0, outside: 0 }, tookMs: 0, shares: [a, b, 1 - a - b, 0],
});
const alarm = { id: 'x', saidMs: 1_000, reopened: false, mergedInto: null, entities: ['service:a'], causes: [], answer: null, headline: '' };
const episode = { run: 'run', services: 2, faults: [], alarms: [alarm] };
const last = (...words: ReturnType<typeof word>[]): number | undefined => {
  const found = lastWord(words, (each) => Float64Array.from(words.find((one) => one === each)?.shares ?? []));
  return found === null ? undefined : found.asked.atMs / 1000;
};

test('a later unknown takes no answer back; a later answer replaces one that is young or unsure', () => {
  expect(last(word(10, 0.6, 0.1), word(100, 0.1, 0.1))).toBe(10);
  expect(last(word(10, 0.9, 0), word(30, 0.1, 0.8))).toBe(30);
  expect(last(word(10, 0.6, 0.1), word(200, 0.1, 0.8))).toBe(200);
});

test('an answer that was sure gives way to no other after a while, only to itself', () => {
  expect(last(word(10, 0.9, 0), word(200, 0.05, 0.9))).toBe(10);
  expect(last(word(10, 0.9, 0), word(200, 0.95, 0))).toBe(200);
});

test('what an incident said is told from what was asked aside', () => {
  const words = [word(10, 0.9, 0), word(20, 0.9, 0, null), word(40, 0.9, 0)];
  expect(speechesOf(words).map((speech) => speech.words)).toEqual([[words[0], words[2]]]);
  const { alarms: _, ...older } = episode;
  const aside = word(20, 0.9, 0, null, ['three']);
  expect(speechesOf([words[0], aside, words[2]].map((each) => ({ ...each, episode: older }))).map((speech) => speech.words.map(({ asked }) => asked.atMs))).toEqual([[10_000, 40_000]]);
});

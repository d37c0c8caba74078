import { expect, test } from 'vitest';
import { droppedCounters } from '../../../engine/src/left-out.ts';
import { settingTable } from '../config/table.ts';
import { droppedLimits, lateWords, otherLimits } from './limit-words.ts';

test('whatever the engine tells as dropped has words', () => {
  expect(Object.keys(droppedLimits)).toEqual([...droppedCounters]);
});

test('every setting that they say to change is one', () => {
  const flags = new Set(Object.keys(settingTable).map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)));
  const named = [...Object.values(droppedLimits), ...Object.values(otherLimits), lateWords].flatMap(({ next }) => next.match(/\b[a-z]+(-[a-z]+)*-(max|ms|days)\b/g) ?? []);
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((name) => !flags.has(name))).toEqual([]);
});

test('each says what it means and what to do', () => {
  const all = [...Object.entries(droppedLimits), ...Object.entries(otherLimits)];
  expect(all.filter(([, { what, next }]) => what === '' || next === '')).toEqual([]);
});

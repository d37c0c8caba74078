import { expect, test } from 'vitest';
import { cases } from './cases/table.ts';
import { items, sectionNames, sectionOf } from './items/table.ts';
import { idOf } from './result.ts';
import { makeSelect } from './select.ts';

test('the checklist is whole: 175 items in order, each with cases or the reason why it has none', () => {
  expect(items.map(({ number }) => number)).toEqual(Array.from({ length: 175 }, (_, at) => at + 1));
  const tested = new Set(cases.map(({ item }) => item));
  expect(items.filter(({ number, untestable }) => tested.has(number) === (untestable !== '')).map(({ number }) => number)).toEqual([]);
});

test('every run has a name of its own', () => {
  const ids = cases.flatMap((each) => (each.doors.length === 0 ? [null] : each.doors).map((door) => idOf(each, door)));
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(150);
  expect([...new Set(items.map(({ number }) => sectionOf(number)))]).toEqual(sectionNames);
});

test('every case says what is right', () => {
  expect(cases.filter(({ right }) => right.trim() === '').map(({ name }) => name)).toEqual([]);
});

test.each<[string, number, readonly string[]]>([
  ['', cases.length, ['transport', 'json', 'profiles']],
  ['37', 1, ['success']],
  ['64-78', 1, ['json']],
  ['metrics/grpc', 1, ['metrics', 'success']],
  ['7', 1, ['transport']],
])('--only %s', (only, least, sections) => {
  const select = makeSelect(only);
  const chosen = cases.filter((each) => each.doors.some((door) => select(each, door)));
  expect(chosen.length).toBeGreaterThanOrEqual(least);
  expect([...new Set(chosen.map(({ item }) => sectionOf(item)))]).toEqual(expect.arrayContaining([...sections]));
  if (only === '37') expect(new Set(chosen.map(({ item }) => item))).toEqual(new Set([37]));
});

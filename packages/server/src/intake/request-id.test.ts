import { expect, test } from 'vitest';
import { makeRequestIds } from './request-id.ts';

test('a sane id of the client is kept, anything else is replaced', () => {
  const ids = makeRequestIds(Date.UTC(2026, 10, 22));
  expect(ids.of('b7ad6b71-6920')).toBe('b7ad6b71-6920');
  for (const bad of [undefined, '', 'a b', 'a\nb', '<script>', 'x'.repeat(129), ['a', 'b']]) expect(ids.of(bad)).toMatch(/^\w{8}-\w+$/);
});

test('no id is given twice, in one process or the next', () => {
  const given = [1, 2].flatMap((start) => { const ids = makeRequestIds(1_700_000_000_000 + start); return Array.from({ length: 1000 }, () => ids.of(undefined)); });
  expect(new Set(given).size).toBe(given.length);
});

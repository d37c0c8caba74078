import { expect, test } from 'vitest';
import { toStamp } from './stamp.ts';

test('a stamp is UTC date and time to the second', () => {
  expect(toStamp(Date.UTC(2026, 10, 22, 10, 15, 23, 999))).toBe('20261122-101523');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';

const shown = (from: string, to: string): string[] => lineDiff(from, to).map(({ sign, text }) => `${sign}${text}`);

describe('the difference of two texts', () => {
  test('one line is taken away and one put in its place', () => {
    expect(shown('2.4.0', '2.4.1')).toEqual(['-2.4.0', '+2.4.1']);
    expect(shown('', 'on')).toEqual(['+on']);
    expect(shown('pool: 20\ntimeout: 3s\nretries: 2', 'pool: 5\ntimeout: 3s\nretries: 2\nproxy: none')).toEqual(['-pool: 20', '+pool: 5', ' timeout: 3s', ' retries: 2', '+proxy: none']);
  });

  test('what is kept or taken away is the one text, what is kept or put in is the other', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(fc.property(text, text, (from, to) => {
      const lines = lineDiff(from, to);
      expect(lines.filter(({ sign }) => sign !== '+').map((each) => each.text).join('\n')).toBe(from);
      expect(lines.filter(({ sign }) => sign !== '-').map((each) => each.text).join('\n')).toBe(to);
    }));
  });
});

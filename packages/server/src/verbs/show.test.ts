import { describe, expect, test } from 'vitest';
import { makeSpan } from '../api/fixture/rows.ts';
import { makeNames } from '../words/name.ts';
import { readTime } from './flags.ts';
import { choosePaint, noPaint, toAge, toJson, toSparkline, toTable } from './show.ts';
import { drawTrace } from './waterfall.ts';

describe('colour', () => {
  const shown = (environment: Record<string, string>, isTerminal: boolean) => choosePaint({ environment }, isTerminal)('red', 'x');
  test.each([[{}, true, '\u001b[31mx\u001b[0m'], [{}, false, 'x'], [{ NO_COLOR: '1' }, true, 'x'], [{ NO_COLOR: '' }, true, '\u001b[31mx\u001b[0m'], [{ TERM: 'dumb' }, true, 'x']])('%o, terminal %s', (environment, isTerminal, text) => {
    expect(shown(environment as Record<string, string>, isTerminal)).toBe(text);
  });
});

test('a table keeps its columns whatever telemetry says', () => {
  expect(toTable([{ title: 'A', of: (row: string) => row }, { title: 'B', of: () => '1', right: true }, { title: 'C', of: () => '' }], ['x\n\u001b[2Jy', 'zzzz']))
    .toBe('A       B  C\nx [2Jy  1\nzzzz    1\n');
});

test('JSON cannot steer a terminal', () => {
  const text = toJson({ a: '\u001b[2J\u009b2J\u202e' });
  expect(text).toBe('{\n  "a": "\\u001b[2J\\u009b2J\\u202e"\n}\n');
  expect(JSON.parse(text)).toEqual({ a: '\u001b[2J\u009b2J\u202e' });
});

test.each([[1_000, '1s'], [119_000, '119s'], [120_000, '2m'], [7_200_000, '2h'], [172_800_000, '2d'], [-5_000, '0s']])('an age of %i ms is %s', (ms, age) => {
  expect(toAge(0, ms)).toBe(age);
});

test('sparklines', () => {
  expect([toSparkline([0, 7, null, 14]), toSparkline([0, 0]), toSparkline([]), toSparkline(Array.from({ length: 100 }, (_, i) => i), 10)]).toEqual(['▁▅·█', '▁▁', '', '▂▂▃▄▄▅▆▇▇█']);
});

describe('times', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  test.each([
    ['15m', now - 900_000], ['1h30m', now - 5_400_000], ['2d', now - 172_800_000], ['0s', now], ['1700000000000', 1700000000000], ['2026-11-22', Date.UTC(2026, 10, 22)],
    ['2026-11-22 10:15', Date.UTC(2026, 10, 22, 10, 15)], ['2026-11-22T10:15:00Z', Date.UTC(2026, 10, 22, 10, 15)], ['2026-11-22T10:15:00+02:00', Date.UTC(2026, 10, 22, 8, 15)],
  ])('%s', (text, ms) => {
    expect(readTime(text, now)).toBe(ms);
  });
  test.each([['soon'], ['15'], ['15 minutes'], ['22.11.2026'], ['']])('not %s', (text) => {
    expect(() => readTime(text, now)).toThrow(expect.objectContaining({ code: 'bad_usage' }));
  });
});

describe('waterfall', () => {
  test('every span once: orphans, cycles, spans that are their own parent', () => {
    const drawn = drawTrace([makeSpan('a', 'gone', { name: 'orphan' }), makeSpan('b', 'c', { name: 'cycle 1' }), makeSpan('c', 'b', { name: 'cycle 2' }), makeSpan('d', 'd', { name: 'selfish' })], { paint: noPaint, names: makeNames([]) });
    for (const name of ['orphan', 'cycle 1', 'cycle 2', 'selfish']) expect(drawn.split(name)).toHaveLength(2);
  });

  test('a deep trace neither overflows the stack nor the screen', () => {
    const spans = Array.from({ length: 20_000 }, (_, i) => makeSpan(`s${i}`, i === 0 ? '' : `s${i - 1}`, { name: `n${i}` }));
    const drawn = drawTrace(spans, { paint: noPaint, names: makeNames([]) });
    expect(drawn).toContain('and 18000 more spans');
    expect(Math.max(...drawn.split('\n').map((line) => line.length))).toBeLessThan(150);
  });
});

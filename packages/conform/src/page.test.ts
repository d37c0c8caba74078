import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { items } from './items/table.ts';
import { disputedItems, toPage } from './peers/page.ts';
import { toJsonReport } from './report/json.ts';
import { cases } from './cases/table.ts';
import { defaultTarget } from './target.ts';
import type { Result } from './result.ts';

const page = readFileSync(new URL('../../../docs/conformance.md', import.meta.url), 'utf8');

test('every difference on the page has its argument', () => {
  expect(page).not.toContain('No argument is written yet');
  expect(page.match(/^- \*\*\d+\.\*\* /gm)?.length ?? 0).toBeGreaterThan(20);
});

test('the page names every item that cannot be seen, with the reason', () => {
  expect(items.filter(({ number, untestable }) => untestable !== '' && !page.includes(`- **${number}** `))).toEqual([]);
});

const result = (number: number, outcome: Result['outcome']): Result => {
  const found = cases.find(({ item }) => item === number);
  if (found === undefined) throw new Error(`no case of ${number}`);
  return { id: `x/${number}/${found.name}/traces/json`, case: found, door: found.doors[0], outcome, reason: outcome === 'pass' ? '' : 'came out | otherwise', exchanges: [], tookMs: 1 };
};

test('an item is disputed where one receiver fails or differs; the table says who', () => {
  const of = (name: string, outcome: Result['outcome']) => ({ name, about: 'a', version: '1', missing: '', day: '2026-11-23', report: toJsonReport(defaultTarget, [result(34, outcome), result(42, 'pass')]) });
  const judged = [of('One', 'pass'), of('Two', 'fail')];
  expect(disputedItems(judged)).toEqual([34]);
  const made = toPage([...judged, { name: 'Three', about: '', version: '', missing: 'not built here', report: null }]);
  expect(made).toMatch(/\| 34 \| MUST \| .* \| pass \| \*\*1 fail\*\* of 1 \|/);
  expect(made).toContain('| One | 1 | 2026-11-23 | a | 2 |');
  expect(made).toContain('### One 1\n\nNone.');
  expect(made).toContain('`came out \\| otherwise`');
  expect(made).toContain('| Three |  | | not built here |');
});

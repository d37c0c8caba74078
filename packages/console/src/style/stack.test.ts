import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const source = join(import.meta.dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));

/** A row that is drawn as a block is no row to a screen reader any more, in some browsers: it has to say that it is one. */
test('tables that become blocks on a narrow screen keep their meaning: each part of them says its role', () => {
  const stacked = files.filter((name) => /<table[^>]*className="[^"]*\bstack\b/.test(readFileSync(join(source, name), 'utf8')));
  expect(stacked.length).toBeGreaterThan(4);
  const bare = stacked.flatMap((name) => [...readFileSync(join(source, name), 'utf8').matchAll(/<(table|thead|tbody|tr|th|td)(?=[\s>/])([^>]*)/g)].filter(([, , rest]) => !rest.includes('role="')).map(([tag]) => `${name}: ${tag.slice(0, 40)}`));
  expect(bare).toEqual([]);
});

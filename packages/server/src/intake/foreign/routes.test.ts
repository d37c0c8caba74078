import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fieldNames } from './json-lines/fields.ts';
import { foreignReasons } from './reasons.ts';
import { makeForeignRoutes } from './routes.ts';

const page = readFileSync(new URL('../../../../../docs/guides/other-protocols.md', import.meta.url), 'utf8');

test('docs/guides/other-protocols.md names every path', () => {
  expect([...page.matchAll(/\| `POST (\S+)` \|/g)].map(([, path]) => path)).toEqual([...makeForeignRoutes().keys()]);
});

test('… and every reason, in the same words', () => {
  const rows = [...page.slice(page.indexOf('## Reasons of refusals')).matchAll(/^\| `(\w+\.\w+)` \| (.*) \|$/gm)].map(([, reason, what]) => [reason, what]);
  expect(rows).toEqual(Object.entries(foreignReasons));
});

test('… and the names of fields of JSON lines, in their order', () => {
  for (const role of ['time', 'level', 'message', 'service'] as const) expect(page).toContain(fieldNames[role].map((name) => `\`${name}\``).join(', '));
});

test('where profiles are not taken, nor are those of pprof', () => {
  expect([makeForeignRoutes().has('/v1/profiles/pprof'), makeForeignRoutes({ takesProfiles: false }).has('/v1/profiles/pprof')]).toEqual([true, false]);
});

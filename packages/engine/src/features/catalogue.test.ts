import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogueTable, features, lateRules } from './catalogue.ts';

const page = readFileSync(new URL('../../../../docs/features.md', import.meta.url), 'utf8');

test('docs/features.md has the rows of the catalogue', () => {
  expect(page).toContain(catalogueTable());
});

test('docs/features.md says what late means', () => {
  for (const [rule, words] of Object.entries(lateRules)) expect(page).toContain(`- \`${rule}\`: ${words}`);
});

test('feature ids are unique, and a symptom is one of an entity that has the feature', () => {
  expect(new Set(features.map((each) => each.id)).size).toBe(features.length);
  for (const each of features) expect(each.symptomOf.filter((kind) => !each.entities.includes(kind))).toEqual([]);
});

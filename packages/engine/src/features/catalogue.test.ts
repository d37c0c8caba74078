import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { slots } from '../detect/autoencoder/slots.ts';
import { featureCatalogueVersion } from '../model/index.ts';
import { catalogueTable, featureOf, features, lateRules, partialsTable } from './catalogue.ts';
import { partsOf } from './expression.ts';
import { sketchRows, sumRows, textRows } from './partials.ts';

/** What multivariate models see of a service in a pane, in this order. */
const modelInputs = slots.flatMap((slot) => slot.features);
const page = readFileSync(new URL('../../../../docs/features.md', import.meta.url), 'utf8');

test('docs/features.md has the rows of the catalogue and of the partials', () => {
  expect(page).toContain(catalogueTable());
  expect(page).toContain(partialsTable());
  expect(page).toContain(`Version ${featureCatalogueVersion}: ${features.length} features, ${features.filter((each) => each.role === 'judged').length} of them judged.`);
});

test('docs/features.md says what late means', () => {
  for (const [rule, words] of Object.entries(lateRules)) expect(page).toContain(`- \`${rule}\`: ${words}`);
});

test('feature ids are unique, and a symptom is one of an entity that has the feature', () => {
  expect(new Set(features.map((each) => each.id)).size).toBe(features.length);
  for (const each of features) expect(each.symptomOf.filter((kind) => !each.entities.includes(kind))).toEqual([]);
});

test('every expression is closed: it reads partials that there are, and series only of features of one minute', () => {
  for (const { id, expression } of features) {
    for (const part of partsOf(expression)) {
      if ('sum' in part) expect(Object.keys(sumRows), id).toContain(part.sum);
      if ('quantile' in part) expect(Object.keys(sketchRows), id).toContain(part.quantile[1]);
      if ('texts' in part || 'countDistinct' in part) expect([...Object.keys(textRows), 'users'], id).toContain('texts' in part ? part.texts : part.countDistinct);
      if ('level' in part) expect(featureOf(part.level[1]).expression, id).toEqual({ level: ['mean', part.level[1]] });
      if ('over' in part) expect(featureOf(part.over[1]).window, id).toBe('1m');
      if ('lag' in part) expect(featureOf(part.lag[0]).window, id).toBe('1m');
    }
  }
});

test('every partial is read by some feature', () => {
  const read = features.flatMap(({ expression }) => partsOf(expression)).flatMap((part) => Object.values(part) as unknown[]).flat();
  expect([...Object.keys(sumRows), ...Object.keys(sketchRows), ...Object.keys(textRows)].filter((name) => !read.includes(name))).toEqual([]);
});

test('the version goes up with the table: ids, expressions, windows, units, inputs of models', () => {
  const rows = features.map(({ id, expression, window, unit, role }) => ({ id, expression, window, unit, role }));
  const hash = createHash('sha256').update(JSON.stringify([rows, modelInputs])).digest('hex').slice(0, 16);
  // When this fails: raise featureCatalogueVersion and write the new hash here.
  expect([featureCatalogueVersion, hash]).toEqual([3, 'bc9056748ac12a0d']);
});

test('models see judged features of services', () => {
  for (const id of modelInputs) expect(featureOf(id), id).toMatchObject({ role: 'judged', entities: expect.arrayContaining(['service']) });
});

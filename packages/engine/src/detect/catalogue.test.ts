import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectors, detectorTable } from './catalogue.ts';

test('docs/detectors.md holds the table of the catalogue', () => {
  expect(readFileSync(new URL('../../../../docs/detectors.md', import.meta.url), 'utf8')).toContain(detectorTable());
});

test('ids are unique', () => {
  expect(new Set(detectors.map((each) => each.id)).size).toBe(detectors.length);
});

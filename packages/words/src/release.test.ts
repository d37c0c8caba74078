import { expect, test } from 'vitest';
import type { Change } from '@clew/engine';
import { joinReleases, releaseMs } from './release.ts';

const change = (kind: Change['kind'], atMs: number, entity: string | null = 'service:review'): Change => ({ id: `${kind} ${atMs} ${entity ?? ''}`, kind, entity, atMs, what: `${kind} event`, from: '', to: '' });
const rolled = [change('kubernetes', 7_000), change('restart', 7_000), change('deployment', 400), change('kubernetes', 0), change('restart', 0), change('version', 0)];

test('one release is one row: told by its version, a deployment, of six events', () => {
  expect(joinReleases(rolled).map(({ told, kind, changes }) => [told.kind, kind, changes.length])).toEqual([['version', 'deployment', 6]]);
});

test('newest first; an hour later is another release', () => {
  expect(joinReleases([...rolled, change('restart', 3_600_000), change('feature_flag', 5, 'service:cart')]).map(({ told }) => told.atMs)).toEqual([3_600_000, 5, 0]);
});

test('a release ends so long after it began, however its events follow each other', () => {
  expect(joinReleases([change('restart', 0), change('restart', releaseMs), change('restart', releaseMs + 1)]).map(({ changes: { length } }) => length)).toEqual([1, 2]);
});

test('of other entities, or of none, each stands alone', () => {
  expect(joinReleases([change('version', 0), change('version', 0, 'service:cart'), change('other', 1, null), change('other', 2, null)])).toHaveLength(4);
});

import { expect, test } from 'vitest';
import { joinReleases as joinForTheCommandLine } from '../../../server/src/words/release.ts';
import type { Change } from '../model.ts';
import { joinReleases } from './release.ts';

const change = (kind: Change['kind'], atMs: number, entity: string | null = 'service:review'): Change => ({ id: `${kind} ${atMs} ${entity ?? ''}`, kind, entity, atMs, what: `${kind} event`, from: '', to: '' });
const rolled = [change('kubernetes', 7_000), change('restart', 7_000), change('deployment', 400), change('kubernetes', 0), change('restart', 0), change('version', 0)];

test('one release is one row: told by its version, a deployment, of six events', () => {
  expect(joinReleases(rolled).map(({ told, kind, changes }) => [told.kind, kind, changes.length])).toEqual([['version', 'deployment', 6]]);
});

test('newest first; an hour later is another release', () => {
  expect(joinReleases([...rolled, change('restart', 3_600_000), change('feature_flag', 5, 'service:cart')]).map(({ told }) => told.atMs)).toEqual([3_600_000, 5, 0]);
});

test('the command line joins the same', () => {
  const all = [...rolled, change('restart', 119_000), change('restart', 121_000), change('config', 10, null), change('other', 20, null), change('scale', 90_000, 'service:cart')];
  const said = (releases: readonly { readonly told: Change; readonly changes: readonly Change[] }[]): string[] => releases.map(({ told, changes }) => `${told.id} ×${changes.length}`).sort();
  expect(said(joinReleases(all))).toEqual(said(joinForTheCommandLine(all)));
});

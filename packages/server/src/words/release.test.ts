import type { Change, ChangeKind } from '@clew/engine';
import { expect, test } from 'vitest';
import { joinReleases, releaseMs } from './release.ts';

const change = (kind: ChangeKind, atMs: number, entity: string | null = 'service:review'): Change => ({ id: `${kind} ${atMs}`, kind, entity, atMs, what: `${kind} event`, from: '', to: '' });
const told = (...changes: Change[]): string[] => joinReleases(changes).map(({ told: { what }, changes: { length } }) => `${what} ×${length}`);

test('the events of one release are one, told by its version', () => {
  expect(told(change('kubernetes', 7_000), change('restart', 0), change('deployment', 400), change('version', 0), change('kubernetes', 0))).toEqual(['version event ×5']);
});

test('a release ends so long after it began, however its events follow each other', () => {
  expect(told(change('restart', 0), change('restart', releaseMs), change('restart', releaseMs + 1))).toEqual(['restart event ×2', 'restart event ×1']);
});

test('of other entities, or of none, each stands alone', () => {
  expect(told(change('version', 0), change('version', 0, 'service:cart'), change('other', 1, null), change('other', 2, null))).toEqual(['version event ×1', 'version event ×1', 'other event ×1', 'other event ×1']);
});

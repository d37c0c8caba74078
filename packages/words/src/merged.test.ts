import { expect, test } from 'vitest';
import type { Incident } from '@clew/engine';
import { foldMerged, leadsTo } from './merged.ts';

const incident = (id: string, into: string | null = null): Incident => ({ id, mergedInto: into }) as unknown as Incident;
const told = (incidents: readonly Incident[]): unknown => foldMerged(incidents).map(({ incident: { id }, same }) => [id, same.map((each) => each.id)]);

test('what was joined stands under where it leads in the end, in the order given', () => {
  const [c, b, a, other] = [incident('c', 'b'), incident('b', 'a'), incident('a', null), incident('other')];
  expect(told([c, b, a, other])).toEqual([['a', ['c', 'b']], ['other', []]]);
  expect(leadsTo(c, [c, b, a])?.id).toBe('a');
});

test('one whose other is no longer kept stands for itself', () => {
  expect(told([incident('b', 'gone')])).toEqual([['b', []]]);
  expect(leadsTo(incident('b', 'gone'), [])).toBeNull();
});

test('a circle, which no engine makes, comes to an end', () => {
  const circle = [incident('a', 'b'), incident('b', 'a')];
  expect(leadsTo(circle[0], circle)?.id).toBe('b');
});

test('where nothing was joined, every incident stands for itself', () => {
  expect(told([incident('a'), incident('b')])).toEqual([['a', []], ['b', []]]);
});

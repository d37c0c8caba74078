import { expect, test } from 'vitest';
import type { RowQueries } from '@clew/engine';
import { refineLimits } from './refine.ts';
import { openRefinements } from './refinements.ts';

type Queries = Pick<RowQueries, 'walk' | 'values' | 'calls' | 'courses'>;
const nothing: Queries = {
  walk: async () => ({ spans: 0, share: 1, traces: 0, places: [] }),
  values: async () => ({ calls: 0, bad: 0, totalMs: 0, p95Ms: null, values: [], wide: 0 }),
  calls: async () => ({ spans: 7, places: [] }),
  courses: async () => ({ courses: [], left: 0 }),
};
const asked = { services: ['service:a'], of: 'time', onsetMs: 1e12, untilMs: 1e12 + 60_000 } as const;
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

test('runs once for the same question, keeps the answer, and shows the last one while the next runs', async () => {
  let walks = 0;
  const query: Queries = { ...nothing, walk: (...given) => { walks++; return nothing.walk(...given); } };
  const refinements = openRefinements(() => 0);
  expect(refinements.of('inc-1', asked, query)).toMatchObject({ state: 'running', progress: 0, refined: null });
  expect(refinements.of('inc-1', asked, query).state).toBe('running');
  await settled();
  const done = refinements.of('inc-1', asked, query);
  expect(done).toMatchObject({ state: 'done', progress: 1, refined: { gains: [], counted: { countedMs: refineLimits.beforeMs + 60_000 } } });
  expect(walks).toBe(3);
  const later = { ...asked, untilMs: asked.untilMs + 60_000 };
  expect(refinements.of('inc-1', later, query)).toMatchObject({ state: 'running', refined: done.refined });
  expect(refinements.of('inc-2', asked, query)).toMatchObject({ state: 'running', refined: null });
  await settled();
  expect(walks).toBe(9);
});

test('a failure is told, kept for a while, then tried again', async () => {
  let nowMs = 0;
  const refinements = openRefinements(() => nowMs);
  const broken: Queries = { ...nothing, walk: () => Promise.reject(new Error('the row store is closed')) };
  refinements.of('inc-1', asked, broken);
  await settled();
  expect(refinements.of('inc-1', asked, nothing)).toMatchObject({ state: 'failed', reason: 'the row store is closed', refined: null });
  nowMs = 31_000;
  expect(refinements.of('inc-1', asked, nothing).state).toBe('running');
  await settled();
  expect(refinements.of('inc-1', asked, nothing).state).toBe('done');
});

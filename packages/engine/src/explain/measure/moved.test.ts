import { expect, test } from 'vitest';
import type { StoredCourse } from '../../model/index.ts';
import { movedCourses } from './moved.ts';

const onset = 60;
/** Eighty steps of noise about one level, and about another since `at`. */
function course(metric: string, level: number, then: number, more: Partial<StoredCourse> & { readonly at?: number; readonly seed?: number } = {}): StoredCourse {
  let state = more.seed ?? 1;
  const noise = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  const values = Array.from({ length: 80 }, (_, step) => (step < (more.at ?? onset) ? level : then) * (1 + 0.1 * noise()));
  return { metric, service: 'service:cart', attributes: {}, unit: '1', read: 'value', values, ...more };
}
const names = (courses: readonly StoredCourse[]): string[] => movedCourses(courses, onset).told.map((each) => each.course.metric);

test('metrics that moved are told with both levels and where they changed, furthest first', () => {
  const { told: [first, second], compared } = movedCourses([course('queue.depth', 10, 20), course('calm', 5, 5), course('pool.pending', 2, 90)], onset);
  expect(compared).toBe(3);
  expect(first).toMatchObject({ step: onset, alike: 0 });
  expect([first.course.metric, second.course.metric]).toEqual(['pool.pending', 'queue.depth']);
  expect(first.before).toBeCloseTo(2, 0);
  expect(first.after).toBeGreaterThan(80);
  expect(names([course('calm', 5, 5)])).toEqual([]);
});

test('what fell is told as well as what rose', () => {
  expect(names([course('rate', 100, 3)])).toEqual(['rate']);
});

test('among a thousand calm series none moved', () => {
  expect(names(Array.from({ length: 1_000 }, (_, i) => course(`calm.${i}`, 1 + i, 1 + i, { seed: i + 2 })))).toEqual([]);
});

test('a metric that changed long before the onset, or has a peak in the middle of it, did not move with it', () => {
  expect(names([course('earlier', 5, 50, { at: 30 })])).toEqual([]);
  const peaks = Array.from({ length: 80 }, (_, step) => (step % 20 < 10 ? 1 : 50));
  expect(names([course('periodic', 1, 1, { values: peaks })])).toEqual([]);
});

test('too few values say nothing; steps without a value are left out', () => {
  expect(movedCourses([course('young', 1, 9, { values: Array.from({ length: 62 }, (_, step) => (step < 60 ? 1 : 9)) })], onset)).toEqual({ told: [], compared: 0 });
  const minutely = course('minutely', 1, 9);
  expect(names([{ ...minutely, values: minutely.values.map((value, step) => (step % 4 === 0 ? value : null)) }])).toEqual(['minutely']);
});

test('series under one name are told once; memory that ran away is the cause of the CPU beside it', () => {
  expect(movedCourses([1, 2, 3].map((pod) => course('depth', 1, 9, { attributes: { 'k8s.pod.name': `cart-${pod}` }, seed: pod })), onset).told).toMatchObject([{ alike: 2 }]);
  const bytes = 1024 ** 3;
  expect(names([course('process.cpu.utilization', 0.01, 0.9), course('process.memory.usage', bytes, 3 * bytes, { unit: 'By' })])).toEqual(['process.memory.usage', 'process.cpu.utilization']);
});

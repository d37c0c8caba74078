import { movedCourses, type RowQueries } from '@clew/engine';
import type { Refined } from '../api/types.ts';

const stepMs = 30_000;
/** How far back is looked for what was usual. */
const beforeMs = 30 * 60_000;

/** Which metrics of the services and of their machines moved as the incident began; their courses go with them. */
export async function lookForMoves(query: Pick<RowQueries, 'courses'>, services: readonly string[], onsetMs: number, untilMs: number): Promise<Refined['moved']> {
  const fromMs = onsetMs - beforeMs;
  const { courses, left } = await query.courses({ fromMs, toMs: Math.max(untilMs, onsetMs + stepMs), stepMs, services });
  return {
    tried: courses.length, left, fromMs, stepMs,
    told: movedCourses(courses, beforeMs / stepMs).map(({ course, before, after, distance, step, alike }) => ({ ...course, before, after, distance, atMs: fromMs + step * stepMs, alike })),
  };
}

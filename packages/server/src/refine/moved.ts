import { movedCourses, type RowQueries } from '@clew/engine';
import type { Refined } from '../api/types.ts';

/** What is young is looked at closely: services that send every ten seconds show it after half a minute. */
const steps = { young: 10_000, old: 30_000, youngMs: 3 * 60_000 } as const;
/** How far back is looked for what was usual. */
const beforeMs = 30 * 60_000;

/** Which metrics of the services and of their machines moved as the incident began; their courses go with them. */
export async function lookForMoves(query: Pick<RowQueries, 'courses'>, services: readonly string[], onsetMs: number, untilMs: number): Promise<Refined['moved']> {
  const fromMs = onsetMs - beforeMs;
  const stepMs = untilMs - onsetMs < steps.youngMs ? steps.young : steps.old;
  const { courses, left } = await query.courses({ fromMs, toMs: Math.max(untilMs, onsetMs + stepMs), stepMs, services });
  const { told, compared } = movedCourses(courses, beforeMs / stepMs);
  return {
    tried: compared, left, fromMs, stepMs,
    told: told.map(({ course, before, after, distance, step, alike }) => ({ ...course, before, after, distance, atMs: fromMs + step * stepMs, alike })),
  };
}

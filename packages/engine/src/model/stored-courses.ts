import type { EntityId } from './entity.ts';
import type { Attributes } from './rows.ts';

/** What an explanation is refined with beside stored calls: how metrics went. Times are epoch milliseconds, [fromMs, toMs). */

export interface CoursesQuery {
  readonly fromMs: number; readonly toMs: number; readonly stepMs: number;
  /** Whose metrics are looked at, those of the machines that they run on too. Where there is no room for all, those of the first. */
  readonly services: readonly EntityId[];
}
/** One series of any metric by step, as people read it: gauges by value, counters by rate a second, histograms by their 95th percentile. */
export interface StoredCourse {
  readonly metric: string;
  readonly service: EntityId;
  readonly attributes: Attributes;
  /** Of the values, as OTLP writes units: a rate of `{request}` is `{request}/s`. */
  readonly unit: string;
  readonly read: 'value' | 'rate' | 'p95';
  readonly values: readonly (number | null)[];
}
/** `left`: series that there was no room for. */
export interface StoredCourses { readonly courses: readonly StoredCourse[]; readonly left: number }

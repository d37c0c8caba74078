import type { CoursesQuery, StoredCourse, StoredCourses } from '@clew/engine';
import { MetricType } from '@clew/otlp';
import type { SeriesIdentity } from '../point.ts';
import type { QueryContext } from '../readers.ts';
import { valuesOf } from '../steps.ts';
import { lookBackMs, pointsOf } from './metric.ts';
import { stepsOf } from './red.ts';
import { findSeriesOf } from './series.ts';

/** How all metrics of the services and of their machines went, by step. */
export async function courses(context: QueryContext, query: CoursesQuery): Promise<StoredCourses> {
  const { fromMs, toMs, stepMs } = query;
  const steps = { fromMs, stepMs, count: stepsOf(query, context.limits.stepsMax).length };
  const readFromMs = fromMs - Math.max(lookBackMs, stepMs);
  const { series, left } = await findSeriesOf(context, query.services, readFromMs, toMs, context.limits.coursePointsMax);
  const points = await pointsOf(context, series, readFromMs, toMs);
  const told = [...points].map(([each, own]): StoredCourse => {
    const { metric, service, attributes, unit } = each.identity;
    const read = readingOf(each.identity);
    return { metric, service, attributes, unit: read === 'rate' ? rateUnit(unit) : unit, read, values: valuesOf(each.identity, own, read, steps) };
  });
  return { courses: told.filter(({ values }) => values.some((value) => value !== null)), left };
}

/** Seconds a second are a share: that of a CPU, mostly. */
function rateUnit(unit: string): string {
  return unit === 's' ? '1' : `${unit === '' ? '1' : unit}/s`;
}

function readingOf({ type, monotonic }: SeriesIdentity): StoredCourse['read'] {
  if (type === MetricType.sum && monotonic) return 'rate';
  return type === MetricType.histogram || type === MetricType.exponentialHistogram ? 'p95' : 'value';
}

import type { StoredCourse } from '../../model/index.ts';
import { rankShifts } from './metric-shift.ts';
import type { Metric } from './metric-shift.ts';
import { interpolatedQuantile } from './interpolated-quantile.ts';

/**
 * Metrics that moved when an incident began. Three statistics must agree, as each alone is wrong often among hundreds of series:
 * the medians are many robust deviations apart, nearly all values since lie outside what was usual before, and the best single
 * split of the whole course stands near the onset. Series that move together under one name are told once.
 */
export interface Moved {
  readonly course: StoredCourse;
  /** Medians, in the unit of the course. */
  readonly before: number;
  readonly after: number;
  /** Robust standard deviations between the two. */
  readonly distance: number;
  /** Where the course changed: the first step after it. */
  readonly step: number;
  /** Series of the same service and metric that moved, too. */
  readonly alike: number;
}

export const movedLimits = {
  /** Robust deviations between the medians. */
  distanceMin: 5,
  /** Values on either side. */
  beforeMin: 8,
  afterMin: 3,
  /** Share of the values since that lie beyond this share of those before, on the side to which the metric moved. */
  outsideShareMin: 0.8,
  usualShare: 0.975,
  /** Steps between the onset and the change of the metric: onsets are estimates, and metrics are sent once a minute. */
  stepsFromOnsetMax: 6,
  toldMax: 8,
} as const;

/** Furthest first. `compared`: series with values enough on both sides. `onset`: the first step of the incident, `guard` steps right before it belong to neither side. */
export function movedCourses(courses: readonly StoredCourse[], onset: number, guard = 1): { readonly told: readonly Moved[]; readonly compared: number } {
  const by = new Map<Metric, StoredCourse>();
  for (const course of courses) {
    const values = Float64Array.from(course.values, (value) => value ?? NaN);
    const metric: Metric = { node: nodeOf(course), name: course.metric, of: kindOf(course), before: values.slice(0, Math.max(0, onset - guard)), after: values.slice(onset) };
    if (counted(metric.before) >= movedLimits.beforeMin && counted(metric.after) >= movedLimits.afterMin) by.set(metric, course);
  }
  const told = new Map<string, Moved>();
  for (const { metric, before, after, distance } of rankShifts([...by.keys()])) {
    const course = by.get(metric);
    if (course === undefined || distance < movedLimits.distanceMin || !isOutside(metric, after > before)) continue;
    const step = splitOf(course.values);
    if (Math.abs(step - onset) > movedLimits.stepsFromOnsetMax) continue;
    const key = `${course.service}\u0001${course.metric}`;
    const known = told.get(key);
    told.set(key, known === undefined ? { course, before, after, distance, step, alike: 0 } : { ...known, alike: known.alike + 1 });
  }
  return { told: [...told.values()].slice(0, movedLimits.toldMax), compared: by.size };
}

/** A service, and which of its instances. */
function nodeOf({ service, attributes }: StoredCourse): string {
  return `${service} ${String(attributes['service.instance.id'] ?? attributes['k8s.pod.name'] ?? attributes['container.id'] ?? attributes['host.name'] ?? '')}`;
}

function kindOf({ metric, unit }: StoredCourse): Metric['of'] {
  if (/cpu/.test(metric)) return 'cpu';
  return unit === 'By' && /memory|heap|rss/.test(metric) ? 'memory' : 'other';
}

const counted = (values: ArrayLike<number>): number => Array.from(values).filter(Number.isFinite).length;

function isOutside({ before, after }: Metric, isUp: boolean): boolean {
  const edge = interpolatedQuantile(before, isUp ? movedLimits.usualShare : 1 - movedLimits.usualShare);
  const since = Array.from(after).filter(Number.isFinite);
  return since.filter((value) => (isUp ? value > edge : value < edge)).length >= movedLimits.outsideShareMin * since.length;
}

/** The split that leaves the least squares about the means of its two parts: the first step of the second one. */
function splitOf(values: readonly (number | null)[]): number {
  const known = values.flatMap((value, step) => (value === null ? [] : [{ step, value }]));
  const mean = known.reduce((sum, { value }) => sum + value, 0) / known.length;
  let [sum, best, at] = [0, -1, 0];
  for (let i = 1; i < known.length; i++) {
    sum += known[i - 1].value - mean;
    const gain = (sum * sum) / (i * (known.length - i));
    if (gain > best) [best, at] = [gain, known[i].step];
  }
  return at;
}

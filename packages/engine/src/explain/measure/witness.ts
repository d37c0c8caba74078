import { offCourse } from './course.ts';
import { delaysOf } from './delays.ts';
import { rankShifts } from './metric-shift.ts';
import type { Metric } from './metric-shift.ts';
import { saturate } from './saturate.ts';
import { visitsOf } from './visits.ts';
import type { LogRow, SpanRow } from './visits.ts';

/** Two stretches of stored telemetry: when all was well, and when it was not. */
export interface Witness {
  readonly spans: { readonly before: readonly SpanRow[]; readonly after: readonly SpanRow[] };
  readonly logs: { readonly before: readonly LogRow[]; readonly after: readonly LogRow[] };
  readonly metrics: readonly Metric[];
}

export interface Suspect {
  readonly node: string;
  /** 0..1 by source, and all of them together (noisy or). */
  readonly course: number;
  readonly delay: number;
  readonly resource: number;
  readonly score: number;
  /** What shows it: a log line or operation, `the way`, `own work`, a metric. */
  readonly detail: string;
}

/** Scores at which each source is half sure. */
const half = { course: 8, resource: 20 } as const;
/** An error that was not written before says more than a line that is missing. */
const failingWeight = 1.5;
/** Time added to a visit that leaves no doubt, as a share of how long requests usually take. */
const addedShare = 1;

export type Source = 'course' | 'delay' | 'resource';

/** Root cause by contrast of two stretches of rows. Best first; nodes that nothing speaks against are not in it. */
export function contrastStretches(witness: Witness, sources: readonly Source[] = ['course', 'delay', 'resource']): Suspect[] {
  const before = visitsOf(witness.spans.before, witness.logs.before);
  const after = visitsOf(witness.spans.after, witness.logs.after);
  const suspects = new Map<string, { course: number; delay: number; resource: number; details: (readonly [number, string])[] }>();
  const of = (node: string): { course: number; delay: number; resource: number; details: (readonly [number, string])[] } => {
    let suspect = suspects.get(node);
    if (suspect === undefined) suspects.set(node, suspect = { course: 0, delay: 0, resource: 0, details: [] });
    return suspect;
  };
  if (sources.includes('course')) {
    for (const each of offCourse(before, after)) {
      const strength = saturate(each.missing + failingWeight * each.failing, half.course);
      of(each.node).course = strength;
      of(each.node).details.push([strength, each.failingItem || each.missingItem]);
    }
  }
  if (sources.includes('delay')) {
    const { delays, usualMs } = delaysOf(before, after);
    for (const each of delays) {
      const strength = each.share * Math.min(1, each.perVisitMs / Math.max(1, addedShare * usualMs));
      of(each.node).delay = strength;
      of(each.node).details.push([strength, each.waysMs >= each.selfMs ? 'the way' : 'own work']);
    }
  }
  if (sources.includes('resource')) {
    for (const shift of rankShifts(witness.metrics)) {
      if (shift.after <= shift.before) continue;
      const strength = saturate(shift.distance, half.resource);
      if (strength <= of(shift.node).resource) continue;
      of(shift.node).resource = strength;
      of(shift.node).details.push([strength, shift.name]);
    }
  }
  const ranked = [...suspects].map(([node, { course, delay, resource, details }]): Suspect => ({
    node, course, delay, resource, score: 1 - (1 - course) * (1 - delay) * (1 - resource), detail: details.reduce((best, each) => (each[0] > best[0] ? each : best), [0, ''] as const)[1],
  }));
  return ranked.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || (a.node < b.node ? -1 : 1));
}

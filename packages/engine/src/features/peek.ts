import { momentMs } from '../base/moment.ts';
import type { EngineSettings, EntityId, Moments, Stretch } from '../model/index.ts';
import { mergeTally } from './edges.ts';
import { quantileOf, withoutHistogram } from './histogram.ts';
import { observe, seriesOf } from './observe.ts';
import { makeTally } from './spans.ts';
import type { FeaturesState, PaneShape, Tally } from './state.ts';

/** Sums that are there anyway, of panes that are still open: nothing is assembled, nothing changes. */

export function openPanes(state: FeaturesState): number[] {
  return [...state.panes.keys()].sort((left, right) => left - right);
}

/** Halves of the open panes that hold anything, oldest first. Rates are left out: what is not over has no rate. */
export function peekStretches(state: FeaturesState, { paneMs }: EngineSettings): Stretch[] {
  return openPanes(state).flatMap((startMs) => {
    const shapes = state.panes.get(startMs)?.shapes ?? [];
    return [0, 1].map((half) => ({ startMs, fromMs: startMs + half * paneMs / 2, untilMs: startMs + (half + 1) * paneMs / 2, observations: observeHalf(shapes, half) }));
  }).filter(({ observations }) => observations.length > 0);
}

function observeHalf(shapes: readonly PaneShape[], half: number): Stretch['observations'] {
  const tallies = new Map<EntityId, { readonly node: EntityId; readonly tally: Tally }>();
  for (const shape of shapes) {
    const served = half === 1 ? shape.late : withoutLate(shape);
    if (served === null || served.count === 0) continue;
    for (const entity of [shape.operationId, shape.service]) {
      let found = tallies.get(entity);
      if (found === undefined) tallies.set(entity, found = { node: shape.service, tally: makeTally() });
      mergeTally(found.tally, served);
    }
  }
  return [...tallies].flatMap(([entity, { node, tally: { count, errors, durations } }]) => {
    const about = { entity, node, weight: count };
    return [
      observe({ ...about, feature: 'error_share', value: errors / count }),
      observe({ ...about, feature: 'latency_p50', value: quantileOf(durations, 0.5) }),
      observe({ ...about, feature: 'latency_p95', value: quantileOf(durations, 0.95) }),
    ];
  });
}

function withoutLate({ served, late }: PaneShape): Tally | null {
  if (served === null || late === null) return served;
  return { count: served.count - late.count, errors: served.errors - late.errors, totalNs: served.totalNs - late.totalNs, durations: withoutHistogram(served.durations, late.durations) };
}

/** Fewer failures than this in all open panes are not told. */
const failuresLeast = 3;

/** Services and operations with failures in the open panes. */
export function peekFailures(state: FeaturesState, { paneMs }: EngineSettings): Moments[] {
  const starts = openPanes(state);
  const failed = new Map<EntityId, number>();
  for (const { served, service, operationId } of shapesOf(state, starts)) {
    if (served === null || served.errors === 0) continue;
    for (const entity of [operationId, service]) failed.set(entity, (failed.get(entity) ?? 0) + served.errors);
  }
  const told = new Map<EntityId, { readonly requests: number[]; readonly failures: number[] }>();
  for (const [entity, failures] of failed) {
    if (failures < failuresLeast) continue;
    const length = Math.ceil((starts[starts.length - 1] + paneMs - starts[0]) / momentMs);
    told.set(entity, { requests: zeros(length), failures: zeros(length) });
  }
  if (told.size === 0) return [];
  for (const startMs of starts) {
    const from = Math.round((startMs - starts[0]) / momentMs);
    for (const { moments, service, operationId } of shapesOf(state, [startMs])) {
      for (const entity of [operationId, service]) {
        const into = told.get(entity);
        if (into === undefined) continue;
        for (let at = 0; 2 * at < moments.length; at++) {
          into.requests[from + at] += moments[2 * at];
          into.failures[from + at] += moments[2 * at + 1];
        }
      }
    }
  }
  return [...told].map(([entity, { requests, failures }]) => ({ series: seriesOf(entity, 'error_share'), fromMs: starts[0], requests, failures }));
}

function shapesOf(state: FeaturesState, starts: readonly number[]): PaneShape[] {
  return starts.flatMap((startMs) => state.panes.get(startMs)?.shapes ?? []);
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

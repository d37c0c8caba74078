import { fromTwoBytes, notANumber, toTwoBytes } from './base/two-bytes.ts';
import type { EngineSettings, EntityId, Pane, Red, Sample } from './model/index.ts';

/** Entities whose requests, and series whose samples, are kept for the screens; beyond it new ones are not (counter `history_refused`). */
const historiesMax = 4_000;

/** One value a pane and column: a pane has its place by its number, so nothing is kept of when it was. Plain data. */
interface Ring {
  /** What was not reported is not a number. */
  readonly columns: readonly (Float32Array | Uint16Array)[];
  /** Number of the newest pane since 1970; -1 before the first. */
  newest: number;
}

interface Resource { readonly entity: EntityId; readonly node: EntityId; readonly metric: string; readonly unit: string; readonly ring: Ring }

/** What the screens draw: requests by entity, samples by series, over the last `historyPanes`. */
export interface History {
  readonly red: Map<EntityId, Ring>;
  readonly resources: Map<string, Resource>;
  refused: number;
}

export function makeHistory(): History {
  return { red: new Map(), resources: new Map(), refused: 0 };
}

const requestFeatures: ReadonlySet<string> = new Set(['request_rate', 'error_share', 'latency_p50', 'latency_p95', 'latency_p99']);

export function keepHistory(history: History, pane: Pane, settings: EngineSettings): void {
  const length = settings.limits.historyPanes;
  for (const [entity, red] of pane.red) {
    let ring = history.red.get(entity);
    if (ring === undefined) {
      if (isFull(history)) continue;
      ring = { columns: Array.from({ length: 5 }, () => new Float32Array(length).fill(Number.NaN)), newest: -1 };
      history.red.set(entity, ring);
    }
    push(ring, red.paneMs / settings.paneMs, [red.count, red.errors, red.p50Ms, red.p95Ms, red.p99Ms], Number.NaN);
  }
  for (const each of pane.observations) {
    if (requestFeatures.has(each.feature)) continue;
    let resource = history.resources.get(each.series);
    if (resource === undefined) {
      if (isFull(history)) continue;
      const metric = each.subject === '' ? each.feature : each.feature.startsWith('metric') ? each.subject : `${each.feature} ${each.subject}`;
      resource = { entity: each.entity, node: each.node, metric, unit: each.unit, ring: { columns: [new Uint16Array(length).fill(notANumber)], newest: -1 } };
      history.resources.set(each.series, resource);
    }
    push(resource.ring, pane.startMs / settings.paneMs, [toTwoBytes(each.value)], notANumber);
  }
  const oldest = pane.startMs / settings.paneMs - length;
  for (const [entity, ring] of history.red) if (ring.newest < oldest) history.red.delete(entity);
  for (const [key, { ring }] of history.resources) if (ring.newest < oldest) history.resources.delete(key);
}

function isFull(history: History): boolean {
  const full = history.red.size + history.resources.size >= historiesMax;
  if (full) history.refused++;
  return full;
}

export function redOf(history: History, entity: EntityId, settings: EngineSettings): Red[] {
  const ring = history.red.get(entity);
  if (ring === undefined) return [];
  const [count, errors, p50, p95, p99] = ring.columns;
  return panesOf(ring, (at) => !Number.isNaN(count[at])).map((pane) => {
    const at = pane % count.length;
    return {
      paneMs: pane * settings.paneMs, count: count[at], errors: errors[at], rate: count[at] / (settings.paneMs / 1000), errorShare: count[at] === 0 ? 0 : errors[at] / count[at],
      p50Ms: p50[at], p95Ms: p95[at], p99Ms: p99[at],
    };
  });
}

/** Values at most 0.2 % off (two-bytes.ts): there are thousands of series, and people look at them. */
export function samplesOf({ ring }: Resource, paneMs: number): Sample[] {
  const [value] = ring.columns;
  return panesOf(ring, (at) => value[at] !== notANumber).map((pane) => ({ paneMs: pane * paneMs, value: fromTwoBytes(value[pane % value.length]) }));
}

/** Panes go up; those left out were not reported. */
function push(ring: Ring, pane: number, values: readonly number[], nothing: number): void {
  const length = ring.columns[0].length;
  if (pane < ring.newest) throw new Error(`BUG: pane ${pane} after pane ${ring.newest}`);
  const from = ring.newest < 0 ? pane : Math.max(ring.newest + 1, pane - length + 1);
  ring.columns.forEach((column, index) => {
    for (let each = from; each < pane; each++) column[each % length] = nothing;
    column[pane % length] = values[index];
  });
  ring.newest = pane;
}

/** Numbers of the panes that were reported, oldest first. */
function panesOf({ columns: [{ length }], newest }: Ring, isReported: (at: number) => boolean): number[] {
  if (newest < 0) return [];
  const panes: number[] = [];
  for (let pane = Math.max(0, newest - length + 1); pane <= newest; pane++) if (isReported(pane % length)) panes.push(pane);
  return panes;
}

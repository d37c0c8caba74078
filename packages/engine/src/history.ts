import type { EngineSettings, EntityId, Pane, Red, Sample } from './model/index.ts';

/** Entities whose requests, and series whose samples, are kept for the screens; beyond it new ones are not (counter `history_refused`). */
const historiesMax = 4_000;

/** One value a pane and column, oldest overwritten first; single precision is plenty for a chart. Plain data. */
interface Ring {
  /** Numbers of panes since 1970. */
  readonly panes: Uint32Array;
  readonly columns: readonly Float32Array[];
  next: number;
  size: number;
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
      ring = makeRing(length, 5);
      history.red.set(entity, ring);
    }
    push(ring, red.paneMs / settings.paneMs, [red.count, red.errors, red.p50Ms, red.p95Ms, red.p99Ms]);
  }
  for (const each of pane.observations) {
    if (requestFeatures.has(each.feature)) continue;
    let resource = history.resources.get(each.series);
    if (resource === undefined) {
      if (isFull(history)) continue;
      const metric = each.subject === '' ? each.feature : each.feature.startsWith('metric') ? each.subject : `${each.feature} ${each.subject}`;
      resource = { entity: each.entity, node: each.node, metric, unit: each.unit, ring: makeRing(length, 1) };
      history.resources.set(each.series, resource);
    }
    push(resource.ring, pane.startMs / settings.paneMs, [each.value]);
  }
  const oldest = pane.startMs / settings.paneMs - length;
  for (const [entity, ring] of history.red) if (lastOf(ring) < oldest) history.red.delete(entity);
  for (const [key, { ring }] of history.resources) if (lastOf(ring) < oldest) history.resources.delete(key);
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
  return indexes(ring).map((at) => ({
    paneMs: ring.panes[at] * settings.paneMs, count: count[at], errors: errors[at], rate: count[at] / (settings.paneMs / 1000), errorShare: count[at] === 0 ? 0 : errors[at] / count[at],
    p50Ms: p50[at], p95Ms: p95[at], p99Ms: p99[at],
  }));
}

export function samplesOf(resource: Resource, paneMs: number): Sample[] {
  const [value] = resource.ring.columns;
  return indexes(resource.ring).map((at) => ({ paneMs: resource.ring.panes[at] * paneMs, value: value[at] }));
}

function makeRing(length: number, columns: number): Ring {
  return { panes: new Uint32Array(length), columns: Array.from({ length: columns }, () => new Float32Array(length)), next: 0, size: 0 };
}

function push(ring: Ring, pane: number, values: readonly number[]): void {
  ring.panes[ring.next] = pane;
  values.forEach((value, column) => {
    ring.columns[column][ring.next] = value;
  });
  ring.next = (ring.next + 1) % ring.panes.length;
  ring.size = Math.min(ring.size + 1, ring.panes.length);
}

function lastOf(ring: Ring): number {
  return ring.panes[(ring.next - 1 + ring.panes.length) % ring.panes.length];
}

/** Oldest first. */
function indexes(ring: Ring): number[] {
  const length = ring.panes.length;
  return Array.from({ length: ring.size }, (_, index) => (ring.next - ring.size + index + length) % length);
}

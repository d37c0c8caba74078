import { alignLayers, orderLayers, type Layered } from './layering.ts';

/**
 * Layered layout after Sugiyama, Tagawa, Toda (1981): callers left, callees right. It depends on ids alone, never on
 * traffic, so that the same graph is drawn the same everywhere; and nodes that were drawn before stay where they were.
 */
export interface LayoutNode { readonly id: string }
export interface LayoutEdge { readonly from: string; readonly to: string }
/** `layer` counts from the left, `y` in rows. */
export interface Place { readonly layer: number; readonly y: number }
/** Points between the ends at which a long edge passes a layer. */
export interface Layout {
  readonly places: ReadonlyMap<string, Place>;
  readonly bends: ReadonlyMap<string, readonly Place[]>;
  readonly layers: number;
  readonly rows: number;
}

export const edgeKey = (edge: LayoutEdge): string => `${edge.from}\n${edge.to}`;
/** A row that a long edge needs where it passes between nodes. */
const passRow = 0.5;

export function layOut(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], before?: Layout): Layout {
  const ids = [...new Set(nodes.map((node) => node.id))].sort();
  const known = new Set(ids);
  const calls = [...new Map(edges.filter((edge) => edge.from !== edge.to && known.has(edge.from) && known.has(edge.to)).map((edge) => [edgeKey(edge), edge])).values()]
    .sort((a, b) => (edgeKey(a) < edgeKey(b) ? -1 : 1));
  const kept = before === undefined ? 0 : ids.filter((id) => before.places.has(id)).length;
  // More than half new is another graph: drawing it afresh is clearer than filling gaps.
  return before !== undefined && kept * 2 >= ids.length && kept > 0 ? extend(ids, calls, before) : fresh(ids, calls);
}

function fresh(ids: readonly string[], calls: readonly LayoutEdge[]): Layout {
  const forward = breakCycles(ids, calls);
  const layerOf = rank(ids, forward);
  const number = new Map(ids.map((id, at) => [id, at]));
  const layers: number[][] = [];
  const links: [number, number][] = [];
  const chains = new Map<string, { readonly start: number; readonly passes: number[] }>();
  let count = 0;
  const put = (layer: number): number => {
    while (layers.length <= layer) layers.push([]);
    layers[layer].push(count);
    return count++;
  };
  for (const id of ids) put(layerOf.get(id) ?? 0);
  for (const call of forward) {
    const [start, end] = [layerOf.get(call.from) ?? 0, layerOf.get(call.to) ?? 0];
    const passes = Array.from({ length: end - start - 1 }, (_, step) => put(start + 1 + step));
    const chain = [number.get(call.from) ?? 0, ...passes, number.get(call.to) ?? 0];
    for (let at = 1; at < chain.length; at++) links.push([chain[at - 1], chain[at]]);
    chains.set(edgeKey(call), { start, passes });
  }
  const layered: Layered = { count, layers, links };
  orderLayers(layered);
  const y = alignLayers(layered, (id) => (id < ids.length ? 1 : passRow));
  const lowest = y.reduce((low, each) => Math.min(low, each), Infinity);
  const places = new Map(ids.map((id, at) => [id, { layer: layerOf.get(id) ?? 0, y: y[at] - lowest }]));
  const bends = new Map([...chains].map(([key, { start, passes }]) => [key, passes.map((pass, step) => ({ layer: start + 1 + step, y: y[pass] - lowest }))]));
  return measure(places, bends);
}

function measure(places: ReadonlyMap<string, Place>, bends: Layout['bends']): Layout {
  const all = [...places.values(), ...[...bends.values()].flat()];
  return { places, bends, layers: 1 + Math.max(-1, ...all.map((place) => place.layer)), rows: all.length === 0 ? 0 : 1 + Math.max(...all.map((place) => place.y)) };
}

/** Calls that lead back to a node that is still being walked are turned round, for ranking only. Roots first, then by id. */
function breakCycles(ids: readonly string[], calls: readonly LayoutEdge[]): LayoutEdge[] {
  const out = new Map<string, LayoutEdge[]>(ids.map((id) => [id, []]));
  const called = new Set(calls.map((call) => call.to));
  for (const call of calls) out.get(call.from)?.push(call);
  const state = new Map<string, 'open' | 'done'>();
  const forward: LayoutEdge[] = [];
  const roots = [...ids.filter((id) => !called.has(id)), ...ids];
  for (const root of roots) {
    if (state.has(root)) continue;
    state.set(root, 'open');
    const stack = [{ id: root, next: 0 }];
    while (stack.length > 0) {
      const top = stack[stack.length - 1];
      const call = out.get(top.id)?.[top.next++];
      if (call === undefined) {
        state.set(top.id, 'done');
        stack.pop();
      } else if (state.get(call.to) === 'open') {
        // Turned round: drawn from right to left.
      } else {
        forward.push(call);
        if (!state.has(call.to)) {
          state.set(call.to, 'open');
          stack.push({ id: call.to, next: 0 });
        }
      }
    }
  }
  return forward;
}

/** Longest path from a root. */
function rank(ids: readonly string[], forward: readonly LayoutEdge[]): Map<string, number> {
  const out = new Map<string, string[]>();
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]));
  for (const { from, to } of forward) {
    out.set(from, [...(out.get(from) ?? []), to]);
    waiting.set(to, (waiting.get(to) ?? 0) + 1);
  }
  const layerOf = new Map<string, number>(ids.map((id) => [id, 0]));
  const ready = ids.filter((id) => waiting.get(id) === 0);
  for (let id = ready.shift(); id !== undefined; id = ready.shift()) {
    for (const to of out.get(id) ?? []) {
      layerOf.set(to, Math.max(layerOf.get(to) ?? 0, (layerOf.get(id) ?? 0) + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return layerOf;
}

/** Nodes of before keep their place; a new one goes right of its callers, into the free row nearest to its neighbours. */
function extend(ids: readonly string[], calls: readonly LayoutEdge[], before: Layout): Layout {
  const places = new Map<string, Place>();
  for (const id of ids) {
    const place = before.places.get(id);
    if (place !== undefined) places.set(id, place);
  }
  const present = new Set(calls.map(edgeKey));
  const bends = new Map([...before.bends].filter(([key]) => present.has(key)));
  const taken = new Map<number, number[]>();
  const take = (place: Place): void => void taken.set(place.layer, [...(taken.get(place.layer) ?? []), place.y]);
  for (const place of places.values()) take(place);
  for (const bend of bends.values()) for (const place of bend) take(place);
  let rest = ids.filter((id) => !places.has(id));
  while (rest.length > 0) {
    // First those that touch something placed; what touches nothing comes last.
    const touching = rest.filter((id) => calls.some((call) => (call.from === id && places.has(call.to)) || (call.to === id && places.has(call.from))));
    const id = (touching.length > 0 ? touching : rest)[0];
    const callers = calls.filter((call) => call.to === id).flatMap((call) => places.get(call.from) ?? []);
    const callees = calls.filter((call) => call.from === id).flatMap((call) => places.get(call.to) ?? []);
    const near = [...callers, ...callees];
    const layer = callers.length > 0 ? Math.max(...callers.map((place) => place.layer)) + 1 : Math.max(0, Math.min(...callees.map((place) => place.layer), before.layers) - 1);
    const wantedY = near.length === 0 ? before.rows : near.reduce((sum, place) => sum + place.y, 0) / near.length;
    const place = { layer, y: freeRow(taken.get(layer) ?? [], Math.round(wantedY)) };
    places.set(id, place);
    take(place);
    rest = rest.filter((other) => other !== id);
  }
  return measure(places, bends);
}

function freeRow(taken: readonly number[], wanted: number): number {
  const free = (y: number): boolean => y >= 0 && taken.every((other) => Math.abs(other - y) >= 0.999);
  for (let away = 0; ; away++) {
    if (free(wanted + away)) return wanted + away;
    if (free(wanted - away)) return wanted - away;
  }
}

import type { Change } from './change.ts';
import type { Edge, EdgeKind, EntityId, Node, NodeKind } from './entity.ts';
import type { TraceRef } from './finding.ts';
import type { Attribution, ErrorOrigin, Graph, Observation, Pane, SelfTime, TemplateCount } from './pane.ts';
import type { Red } from './red.ts';

/**
 * A made-up system that makes panes without any telemetry: for tests and benchmarks of the stages behind features.
 * Operations call operations; requests enter at some of them; times and failures add up the way they do in traces.
 */
export interface SketchOperation {
  readonly node: EntityId;
  readonly name: string;
  /** Operation keys (`node|name`) called once a request each. */
  readonly calls: readonly string[];
  readonly selfMs: number;
  /** Requests a second that enter here from `user`. */
  readonly entryRate?: number;
  /** Share of requests that fail here by themselves. */
  readonly failing?: number;
  readonly errorType?: string;
  /** Requests arrive, but no server span is ever seen. */
  readonly silent?: boolean;
  /** Failures of callees do not make this one fail. */
  readonly tolerant?: boolean;
}

export interface SketchResource { readonly entity: EntityId; readonly node: EntityId; readonly feature: string; readonly subject?: string; readonly unit: string; readonly scale?: Observation['scale']; readonly value: number; readonly noise: number; readonly symptom?: boolean }

export interface Sketch {
  readonly operations: readonly SketchOperation[];
  readonly resources?: readonly SketchResource[];
  readonly hosts?: Readonly<Record<EntityId, EntityId>>;
  readonly templates?: readonly TemplateCount[];
  readonly changes?: readonly Change[];
  /** Extra edges (producer → queue → consumer). */
  readonly links?: readonly (readonly [EntityId, EntityId])[];
}

/** A small seeded generator (mulberry32): same seed, same dice, everywhere. */
export function makeDice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function bell(dice: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - dice())) * Math.cos(2 * Math.PI * dice());
}

export function poisson(dice: () => number, mean: number): number {
  if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * bell(dice)));
  if (mean <= 0) return 0;
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= dice()) count++;
  return count;
}

interface Flow { readonly operation: SketchOperation; readonly key: string; rate: number; totalMs: number; failing: number; seen: boolean }

const keyOf = (operation: SketchOperation): string => `${operation.node}|${operation.name}`;

/** Rates downwards, times and failures upwards. Operations are listed callers first. */
function flow(sketch: Sketch): Map<string, Flow> {
  const flows = new Map<string, Flow>();
  for (const operation of sketch.operations) {
    flows.set(keyOf(operation), { operation, key: keyOf(operation), rate: operation.entryRate ?? 0, totalMs: 0, failing: 0, seen: operation.silent !== true });
  }
  for (const each of flows.values()) for (const called of each.operation.calls) must(flows, called).rate += each.rate;
  for (const each of [...flows.values()].toReversed()) {
    const called = each.operation.calls.map((key) => must(flows, key));
    each.totalMs = each.operation.selfMs + called.reduce((sum, one) => sum + one.totalMs, 0);
    const fine = called.reduce((product, one) => product * (1 - one.failing), 1);
    each.failing = 1 - (1 - (each.operation.failing ?? 0)) * (each.operation.tolerant === true ? 1 : fine);
  }
  return flows;
}

function must(flows: Map<string, Flow>, key: string): Flow {
  const found = flows.get(key);
  if (found === undefined) throw new Error(`BUG: sketch has no operation ${key}`);
  return found;
}

const spread = 0.35;

export function sketchPane(sketch: Sketch, startMs: number, dice: () => number, paneMs = 10_000): Pane {
  const seconds = paneMs / 1000;
  const flows = flow(sketch);
  const red = new Map<EntityId, Red>();
  const observations: Observation[] = [];
  const attributions: Attribution[] = [];
  const sums = new Map<EntityId, { node: EntityId; count: number; errors: number; p50: number; p95: number; symptom: boolean }>();
  const add = (entity: EntityId, node: EntityId, symptom: boolean, count: number, errors: number, p50: number, p95: number): void => {
    const sum = sums.get(entity) ?? { node, count: 0, errors: 0, p50: 0, p95: 0, symptom };
    sum.count += count;
    sum.errors += errors;
    sum.p50 += p50 * count;
    sum.p95 += p95 * count;
    sums.set(entity, sum);
  };
  for (const each of flows.values()) {
    const count = poisson(dice, each.rate * seconds);
    let errors = 0;
    for (let i = 0; i < count; i++) if (dice() < each.failing) errors++;
    const jitter = 1 / Math.sqrt(Math.max(1, count));
    const p50 = each.totalMs * Math.exp(bell(dice) * 1.25 * spread * jitter);
    const p95 = each.totalMs * Math.exp(1.645 * spread + bell(dice) * 2.1 * spread * jitter);
    const { node } = each.operation;
    const service = node.startsWith('service:');
    const served = each.seen ? count : 0;
    add(node, node, service, served, each.seen ? errors : 0, p50, p95);
    if (service) add(`operation:${node.slice(8)}|server|${each.operation.name}`, node, true, served, each.seen ? errors : 0, p50, p95);
    if (each.operation.entryRate !== undefined) add(`edge:user→${node}`, 'user', false, count, errors, p50, p95);
    for (const caller of flows.values()) {
      if (caller.operation.calls.includes(each.key)) add(`edge:${caller.operation.node}→${node}`, caller.operation.node, false, count, errors, p50, p95);
    }
    if (service && each.seen && count > 0) attributions.push(attribute(flows, each, count, errors, startMs));
  }
  for (const [entity, sum] of sums) {
    observations.push(observation(entity, sum.node, 'request_rate', 'rate', '1/s', sum.count / seconds, sum.count, sum.symptom));
    if (sum.count === 0) continue;
    const p50Ms = sum.p50 / sum.count;
    const p95Ms = sum.p95 / sum.count;
    red.set(entity, { paneMs: startMs, count: sum.count, errors: sum.errors, rate: sum.count / seconds, errorShare: sum.errors / sum.count, p50Ms, p95Ms, p99Ms: p95Ms * 1.3 });
    observations.push(observation(entity, sum.node, 'error_share', 'share', '1', sum.errors / sum.count, sum.count, sum.symptom));
    observations.push(observation(entity, sum.node, 'latency_p50', 'latency', 'ms', p50Ms, sum.count, sum.symptom));
    observations.push(observation(entity, sum.node, 'latency_p95', 'latency', 'ms', p95Ms, sum.count, sum.symptom));
  }
  for (const each of sketch.resources ?? []) {
    observations.push(observation(each.entity, each.node, each.feature, each.scale ?? 'gauge', each.unit, each.value + bell(dice) * each.noise, 1, each.symptom ?? false, each.subject));
  }
  return { startMs, endMs: startMs + paneMs, observations, red, attributions, templates: sketch.templates ?? [], changes: sketch.changes ?? [] };
}

function observation(entity: EntityId, node: EntityId, feature: string, scale: Observation['scale'], unit: string, value: number, weight: number, symptom: boolean, subject = ''): Observation {
  return { series: `${entity} ${feature} ${subject}`, entity, node, feature, subject, scale, unit, value, weight, symptom, exemplars: [] };
}

function attribute(flows: Map<string, Flow>, top: Flow, count: number, errors: number, startMs: number): Attribution {
  const self: SelfTime[] = [];
  const origins: ErrorOrigin[] = [];
  const walk = (each: Flow): void => {
    const { operation } = each;
    const database = operation.node.startsWith('database:');
    self.push({ node: operation.node, operation: operation.name, statement: database ? operation.name : '', selfMs: operation.selfMs * count, spans: count });
    const failed = Math.round((operation.failing ?? 0) * count);
    if (failed > 0) origins.push({ node: operation.node, operation: operation.name, errorType: operation.errorType ?? '', count: failed, exemplar: traceOf(`${top.key}${startMs}e`) });
    for (const key of operation.calls) walk(must(flows, key));
  };
  walk(top);
  const { node, name } = top.operation;
  return {
    operation: `operation:${node.slice(8)}|server|${name}`, node, requests: count, errors, totalMs: top.totalMs * count, self, origins,
    slowest: traceOf(`${top.key}${startMs}s`), typical: traceOf(`${top.key}${startMs}t`),
  };
}

function traceOf(text: string): TraceRef {
  let hash = 7;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) >>> 0;
  const hex = hash.toString(16).padStart(8, '0');
  return { traceId: hex.repeat(4), spanId: hex.repeat(2) };
}

export function sketchGraph(sketch: Sketch, toMs: number): Graph {
  const nodes = new Map<EntityId, Node>();
  const edges = new Map<EntityId, Edge>();
  const addNode = (id: EntityId): void => {
    const host = sketch.hosts?.[id];
    const name = id.slice(id.indexOf(':') + 1);
    nodes.set(id, { id, kind: kindOf(id), name, namespace: '', environment: '', system: '', language: '', versions: [], hosts: host === undefined ? [] : [host], firstSeenMs: 0, lastSeenMs: toMs });
  };
  const addEdge = (from: EntityId, to: EntityId): void => {
    const id = `edge:${from}→${to}`;
    addNode(from);
    addNode(to);
    edges.set(id, { id, from, to, kind: edgeKind(from, to), intervals: [{ fromMs: 0, toMs }] });
  };
  for (const operation of sketch.operations) {
    addNode(operation.node);
    if (operation.entryRate !== undefined) addEdge('user', operation.node);
    for (const key of operation.calls) addEdge(operation.node, key.slice(0, key.indexOf('|')));
  }
  for (const [from, to] of sketch.links ?? []) addEdge(from, to);
  const valid = (edge: Edge, atMs: number): boolean => edge.intervals.some((interval) => interval.fromMs <= atMs && atMs <= interval.toMs);
  const listed = [...edges.values()];
  return {
    nodes, edges,
    callers: (node, atMs) => listed.filter((edge) => edge.to === node && valid(edge, atMs)).map((edge) => edge.from).sort(),
    callees: (node, atMs) => listed.filter((edge) => edge.from === node && valid(edge, atMs)).map((edge) => edge.to).sort(),
    onHost: (host) => [...nodes.values()].filter((node) => node.hosts.includes(host)).map((node) => node.id).sort(),
  };
}

function kindOf(id: EntityId): NodeKind {
  return id === 'user' ? 'user' : (id.slice(0, id.indexOf(':')) as NodeKind);
}

function edgeKind(from: EntityId, to: EntityId): EdgeKind {
  if (from === 'user') return 'entry';
  if (to.startsWith('database:')) return 'database';
  if (to.startsWith('external:')) return 'external';
  return to.startsWith('queue:') || from.startsWith('queue:') ? 'message' : 'call';
}

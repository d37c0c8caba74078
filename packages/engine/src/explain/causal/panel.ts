import type { EntityId, Pane } from '../../model/index.ts';
import { causalLimits as limits } from './limits.ts';

/**
 * What each node did in each of the last panes, a few numbers a pane: what mechanisms are learnt from. Columns stand in a
 * ring, one array a node and one a call, so that keeping a pane allocates nothing and a checkpoint copies few large arrays.
 * Plain data.
 */
export interface Panel {
  /** Start of the pane in each slot; NaN for an empty one. */
  readonly starts: Float64Array;
  newest: number;
  readonly nodes: Map<EntityId, Float64Array>;
  /** `edge:` id → what the caller saw of the calls. */
  readonly calls: Map<EntityId, Float64Array>;
  /** Nodes and calls that there was no room for, once a pane each. */
  shed: number;
}

/** Columns of a node: requests, failed ones, their mean time and the mean time spent at the node itself (ms a request), the fullest of its resources (0..1). */
export const nodeColumns = { count: 0, errors: 1, meanMs: 2, ownMs: 3, saturation: 4 } as const;
const nodeWidth = 5;
/** Columns of a call. */
export const callColumns = { count: 0, errors: 1 } as const;
const callWidth = 2;

const utilizations: ReadonlySet<string> = new Set(['cpu_utilization', 'memory_utilization', 'heap_utilization', 'eventloop_utilization', 'disk_utilization', 'pool_utilization']);

export function makePanel(): Panel {
  return { starts: new Float64Array(limits.panes).fill(NaN), newest: limits.panes - 1, nodes: new Map(), calls: new Map(), shed: 0 };
}

/** A pane that was kept before it was over is replaced, and with it those after it. */
export function keepInPanel(panel: Panel, pane: Pane): void {
  const { starts } = panel;
  while (starts[panel.newest] >= pane.startMs) {
    starts[panel.newest] = NaN;
    panel.newest = (panel.newest + limits.panes - 1) % limits.panes;
  }
  panel.newest = (panel.newest + 1) % limits.panes;
  const slot = panel.newest;
  if (slot === 0) forget(panel);
  starts[slot] = pane.startMs;
  for (const row of panel.nodes.values()) row.fill(NaN, slot * nodeWidth, (slot + 1) * nodeWidth);
  for (const row of panel.calls.values()) row.fill(NaN, slot * callWidth, (slot + 1) * callWidth);
  keepRequests(panel, pane, slot);
  keepTimes(panel, pane, slot);
  for (const { feature, node, value } of pane.observations) {
    if (!utilizations.has(feature)) continue;
    const row = panel.nodes.get(node);
    const at = slot * nodeWidth + nodeColumns.saturation;
    if (row !== undefined && !(row[at] >= value)) row[at] = value;
  }
}

/** What was not heard in a whole turn of the ring. */
function forget({ nodes, calls }: Panel): void {
  for (const rows of [nodes, calls]) for (const [id, row] of rows) if (row.every(Number.isNaN)) rows.delete(id);
}

function keepRequests(panel: Panel, { red }: Pane, slot: number): void {
  for (const [entity, { count, errors }] of red) {
    if (entity.startsWith('operation:')) continue;
    const isCall = entity.startsWith('edge:');
    const row = isCall ? rowOf(panel, panel.calls, entity, callWidth, limits.calls) : rowOf(panel, panel.nodes, entity, nodeWidth, limits.nodes);
    if (row === null) continue;
    const at = slot * (isCall ? callWidth : nodeWidth);
    row[at] = count;
    row[at + 1] = errors;
  }
}

function rowOf(panel: Panel, rows: Map<EntityId, Float64Array>, id: EntityId, width: number, max: number): Float64Array | null {
  const known = rows.get(id);
  if (known !== undefined) return known;
  if (rows.size >= max) {
    panel.shed++;
    return null;
  }
  const row = new Float64Array(limits.panes * width).fill(NaN);
  rows.set(id, row);
  return row;
}

interface Time { requests: number; totalMs: number; ownMs: number }

/** Of services by their own requests; of databases and others that send no spans by the calls that stand for them. */
function keepTimes(panel: Panel, { attributions }: Pane, slot: number): void {
  const times = new Map<EntityId, Time>();
  const timeOf = (node: EntityId): Time => {
    let time = times.get(node);
    if (time === undefined) times.set(node, time = { requests: 0, totalMs: 0, ownMs: 0 });
    return time;
  };
  for (const { node, requests, totalMs, self } of attributions) {
    const served = timeOf(node);
    served.requests += requests;
    served.totalMs += totalMs;
    for (const own of self) {
      if (own.node === node) served.ownMs += own.selfMs;
      if (own.node.startsWith('service:')) continue;
      const called = timeOf(own.node);
      called.requests += own.spans;
      called.totalMs += own.selfMs;
      called.ownMs += own.selfMs;
    }
  }
  for (const [node, { requests, totalMs, ownMs }] of times) {
    const row = panel.nodes.get(node);
    if (row === undefined || requests === 0) continue;
    row[slot * nodeWidth + nodeColumns.meanMs] = totalMs / requests;
    row[slot * nodeWidth + nodeColumns.ownMs] = ownMs / requests;
  }
}

/** Slots of panes that start in [fromMs, toMs), oldest first. */
export function slotsBetween({ starts, newest }: Panel, fromMs: number, toMs: number): number[] {
  const slots: number[] = [];
  for (let step = 1; step <= limits.panes; step++) {
    const slot = (newest + step) % limits.panes;
    if (starts[slot] >= fromMs && starts[slot] < toMs) slots.push(slot);
  }
  return slots;
}

export function nodeSeries({ nodes }: Panel, node: EntityId, column: keyof typeof nodeColumns, slots: readonly number[]): Float64Array {
  return series(nodes.get(node), nodeWidth, nodeColumns[column], slots);
}

export function callSeries({ calls }: Panel, edge: EntityId, column: keyof typeof callColumns, slots: readonly number[]): Float64Array {
  return series(calls.get(edge), callWidth, callColumns[column], slots);
}

function series(row: Float64Array | undefined, width: number, column: number, slots: readonly number[]): Float64Array {
  const values = new Float64Array(slots.length).fill(NaN);
  if (row !== undefined) for (let at = 0; at < slots.length; at++) values[at] = row[slots[at] * width + column];
  return values;
}

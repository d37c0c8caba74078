import type { EntityId, Pane, TemplateCount, TraceRef } from '../model/index.ts';
import { keepInPanel, makePanel } from './causal/panel.ts';
import type { Panel } from './causal/panel.ts';
import { explainLimits as limits } from './limits.ts';

interface Kept {
  readonly startMs: number;
  readonly rows: number;
  readonly attributions: Pane['attributions'];
  readonly templates: readonly TemplateCount[];
  readonly instances?: Pane['instances'];
  readonly values?: Pane['values'];
  readonly recordValues?: Pane['recordValues'];
}

/** The last panes' attributions and templates. Plain data. */
export interface Memory {
  readonly panes: Kept[];
  rows: number;
  shed: number;
  /** Entity → newest pane in which a metric of it came in. Absent in a state that was saved before this was kept. */
  measured?: Map<EntityId, number>;
  /** What each node did in each pane. Absent likewise. */
  panel?: Panel;
  /** Nodes and edges near incidents that the graph network had no place for, and questions that it did not answer. Absent likewise. */
  graphDropped?: number;
  graphUnanswered?: number;
}

export function makeMemory(): Memory {
  return { panes: [], rows: 0, shed: 0, measured: new Map(), panel: makePanel() };
}

/** A pane that was kept before it was over is replaced, and with it those after it. */
export function keepPane(memory: Memory, pane: Pane): void {
  for (let newest = memory.panes.at(-1); newest !== undefined && newest.startMs >= pane.startMs; newest = memory.panes.at(-1)) {
    memory.rows -= newest.rows;
    memory.panes.pop();
  }
  const rows = pane.attributions.reduce((sum, each) => sum + 1 + each.self.length + each.origins.length, pane.templates.length + (pane.instances?.length ?? 0) + (pane.values?.length ?? 0) + (pane.recordValues?.length ?? 0));
  memory.panes.push({ startMs: pane.startMs, rows, attributions: pane.attributions, templates: pane.templates, instances: pane.instances, values: pane.values, recordValues: pane.recordValues });
  memory.rows += rows;
  keepMeasured(memory, pane);
  keepInPanel(memory.panel ??= makePanel(), pane);
  while (memory.panes.length > limits.memoryPanes || (memory.rows > limits.memoryRows && memory.panes.length > 1)) {
    const oldest = memory.panes.shift();
    if (oldest === undefined) break;
    memory.rows -= oldest.rows;
    if (memory.panes.length < limits.memoryPanes) memory.shed++;
  }
}

/** What spans and logs tell is no metric that somebody sends. */
const derived = /^(?:request_rate|error_share|latency_|self_time|retry_share|instance_count|log_rate|log_template|error_log_rate|new_template_rate)/;

function keepMeasured(memory: Memory, pane: Pane): void {
  const measured = memory.measured ??= new Map();
  for (const { entity, node, feature } of pane.observations) {
    if (derived.test(feature)) continue;
    measured.set(entity, pane.startMs);
    if (entity !== node && !entity.startsWith('host:')) measured.set(node, pane.startMs);
  }
  const oldestMs = memory.panes[0]?.startMs ?? pane.startMs;
  for (const [entity, atMs] of measured) if (atMs < oldestMs) measured.delete(entity);
}

/** Did a metric of it come in while memory reaches back? */
export function isMeasured({ measured }: Memory, entity: EntityId): boolean {
  return measured?.has(entity) === true;
}

export interface SelfTally { readonly node: EntityId; readonly operation: string; readonly statement: string; selfMs: number }
export interface OriginTally { readonly node: EntityId; readonly operation: string; readonly errorType: string; count: number; exemplars: TraceRef[] }

/** All requests of one operation over some panes. */
export interface Tally {
  readonly operation: EntityId;
  readonly node: EntityId;
  requests: number;
  errors: number;
  totalMs: number;
  readonly self: Map<string, SelfTally>;
  readonly origins: Map<string, OriginTally>;
  slowest: TraceRef[];
  typical: TraceRef[];
}

/** By operation of these nodes, over panes that start in [fromMs, toMs). */
export function tally(memory: Memory, nodes: ReadonlySet<EntityId>, fromMs: number, toMs: number): Map<EntityId, Tally> {
  const tallies = new Map<EntityId, Tally>();
  for (const pane of memory.panes) {
    if (pane.startMs < fromMs || pane.startMs >= toMs) continue;
    for (const each of pane.attributions) {
      if (!nodes.has(each.node)) continue;
      let sum = tallies.get(each.operation);
      if (sum === undefined) {
        sum = { operation: each.operation, node: each.node, requests: 0, errors: 0, totalMs: 0, self: new Map(), origins: new Map(), slowest: [], typical: [] };
        tallies.set(each.operation, sum);
      }
      sum.requests += each.requests;
      sum.errors += each.errors;
      sum.totalMs += each.totalMs;
      sum.slowest = newest(sum.slowest, each.slowest);
      sum.typical = newest(sum.typical, each.typical);
      for (const one of each.self) {
        const key = `${one.node} ${one.operation} ${one.statement}`;
        const known = sum.self.get(key);
        if (known === undefined) sum.self.set(key, { node: one.node, operation: one.operation, statement: one.statement, selfMs: one.selfMs });
        else known.selfMs += one.selfMs;
      }
      for (const one of each.origins) {
        const key = `${one.node} ${one.operation} ${one.errorType}`;
        const known = sum.origins.get(key);
        if (known === undefined) sum.origins.set(key, { node: one.node, operation: one.operation, errorType: one.errorType, count: one.count, exemplars: [one.exemplar] });
        else {
          known.count += one.count;
          known.exemplars = newest(known.exemplars, one.exemplar);
        }
      }
    }
  }
  return tallies;
}

function newest(kept: TraceRef[], one: TraceRef): TraceRef[] {
  return one.traceId === '' ? kept : [one, ...kept].slice(0, limits.traces);
}

/** All requests of one service over some panes. */
export interface Traffic { requests: number; errors: number; totalMs: number }

/** By service that answered requests, over panes that start in [fromMs, toMs). */
export function tallyTraffic(memory: Memory, fromMs: number, toMs: number): Map<EntityId, Traffic> {
  const traffic = new Map<EntityId, Traffic>();
  for (const pane of memory.panes) {
    if (pane.startMs < fromMs || pane.startMs >= toMs) continue;
    for (const { node, requests, errors, totalMs } of pane.attributions) {
      const known = traffic.get(node);
      if (known === undefined) {
        traffic.set(node, { requests, errors, totalMs });
        continue;
      }
      known.requests += requests;
      known.errors += errors;
      known.totalMs += totalMs;
    }
  }
  return traffic;
}

export interface TemplateTally { readonly service: EntityId; readonly template: string; readonly text: string; readonly severity: number; readonly firstSeenMs: number; count: number; exemplars: readonly TraceRef[] }

/** By service and template. */
export function tallyTemplates(memory: Memory, fromMs: number, toMs: number): Map<string, TemplateTally> {
  const tallies = new Map<string, TemplateTally>();
  for (const pane of memory.panes) {
    if (pane.startMs < fromMs || pane.startMs >= toMs) continue;
    for (const each of pane.templates) {
      const key = `${each.service} ${each.template}`;
      const known = tallies.get(key);
      if (known === undefined) tallies.set(key, { service: each.service, template: each.template, text: each.text, severity: each.severity, firstSeenMs: each.firstSeenMs, count: each.count, exemplars: each.exemplars });
      else {
        known.count += each.count;
        if (each.exemplars.length > 0) known.exemplars = each.exemplars;
      }
    }
  }
  return tallies;
}

import type { EntityId, Finding, TraceRef } from '../model/index.ts';
import type { Facts } from './facts.ts';
import { explainLimits as limits } from './limits.ts';
import type { SelfTally, Tally } from './memory.ts';

/** Time or errors that requests of the symptoms gained at one node. */
export interface Gain {
  readonly node: EntityId;
  /** Share (0..1) of all that was gained. */
  readonly share: number;
  /** Where at the node most of it was gained. */
  readonly operation: string;
  readonly statement: string;
  readonly errorType: string;
  /** Per request, at that place. */
  readonly before: number;
  readonly after: number;
  /** Of what was gained there: how much at calls that no span of the callee's answers, how much of that was answered all the same (with a status, or in time), and how much on the way to callees. */
  readonly unseen: number;
  readonly answered: number;
  readonly way: number;
  /** Errors seen. */
  readonly count: number;
  readonly traces: readonly TraceRef[];
  readonly baselineTraces: readonly TraceRef[];
}

export interface Contrast {
  readonly gains: readonly Gain[];
  /** Requests after onset that it rests on. */
  readonly requests: number;
}

interface Part { key: string; node: EntityId; operation: string; statement: string; errorType: string; gained: number; before: number; after: number; count: number; traces: readonly TraceRef[]; baselineTraces: readonly TraceRef[] }

/** Operations whose requests show these findings. Edges show in the operations of their caller. */
export function operationsOf(findings: readonly Finding[], facts: Facts): EntityId[] {
  const wanted = new Set<EntityId>();
  // Where single operations are known to suffer, the others of the same service are no part of it.
  const precise = new Set(findings.filter((finding) => facts.after.has(finding.entity)).map((finding) => finding.node));
  for (const finding of findings) {
    if (facts.after.has(finding.entity)) {
      wanted.add(finding.entity);
      continue;
    }
    if (precise.has(finding.node)) continue;
    for (const each of facts.after.values()) if (each.node === finding.node) wanted.add(each.operation);
  }
  return [...wanted].sort();
}

/** See Facts.touched. */
export function touchedNodes(facts: Facts): ReadonlySet<EntityId> | null {
  const touched = new Set<EntityId>();
  for (const operation of operationsOf(facts.symptoms, facts)) {
    for (const tally of [facts.before.get(operation), facts.after.get(operation)]) for (const self of tally?.self.values() ?? []) touched.add(self.node);
  }
  return touched.size === 0 ? null : touched;
}

/** Δ self time a request, by place, weighted by how many requests gained it. */
export function contrastTime(facts: Facts, findings: readonly Finding[]): Contrast {
  const parts = new Map<string, Part>();
  let requests = 0;
  for (const operation of operationsOf(findings, facts)) {
    const before = facts.before.get(operation);
    const after = facts.after.get(operation);
    if (before === undefined || after === undefined || before.requests < limits.leastRequests || after.requests < limits.leastRequests) continue;
    requests += after.requests;
    for (const [key, self] of after.self) {
      const was = (before.self.get(key)?.selfMs ?? 0) / before.requests;
      const is = self.selfMs / after.requests;
      const added = is - was;
      if (added < Math.max(limits.leastAddedMs, limits.leastAddedShare * was)) continue;
      addPart(parts, key, self, added * after.requests, was, is, after, before);
    }
  }
  return { gains: gainsOf(parts), requests };
}

function addPart(parts: Map<string, Part>, key: string, self: SelfTally, gained: number, before: number, after: number, now: Tally, then: Tally): void {
  const known = parts.get(key);
  if (known === undefined) {
    parts.set(key, { key, node: self.node, operation: self.operation, statement: self.statement, errorType: '', gained, before, after, count: 0, traces: now.slowest, baselineTraces: then.typical });
    return;
  }
  if (gained > known.gained) {
    known.before = before;
    known.after = after;
    known.traces = now.slowest;
    known.baselineTraces = then.typical;
  }
  known.gained += gained;
}

/** New errors a request, by where they began. */
export function contrastErrors(facts: Facts, findings: readonly Finding[]): Contrast {
  const parts = new Map<string, Part>();
  let requests = 0;
  for (const operation of operationsOf(findings, facts)) {
    const after = facts.after.get(operation);
    if (after === undefined || after.requests < limits.leastRequests) continue;
    const before = facts.before.get(operation);
    requests += after.requests;
    for (const [key, origin] of after.origins) {
      const was = before === undefined || before.requests === 0 ? 0 : (before.origins.get(key)?.count ?? 0) / before.requests;
      const is = origin.count / after.requests;
      if (is - was <= 0) continue;
      const gained = (is - was) * after.requests;
      const known = parts.get(key);
      if (known === undefined) {
        parts.set(key, { key, node: origin.node, operation: origin.operation, statement: '', errorType: origin.errorType, gained, before: was, after: is, count: origin.count, traces: origin.exemplars, baselineTraces: before?.typical ?? [] });
      } else {
        known.gained += gained;
        known.count += origin.count;
      }
    }
  }
  return { gains: gainsOf(parts), requests };
}

/** As features/attribute.ts names them: calls to a service that no span of its own answers, and the way to a callee and back. */
const unseenOperation = '(unseen)';
export const wayMark = '→ ';
const isStatus = /^(?:[1-5]\d\d|OK|CANCELLED|UNKNOWN|INVALID_ARGUMENT|NOT_FOUND|ALREADY_EXISTS|PERMISSION_DENIED|RESOURCE_EXHAUSTED|FAILED_PRECONDITION|ABORTED|OUT_OF_RANGE|UNIMPLEMENTED|INTERNAL|DATA_LOSS|UNAUTHENTICATED)$/;

/** Best place of each node, shares of the whole; largest first, ties by id. */
function gainsOf(parts: ReadonlyMap<string, Part>): Gain[] {
  let total = 0;
  const nodes = new Map<EntityId, { gained: number; count: number; best: Part; unseen: number; answered: number; way: number }>();
  for (const part of parts.values()) {
    total += part.gained;
    const unseen = part.operation === unseenOperation ? part.gained : 0;
    const answered = part.errorType === '' || isStatus.test(part.errorType) ? unseen : 0;
    const way = part.operation.startsWith(wayMark) ? part.gained : 0;
    const known = nodes.get(part.node);
    if (known === undefined) {
      nodes.set(part.node, { gained: part.gained, count: part.count, best: part, unseen, answered, way });
      continue;
    }
    known.gained += part.gained;
    known.count += part.count;
    known.unseen += unseen;
    known.answered += answered;
    known.way += way;
    if (part.gained > known.best.gained) known.best = part;
  }
  return [...nodes].map(([node, { gained, count, best, unseen, answered, way }]) => ({
    node, share: gained / total, unseen: unseen / gained, answered: answered / gained, way: way / gained, operation: best.operation, statement: best.statement, errorType: best.errorType,
    before: best.before, after: best.after, count, traces: best.traces, baselineTraces: best.baselineTraces,
  })).sort((a, b) => b.share - a.share || (a.node < b.node ? -1 : 1));
}

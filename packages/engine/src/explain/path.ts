import type { EntityId, Finding, PathStep } from '../model/index.ts';
import type { Facts } from './facts.ts';
import { explainLimits as limits } from './limits.ts';

/**
 * The thread from the symptom nearest to people down to the cause, caller first: the cheapest way over edges valid at
 * onset, where a node with findings costs little and a healthy one more. A cause that nobody calls (a neighbour on the
 * same machine, the machine) hangs on the victim that shares its host.
 */
export function pathTo(cause: EntityId, facts: Facts): PathStep[] {
  const starts = startsOf(facts);
  for (const start of starts) {
    const way = cheapest(start, cause, facts);
    if (way !== null) return way.map((entity, index) => stepOf(entity, way[index + 1] ?? null, facts));
  }
  const victim = victimOf(cause, facts);
  if (victim === null || victim === cause) return [stepOf(cause, null, facts)];
  for (const start of starts) {
    const way = cheapest(start, victim, facts);
    if (way !== null) return [...way.map((entity, index) => stepOf(entity, way[index + 1] ?? null, facts)), stepOf(cause, null, facts)];
  }
  return [stepOf(victim, null, facts), stepOf(cause, null, facts)];
}

/** Nodes with symptoms, those nearest to people first. */
export function startsOf(facts: Facts): EntityId[] {
  const depth = depths(facts);
  return [...facts.affected].sort((a, b) => (depth.get(a) ?? far) - (depth.get(b) ?? far) || (a < b ? -1 : 1));
}

const far = 1_000;

/** Steps from `user` (or from services that nobody calls). */
function depths(facts: Facts): Map<EntityId, number> {
  const depth = new Map<EntityId, number>();
  let front: EntityId[] = ['user', ...[...facts.graph.nodes.keys()].filter((node) => node !== 'user' && facts.graph.callers(node, facts.onsetMs).length === 0)];
  for (let level = 0; front.length > 0; level++) {
    const next: EntityId[] = [];
    for (const node of front) {
      if (depth.has(node)) continue;
      depth.set(node, level);
      next.push(...facts.graph.callees(node, facts.onsetMs));
    }
    front = next;
  }
  return depth;
}

function cheapest(start: EntityId, goal: EntityId, facts: Facts): EntityId[] | null {
  const cost = new Map<EntityId, number>([[start, 0]]);
  const from = new Map<EntityId, EntityId>();
  const done = new Set<EntityId>();
  for (;;) {
    let node: EntityId | null = null;
    for (const [each, value] of cost) if (!done.has(each) && (node === null || value < (cost.get(node) ?? Infinity))) node = each;
    if (node === null) return null;
    if (node === goal) break;
    done.add(node);
    for (const callee of calleesOf(node, facts)) {
      const next = (cost.get(node) ?? 0) + (facts.byNode.has(callee) || callee === goal ? 1 : 3);
      if (next >= (cost.get(callee) ?? Infinity)) continue;
      cost.set(callee, next);
      from.set(callee, node);
    }
  }
  const way: EntityId[] = [goal];
  while (way[0] !== start && way.length < limits.pathSteps) way.unshift(from.get(way[0]) ?? start);
  return way;
}

/** Just before onset, and now: a callee that fell silent may have lost its edge since. */
export function calleesOf(node: EntityId, facts: Facts): readonly EntityId[] {
  const before = facts.graph.callees(node, facts.onsetMs - facts.paneMs);
  const now = facts.graph.callees(node, facts.atMs);
  return now.length === 0 ? before : [...new Set([...before, ...now])].sort();
}

function victimOf(cause: EntityId, facts: Facts): EntityId | null {
  const hosts = cause.startsWith('host:') ? [cause] : facts.graph.nodes.get(cause)?.hosts ?? [];
  for (const node of startsOf(facts).toReversed()) {
    if (facts.graph.nodes.get(node)?.hosts.some((host) => hosts.includes(host)) === true) return node;
  }
  return null;
}

function stepOf(entity: EntityId, next: EntityId | null, facts: Facts): PathStep {
  const id = next === null ? null : `edge:${entity}→${next}`;
  const edge = id !== null && facts.graph.edges.has(id) ? id : null;
  const findings: readonly Finding[] = (facts.byNode.get(entity) ?? []).filter((finding) => !finding.entity.startsWith('edge:') || finding.entity === edge);
  const onsets = findings.filter((finding) => finding.symptom || finding.entity === entity).map((finding) => finding.onsetMs);
  return { entity, edge, findingIds: findings.map((finding) => finding.id), onsetMs: onsets.length === 0 ? null : Math.min(...onsets) };
}

import type { EntityId, Finding, PathStep } from '../model/index.ts';
import type { Facts } from './facts.ts';
import { explainLimits as limits } from './limits.ts';

/**
 * The way that the trouble took, people's end first: from the cause to the service that it hurts most, and from each to that
 * of its callers which suffers most (requests a minute that fail, are slow or are missing, by hurt.ts), as long as somebody
 * suffers. Many ways may lead up from a cause; this is the one that most requests took.
 */
export function pathTo(cause: EntityId, facts: Facts): PathStep[] {
  const way: EntityId[] = [cause];
  const seen = new Set<EntityId>(way);
  for (let next = nextOf(cause, facts, seen, true); next !== null && way.length < limits.pathSteps; next = nextOf(next, facts, seen, false)) {
    way.unshift(next);
    seen.add(next);
  }
  return way.map((entity, index) => stepOf(entity, way[index + 1] ?? null, facts));
}

/** Whom it hurts most next. What nobody calls (a machine, a neighbour) hurts those who share its machines. */
function nextOf(node: EntityId, facts: Facts, seen: ReadonlySet<EntityId>, isCause: boolean): EntityId | null {
  const above = worstOf(callersOf(node, facts), facts, seen);
  if (above !== null || !isCause) return above;
  if (node === 'user') return worstOf(facts.affected, facts, seen);
  if (node.startsWith('queue:')) return worstOf(facts.graph.callees(node, facts.onsetMs - facts.paneMs), facts, seen);
  const hosts = facts.hostsOf(node);
  if (hosts.length === 0 || facts.hurt(node) > 0) return null;
  return worstOf(hosts.flatMap((host) => facts.graph.onHost(host)), facts, seen);
}

/** Those who wait for its answer, just before onset and now. Who writes to a queue does not wait for who reads it. */
function callersOf(node: EntityId, facts: Facts): EntityId[] {
  const callers = [...facts.graph.callers(node, facts.onsetMs - facts.paneMs), ...facts.graph.callers(node, facts.atMs)];
  return [...new Set(callers)].filter((caller) => caller !== 'user' && !caller.startsWith('queue:'));
}

function worstOf(nodes: readonly EntityId[], facts: Facts, seen: ReadonlySet<EntityId>): EntityId | null {
  let best: EntityId | null = null;
  let most = 0;
  for (const node of [...new Set(nodes)].sort()) {
    const hurt = seen.has(node) ? 0 : facts.hurt(node);
    if (hurt <= most) continue;
    best = node;
    most = hurt;
  }
  return best;
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

/** Just before onset, and now: a callee that fell silent may have lost its edge since. */
export function calleesOf(node: EntityId, facts: Facts): readonly EntityId[] {
  const before = facts.graph.callees(node, facts.onsetMs - facts.paneMs);
  const now = facts.graph.callees(node, facts.atMs);
  return now.length === 0 ? before : [...new Set([...before, ...now])].sort();
}

/** When it began there: what people feel before what is measured, and of that only what came with the incident. */
function stepOf(entity: EntityId, next: EntityId | null, facts: Facts): PathStep {
  const id = next === null ? null : `edge:${entity}→${next}`;
  const edge = id !== null && facts.graph.edges.has(id) ? id : null;
  const findings: readonly Finding[] = (facts.byNode.get(entity) ?? []).filter((finding) => !finding.entity.startsWith('edge:') || finding.entity === edge);
  const near = findings.filter(({ onsetMs }) => onsetMs >= facts.onsetMs - limits.stepBeforeMs);
  const told = [near.filter(({ symptom }) => symptom), near.filter((finding) => finding.entity === entity)].find(({ length }) => length > 0) ?? [];
  return { entity, edge, findingIds: findings.map((finding) => finding.id), onsetMs: told.length === 0 ? null : Math.min(...told.map(({ onsetMs }) => onsetMs)) };
}

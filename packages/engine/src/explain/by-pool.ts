import type { EntityId, Finding } from '../model/index.ts';
import { claim, seriesEvidence } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { strengthOf } from './kinds.ts';

/** Features that tell of connections that are all taken, or waited for. */
const shortages: ReadonlySet<string> = new Set(['pool_pending', 'pool_timeouts', 'pool_wait', 'pool_utilization', 'pool_used']);
/** A pool that runs dry at one service may be that service's own matter; at several that call the same, hardly. */
const leastServices = 2;
const seriesShown = 4;

/**
 * What stands behind pools that run dry at several services at once: connections come back late because whoever is at their other end
 * is slow, though the traces may never show it (requests that wait for a connection make no call, and those that got one hang).
 * As strong as the share of its callers whose pools are short.
 */
export function byPool(facts: Facts): Claim[] {
  const short = new Map<EntityId, readonly Finding[]>();
  for (const [node, findings] of facts.byNode) {
    const own = findings.filter((finding) => shortages.has(finding.feature) && finding.direction !== 'down' && finding.direction !== 'absent');
    if (own.length > 0) short.set(node, own);
  }
  const beforeMs = facts.onsetMs - facts.paneMs;
  const shared = new Set([...short.keys()].flatMap((node) => facts.graph.callees(node, beforeMs)).filter(isBehindPools));
  return [...shared].sort().flatMap((entity): Claim[] => {
    const callers = facts.graph.callers(entity, beforeMs);
    const waiting = callers.filter((caller) => short.has(caller));
    if (waiting.length < leastServices) return [];
    return [claim('pool', entity, waiting.length / callers.length, waiting.slice(0, seriesShown).flatMap((caller) => (short.get(caller) ?? []).slice(0, 1).map(seriesEvidence)))];
  });
}

function isBehindPools(entity: EntityId): boolean {
  return entity.startsWith('database:') || entity.startsWith('external:');
}

/** Columns of candidates: pools of several services run dry before it; its own pool runs dry, as those of others that call the same. */
export const poolEvidence: readonly string[] = ['pools before it', 'pools of others as well'];

export function poolRow(facts: Facts, entity: EntityId, claims: readonly Claim[], all: ReadonlyMap<EntityId, number>): number[] {
  const isShort = (facts.byNode.get(entity) ?? []).some(({ feature }) => shortages.has(feature));
  const behind = isShort ? Math.max(0, ...facts.graph.callees(entity, facts.onsetMs - facts.paneMs).map((callee) => all.get(callee) ?? 0)) : 0;
  return [strengthOf(claims, 'pool'), behind];
}

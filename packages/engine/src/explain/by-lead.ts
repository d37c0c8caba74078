import { claim, isError, isLatency, isTimely, seriesEvidence } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { explainLimits as limits } from './limits.ts';

/** The end of the thread: nodes that are themselves slow or failing, while nothing that they call is. */
export function byLead(facts: Facts): Claim[] {
  const bad = new Set([...facts.byNode].filter(([, findings]) => findings.some((finding) => (isLatency(finding) || isError(finding)) && !finding.entity.startsWith('edge:'))).map(([node]) => node));
  const claims: Claim[] = [];
  for (const node of [...bad].sort()) {
    const callees = facts.graph.callees(node, facts.onsetMs);
    if (callees.some((callee) => bad.has(callee))) continue;
    const own = (facts.byNode.get(node) ?? []).filter((finding) => (isLatency(finding) || isError(finding)) && !finding.entity.startsWith('edge:'));
    const timely = own.some((finding) => isTimely(finding, facts, limits.aftermathMs));
    const healthy = callees.filter((callee) => (facts.byNode.get(callee) ?? []).length === 0);
    claims.push(claim('lead', node, timely ? 1 : 0.5, [
      ...own.slice(0, 4).map(seriesEvidence),
      ...(healthy.length > 0 ? [{ kind: 'downstream_healthy' as const, callees: healthy }] : []),
    ]));
  }
  return claims;
}

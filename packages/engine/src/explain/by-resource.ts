import type { EntityId, Finding } from '../model/index.ts';
import type { Contrast } from './contrast.ts';
import { claim, isTimely, seriesEvidence } from './facts.ts';
import type { Claim, Facts, Hint } from './facts.ts';
import { explainLimits as limits } from './limits.ts';
import { weights } from './weights.ts';

/** Which resource a feature speaks of, and how much a finding of it alone says. */
const resources: Readonly<Record<string, { readonly hint: Hint; readonly strength: number }>> = {
  pool_pending: { hint: 'pool', strength: 1 }, pool_timeouts: { hint: 'pool', strength: 1 }, pool_wait: { hint: 'pool', strength: 0.9 },
  pool_utilization: { hint: 'pool', strength: 0.8 }, pool_used: { hint: 'pool', strength: 0.5 },
  memory_utilization: { hint: 'memory', strength: 0.7 }, heap_utilization: { hint: 'memory', strength: 0.7 },
  memory_usage: { hint: 'memory', strength: 0.6 }, heap_usage: { hint: 'memory', strength: 0.6 }, gc_share: { hint: 'memory', strength: 0.5 },
  restarts: { hint: 'restarts', strength: 0.8 },
  cpu_utilization: { hint: 'cpu', strength: 0.7 }, cpu_usage: { hint: 'cpu', strength: 0.5 }, eventloop_utilization: { hint: 'cpu', strength: 0.6 }, eventloop_delay: { hint: 'cpu', strength: 0.5 },
  disk_utilization: { hint: 'disk', strength: 0.8 }, network_errors: { hint: 'network', strength: 0.7 },
};

/** Resources of services that ran short when the symptoms began. One claim an entity and resource. */
export function byResource(facts: Facts, latency: Contrast): Claim[] {
  const claims: Claim[] = [];
  for (const [node, findings] of facts.byNode) {
    if (!node.startsWith('service:')) continue;
    const groups = new Map<Hint, Finding[]>();
    // A full disk of the machine is everybody's who writes there; its CPU is weighed by host.
    const disks = (facts.graph.nodes.get(node)?.hosts ?? []).flatMap((host) => facts.byNode.get(host) ?? []).filter((finding) => finding.feature === 'disk_utilization');
    for (const finding of [...findings, ...disks]) {
      const row = resources[finding.feature];
      if (row === undefined || finding.direction === 'down' || finding.direction === 'absent') continue;
      groups.set(row.hint, [...(groups.get(row.hint) ?? []), finding]);
    }
    for (const [hint, group] of groups) claims.push(weigh(facts, latency, node, hint, group, groups));
  }
  return claims;
}

function weigh(facts: Facts, latency: Contrast, node: EntityId, hint: Hint, group: readonly Finding[], groups: ReadonlyMap<Hint, readonly Finding[]>): Claim {
  let strength = 0;
  for (const finding of group) {
    const timely = isTimely(finding, facts, limits.aftermathMs) ? 1 : weights.lateResource;
    strength = Math.max(strength, resources[finding.feature].strength * timely);
  }
  // Memory that grows and a process that dies are one story.
  if (hint === 'memory' && groups.has('restarts')) strength = 1;
  if (hint === 'memory' && group.some((finding) => finding.direction === 'trend' || nearLimit(finding))) strength = Math.max(strength, 0.9);
  const against = hint === 'pool' ? slowBehindPool(facts, latency, node) : null;
  if (against !== null) strength *= 1 - against.share;
  return claim('resource', node, strength, group.map(seriesEvidence), {
    hint, detail: group[0].subject, against: against === null ? [] : [{ kind: 'self_time', share: against.share, beforeMs: against.before, afterMs: against.after, operation: against.operation, traces: against.traces, baselineTraces: against.baselineTraces }],
  });
}

/** A pool also runs dry when what is behind it became slow; then it is a symptom. */
function slowBehindPool(facts: Facts, latency: Contrast, node: EntityId): Contrast['gains'][number] | null {
  const callees = facts.graph.callees(node, facts.onsetMs);
  const slow = latency.gains.find((gain) => callees.includes(gain.node) && !gain.node.startsWith('service:') && gain.share >= weights.leastShare);
  return slow ?? null;
}

function nearLimit(finding: Finding): boolean {
  return finding.unit === '1' && finding.observed >= weights.nearLimit;
}

import type { EntityId, Evidence, Finding } from '../model/index.ts';
import type { Contrast } from './contrast.ts';
import { claim, isTimely, seriesEvidence } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { explainLimits as limits } from './limits.ts';
import { weights } from './weights.ts';

const cpuFeatures: ReadonlySet<string> = new Set(['cpu_usage', 'cpu_utilization']);

/** Several services that share a machine became slow by themselves: whose appetite grew there? Else the machine is meant. */
export function byHost(facts: Facts, latency: Contrast): Claim[] {
  const hosts = new Map<EntityId, { share: number; victims: EntityId[] }>();
  for (const gain of latency.gains) {
    if (gain.share < weights.leastVictimShare) continue;
    for (const host of facts.graph.nodes.get(gain.node)?.hosts ?? []) {
      const known = hosts.get(host) ?? { share: 0, victims: [] };
      known.share += gain.share;
      known.victims.push(gain.node);
      hosts.set(host, known);
    }
  }
  const claims: Claim[] = [];
  for (const [host, { share, victims }] of hosts) {
    const hungry = findHungry(facts, host);
    const busy = cpuFindings(facts, facts.byNode.get(host) ?? [], host);
    const evidence: Evidence[] = [{ kind: 'co_location', host, services: victims }, ...busy.map(seriesEvidence)];
    const others = victims.filter((victim) => victim !== hungry?.service);
    if (others.length === 0 || (others.length < 2 && busy.length === 0)) continue;
    const strength = Math.min(1, share) * (busy.length > 0 ? 1 : hungry === null ? 0 : 0.7);
    if (strength === 0) continue;
    if (hungry !== null) claims.push(claim('host', hungry.service, strength, [...evidence, ...hungry.findings.map(seriesEvidence)], { hint: 'neighbour', detail: host }));
    else claims.push(claim('host', host, strength * weights.hostWithoutCulprit, evidence, { hint: 'host', detail: host }));
  }
  return claims;
}

/** The service on the host whose CPU rose most (in CPUs, else in share), no later than the symptoms. */
function findHungry(facts: Facts, host: EntityId): { service: EntityId; findings: readonly Finding[] } | null {
  let best: { service: EntityId; findings: readonly Finding[]; rise: number } | null = null;
  for (const service of facts.graph.onHost(host)) {
    const findings = cpuFindings(facts, facts.byNode.get(service) ?? [], host);
    if (findings.length === 0) continue;
    const rise = Math.max(...findings.map((finding) => finding.observed - finding.expected.mid));
    if (best === null || rise > best.rise) best = { service, findings, rise };
  }
  return best;
}

function cpuFindings(facts: Facts, findings: readonly Finding[], host: EntityId): Finding[] {
  return findings.filter((finding) => cpuFeatures.has(finding.feature) && finding.direction === 'up'
    && (!finding.entity.startsWith('host:') || finding.entity === host) && isTimely(finding, facts, limits.aftermathMs));
}

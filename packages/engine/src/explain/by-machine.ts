import type { EntityId, Finding } from '../model/index.ts';
import type { Contrast } from './contrast.ts';
import { claim, seriesEvidence } from './facts.ts';
import type { Claim, Facts, Hint } from './facts.ts';
import { weights } from './weights.ts';

/** Machines with a trouble of their own, a full disk or silence, under services to which traces lead: one machine explains them all. */
export function byMachine(facts: Facts, latency: Contrast, errors: Contrast, neighbours: readonly Claim[]): Claim[] {
  const claims: Claim[] = [];
  for (const [host, findings] of facts.byNode) {
    if (!host.startsWith('host:')) continue;
    for (const [hint, own] of [['disk', findings.filter(isFull)], ['gone', findings.filter(isSilent)]] as const satisfies readonly (readonly [Hint, Finding[]])[]) {
      if (own.length === 0) continue;
      const services = facts.graph.onHost(host);
      const there = new Set(services);
      // Who is gone writes no spans: what it would have answered fails at its callers.
      if (hint === 'gone') for (const service of services) for (const caller of facts.graph.callers(service, facts.onsetMs - facts.paneMs)) there.add(caller);
      const share = Math.max(shareAt(there, latency), shareAt(there, errors));
      const victims = [...there].filter((service) => facts.affected.includes(service));
      const strength = Math.min(1, Math.max(share, victims.length / Math.max(1, facts.affected.length)));
      if (strength < weights.leastShare) continue;
      claims.push(claim('host', host, strength, [{ kind: 'co_location', host, services: victims }, ...own.slice(0, 3).map(seriesEvidence)], { hint, detail: own[0].subject }));
    }
  }
  // Where a greedy neighbour is known the machine is no cause of its own, unless it shows that only what runs there suffers.
  const { places } = facts.standing();
  const explained = neighbours.filter(({ hint, detail }) => hint === 'neighbour' && !places.has(detail)).map(({ detail }) => detail);
  return [...claims, ...shared(facts, [latency, errors], new Set([...claims.map(({ entity }) => entity), ...explained]))];
}

/** Machines without a known trouble that have several of the culprits in common, which most others have not. */
function shared(facts: Facts, contrasts: readonly Contrast[], known: ReadonlySet<EntityId>): Claim[] {
  const services = [...facts.graph.nodes.values()].filter(({ kind }) => kind === 'service').length;
  const best = new Map<EntityId, { strength: number; victims: EntityId[] }>();
  for (const { gains } of contrasts) {
    const culprits = gains.filter(({ share, node }) => share >= weights.leastShare && node.startsWith('service:'));
    for (const host of new Set(culprits.flatMap(({ node }) => facts.graph.nodes.get(node)?.hosts ?? []))) {
      const there = new Set(facts.graph.onHost(host));
      const own = culprits.filter(({ node }) => there.has(node));
      const victims = [...new Set(own.map(({ node }) => node))];
      const strength = own.reduce((sum, { share }) => sum + share, 0) * (1 - there.size / Math.max(1, services)) * weights.sharedHost;
      if (victims.length >= 2 && !known.has(host) && strength > (best.get(host)?.strength ?? 0)) best.set(host, { strength, victims });
    }
  }
  return [...best].sort((a, b) => b[1].strength - a[1].strength || (a[0] < b[0] ? -1 : 1)).slice(0, sharedHostsMax)
    .map(([host, { strength, victims }]) => claim('host', host, strength, [{ kind: 'co_location', host, services: victims }], { hint: null }));
}

/** Machines named without a trouble of their own. */
const sharedHostsMax = 2;

const isFull = (finding: Finding): boolean => finding.feature === 'disk_utilization' && (finding.direction === 'up' || finding.direction === 'trend');
const isSilent = (finding: Finding): boolean => finding.direction === 'missing' || finding.direction === 'absent';

/** Share of the added time, or of the errors, that began at these nodes. */
function shareAt(nodes: ReadonlySet<EntityId>, contrast: Contrast): number {
  return contrast.gains.reduce((sum, gain) => sum + (nodes.has(gain.node) ? gain.share : 0), 0);
}

import type { EntityId, Evidence } from '../model/index.ts';
import { claim } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import type { StandOut } from './stand-out.ts';
import { instanceKey } from './stand-out.ts';
import type { Place } from './standing.ts';

/** Services of which only some requests suffer, told by what these have in common; evidence that is shown. */
const evidenceMax = 3;
const machinesMax = 6;

/**
 * Which value of which attribute tells the requests that suffer from those that do not: version, instance, machine, zone, tenant,
 * or anything else that resources, spans and log records say. A value of a service is that service's, narrowed down; a machine or zone on
 * which several services fare worse than elsewhere is a cause of its own.
 */
export function byAttribute(facts: Facts): Claim[] {
  const { byService, byRecords, places } = facts.standing();
  const claims: Claim[] = [];
  for (const [service, found] of byService) {
    if (!isInReach(service, facts)) continue;
    const [best] = found;
    // Of attributes that divide the requests in the same way the one that says most is named: a version before the instances that have it.
    const same = found.filter(({ share, contrast, of }) => of === best.of && share * contrast > 0.9 * best.share * best.contrast);
    const named = same.find(({ key }) => key !== instanceKey && key !== 'host.name' && key !== 'cloud.availability_zone') ?? same.find(({ key }) => key === instanceKey) ?? best;
    const records = byRecords.get(service)?.slice(0, 1) ?? [];
    claims.push(claim('attribute', service, named.share * named.contrast, [named, ...same.filter((each) => each !== named), ...records].slice(0, evidenceMax).map(evidenceOf), { detail: `${named.key} ${saidOf(named)}` }));
  }
  for (const [service, [best]] of byRecords) {
    if (byService.has(service) || !isInReach(service, facts)) continue;
    claims.push(claim('attribute', service, best.share * best.contrast, [evidenceOf(best)], { detail: `${best.key} ${saidOf(best)}` }));
  }
  for (const place of places.values()) {
    if (!place.worse.some(({ service }) => isInReach(service, facts))) continue;
    claims.push(claim('attribute', place.entity, place.breadth * place.contrast, [
      ...place.worse.slice(0, evidenceMax).map(evidenceOf), ...coLocated(place, facts),
    ], { hint: place.of === 'silence' ? 'gone' : null }));
  }
  return claims;
}

/** It suffers itself, or somebody who suffers waits for it. */
function isInReach(service: EntityId, facts: Facts): boolean {
  return facts.affected.some((node) => facts.dependsOn(node).has(service));
}

/** The machines meant, and who fares worse on them. */
function coLocated(place: Place, facts: Facts): Evidence[] {
  const { places, zones } = facts.standing();
  const machines = place.entity.startsWith('host:') ? [place] : [...places.values()].filter(({ entity }) => zones.get(entity) === place.entity);
  return machines.slice(0, machinesMax).map(({ entity, worse }) => ({ kind: 'co_location', host: entity, services: worse.map(({ service }) => service) }));
}

function evidenceOf({ service, key, value, of, inside, outside }: StandOut): Evidence {
  const fails = of === 'errors' || of === 'records';
  const told = fails
    ? { inside: inside.errors / Math.max(1, inside.requests), outside: outside.errors / Math.max(1, outside.requests) }
    : of === 'latency' ? { inside: Math.exp(inside.logSum / Math.max(1, inside.requests)), outside: Math.exp(outside.logSum / Math.max(1, outside.requests)) }
      : { inside: inside.requests, outside: outside.requests };
  return { kind: 'attribute', service, key, value: saidOf({ key, value }), of, ...told, count: fails ? inside.errors : inside.requests, requests: inside.requests };
}

/** An instance by its own name: whose it is stands beside it. */
function saidOf({ key, value }: Pick<StandOut, 'key' | 'value'>): string {
  return key === instanceKey ? value.slice(value.indexOf('#') + 1) : value;
}

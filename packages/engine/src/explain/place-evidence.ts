import type { Claim, Facts } from './facts.ts';
import { strengthOf } from './kinds.ts';
import type { EntityId } from '../model/index.ts';

/** Columns of candidates that say whether all their requests suffer or only some, and whether a machine or zone explains that better. */
export const placeEvidence: readonly string[] = [
  'attribute', 'is zone', 'place breadth', 'place services', 'zone accused', 'machine accused', 'machine even', 'even', 'one instance', 'still',
];

/** Services that fare worse on a machine, as many as leave no doubt. */
const manyServices = 3;

export function placeRow(facts: Facts, { entity, claims }: { readonly entity: EntityId; readonly claims: readonly Claim[] }): number[] {
  const { places, zones, byService, judged } = facts.standing();
  const place = places.get(entity);
  const strength = (each: EntityId | undefined): number => { const found = each === undefined ? undefined : places.get(each); return found === undefined ? 0 : found.breadth * found.contrast * Math.min(1, found.worse.length / manyServices); };
  const isHost = entity.startsWith('host:');
  const hosts = isHost || entity.startsWith('zone:') ? [] : facts.hostsOf(entity);
  const own = byService.get(entity) ?? [];
  // The machine on which its requests suffer, and whether others suffer there as well.
  const accused = Math.max(0, ...own.filter(({ key }) => key === 'host.name').map(({ value }) => strength(`host:${value}`)), ...own.filter(({ key }) => key === 'cloud.availability_zone').map(({ value }) => strength(`zone:${value}`)));
  const evenHosts = isHost ? facts.graph.onHost(entity).filter((service) => judged.has(service) && !byService.has(service) && facts.hurt(service) > 0).length : 0;
  return [
    strengthOf(claims, 'attribute'), entity.startsWith('zone:') ? 1 : 0, place?.breadth ?? 0, place === undefined ? 0 : Math.min(1, place.worse.length / manyServices),
    isHost ? strength(zones.get(entity)) : 0, hosts.length > 0 ? accused : 0, isHost && place === undefined && evenHosts > 0 ? 1 : 0,
    judged.has(entity) && own.length === 0 && facts.hurt(entity) > 0 ? 1 : 0, own.length > 0 ? 1 : 0, place?.stillness ?? 0,
  ];
}

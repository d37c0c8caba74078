import type { EntityId } from '../model/index.ts';
import type { StandOut } from './stand-out.ts';
import type { Place } from './standing.ts';
import { noSums } from './units.ts';
import type { Unit, UnitStretch } from './units.ts';

/** Requests that the others' give reason to expect where none came. In a storm they come in bursts, and who waits answers nobody for half a minute: only from the second on it is sure. */
const [leastExpected, sureExpected] = [20, 50];

/** `latest`: panes since onset, the newest first. */
export interface Stretches { readonly before: UnitStretch; readonly eve: UnitStretch; readonly latest: readonly UnitStretch[] }

/**
 * Machines and zones on which nothing is served any more, while the same services are served elsewhere. What each service still does
 * elsewhere says what was to be expected: when everything waits, little is. Looks at the newest panes without any request there, so it
 * does not matter when all began. A place whose services run nowhere else cannot be told, and one that was emptied a while before (`eve`: the
 * last minute before onset) is no news.
 */
export function stillPlaces({ before, eve, latest }: Stretches, key: string, prefix: string): Place[] {
  const usual = requestsBy(before.units.values(), key);
  const lately = requestsBy(eve.units.values(), key);
  const panes = latest.map(({ units }) => requestsBy(units.values(), key));
  return [...usual.places].flatMap(([value, own]) => {
    if (!lately.places.has(value)) return [];
    const since = panes.findIndex(({ places }) => places.has(value));
    const still = panes.slice(0, since < 0 ? panes.length : since);
    const elsewhere = new Map<EntityId, number>();
    for (const { services } of still) for (const [service, requests] of services) elsewhere.set(service, (elsewhere.get(service) ?? 0) + requests);
    const missed = [...own].flatMap(([service, requests]) => {
      const others = (usual.services.get(service) ?? 0) - requests;
      return others <= 0 ? [] : [{ service, expected: (elsewhere.get(service) ?? 0) * requests / others }];
    }).filter(({ expected }) => expected > 0);
    const expected = missed.reduce((sum, each) => sum + each.expected, 0);
    if (expected < leastExpected) return [];
    const stillness = Math.min(1, expected / sureExpected);
    const worse = missed.toSorted((a, b) => b.expected - a.expected || (a.service < b.service ? -1 : 1)).map((each): StandOut => ({
      service: each.service, key, value, of: 'silence', share: 1, contrast: stillness, p: Math.exp(-each.expected), inside: noSums(), outside: { ...noSums(), requests: elsewhere.get(each.service) ?? 0 },
    }));
    return [{ entity: prefix + value, of: 'silence' as const, worse, breadth: 1, contrast: stillness, stillness }];
  });
}

/** Requests by value of the attribute and service, and by service; only what had any. */
function requestsBy(units: Iterable<Unit>, key: string): { readonly places: ReadonlyMap<string, ReadonlyMap<EntityId, number>>; readonly services: ReadonlyMap<EntityId, number> } {
  const places = new Map<string, Map<EntityId, number>>();
  const services = new Map<EntityId, number>();
  for (const { service, labels, requests } of units) {
    const value = labels.find(([name]) => name === key)?.[1];
    if (value === undefined || requests === 0) continue;
    const place = places.get(value) ?? new Map<EntityId, number>();
    places.set(value, place.set(service, (place.get(service) ?? 0) + requests));
    services.set(service, (services.get(service) ?? 0) + requests);
  }
  return { places, services };
}

import type { EntityId } from '../model/index.ts';
import { instanceKey, triedName, tryRecords, tryValues, withoutChance } from './stand-out.ts';
import type { StandOut, Tries } from './stand-out.ts';
import { stillPlaces } from './still.ts';
import type { Stretches } from './still.ts';
import type { UnitStretch } from './units.ts';

/** A machine or zone on which services fare worse than elsewhere. */
export interface Place {
  readonly entity: EntityId;
  readonly of: StandOut['of'];
  /** Services that fare worse there, and the share (0..1, by requests) that they are of all that could be judged. */
  readonly worse: readonly StandOut[];
  readonly breadth: number;
  /** How much worse they fare than elsewhere. */
  readonly contrast: number;
  /** How sure it is (0..1) that nothing at all is served there any more (still.ts). */
  readonly stillness: number;
}

/** What tells requests that suffer from those that do not. */
export interface Standing {
  /** Service → its values that stand out, the most telling first. */
  readonly byService: ReadonlyMap<EntityId, readonly StandOut[]>;
  /** The same of its log records that tell of errors. */
  readonly byRecords: ReadonlyMap<EntityId, readonly StandOut[]>;
  readonly places: ReadonlyMap<EntityId, Place>;
  /** Services with two or more instances that could be judged. */
  readonly judged: ReadonlySet<EntityId>;
  /** Machine → its zone, where the resources tell. */
  readonly zones: ReadonlyMap<EntityId, EntityId>;
}

/** Of what is told, at most so much is chance. */
const falseShare = 0.01;
const leastContrast = 0.5;
const leastShare = 0.1;
const placeKeys: Readonly<Record<string, string>> = { 'host.name': 'host:', 'cloud.availability_zone': 'zone:' };

export function standingOf(before: UnitStretch, after: UnitStretch, recent: Omit<Stretches, 'before'> = { eve: before, latest: [] }): Standing {
  const { found, tried, judged } = tryValues(before, after);
  const sure = sureOf({ found, tried });
  const zones = new Map<EntityId, EntityId>();
  for (const { units } of [before, after]) {
    for (const { labels } of units.values()) {
      const [host, zone] = ['host.name', 'cloud.availability_zone'].map((key) => labels.find(([name]) => name === key)?.[1]);
      if (host !== undefined && zone !== undefined) zones.set(`host:${host}`, `zone:${zone}`);
    }
  }
  const services = new Set<EntityId>();
  for (const name of judged.keys()) {
    const [service, key] = name.split('\u0001');
    if (key === instanceKey) services.add(service);
  }
  return { byService: mostTellingFirst(sure), byRecords: mostTellingFirst(sureOf(tryRecords(before, after))), places: placesOf(sure, judged, stillOf({ before, ...recent }, zones)), judged: services, zones };
}

/** A machine that is still with its whole zone is no cause by itself. */
function stillOf(stretches: Stretches, zones: ReadonlyMap<EntityId, EntityId>): Place[] {
  const still = Object.entries(placeKeys).flatMap(([key, prefix]) => stillPlaces(stretches, key, prefix));
  const named = new Set(still.map(({ entity }) => entity));
  const machines = Map.groupBy(zones.keys(), (host) => zones.get(host));
  return still.filter(({ entity }) => {
    const zone = zones.get(entity);
    return zone === undefined || !named.has(zone) || (machines.get(zone)?.length ?? 0) < 2;
  });
}

function sureOf({ found, tried }: Pick<Tries, 'found' | 'tried'>): StandOut[] {
  return withoutChance(found, falseShare, tried).filter(({ contrast, share }) => contrast >= leastContrast && share >= leastShare);
}

function mostTellingFirst(sure: readonly StandOut[]): Map<EntityId, StandOut[]> {
  const byService = Map.groupBy(sure, ({ service }) => service);
  for (const own of byService.values()) own.sort((a, b) => b.share * b.contrast - a.share * a.contrast || a.p - b.p || (a.key < b.key ? -1 : 1));
  return byService;
}

function placesOf(sure: readonly StandOut[], judged: ReadonlyMap<string, number>, still: readonly Place[]): Map<EntityId, Place> {
  const all = new Map<EntityId, number>();
  for (const [name, requests] of judged) {
    const [, key, value] = name.split('\u0001');
    const prefix = placeKeys[key];
    if (prefix === undefined) continue;
    all.set(prefix + value, (all.get(prefix + value) ?? 0) + requests);
  }
  const places = new Map(still.map((place) => [place.entity, place]));
  const groups = Map.groupBy(sure.filter(({ key }) => placeKeys[key] !== undefined), ({ key, value, of }) => `${placeKeys[key]}${value} ${of}`);
  for (const worse of groups.values()) {
    const [{ key, value, of }] = worse;
    const entity = placeKeys[key] + value;
    const weight = (each: StandOut): number => judged.get(triedName(each.service, key, value)) ?? 0;
    const requests = worse.reduce((sum, each) => sum + weight(each), 0);
    const made: Place = { entity, of, worse, breadth: requests / Math.max(1, all.get(entity) ?? 0), contrast: worse.reduce((sum, each) => sum + weight(each) * each.contrast, 0) / Math.max(1, requests), stillness: 0 };
    const known = places.get(entity);
    if (known === undefined || made.breadth * made.contrast > known.breadth * known.contrast) places.set(entity, made);
  }
  return places;
}

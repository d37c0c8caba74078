import type { FamilyMetadata, Metadata } from './series.ts';

/** Families of which the type is remembered, over all senders. */
export const familiesMax = 50_000;
/** Targets of which the resource is remembered, over all senders. */
export const targetsMax = 20_000;

/**
 * What senders said of themselves in an earlier request: types of metric families (version 1 sends them apart, once a
 * minute) and target_info. It is lost at a restart and comes back with the next scrape. Beyond the limits the one that
 * was told longest ago is forgotten.
 */
export interface Memory {
  learnFamily(source: string, metadata: FamilyMetadata): void;
  family(source: string, name: string): Metadata | null;
  /** `info`: name and value in turn. */
  learnTarget(source: string, target: string, info: readonly string[]): void;
  target(source: string, target: string): readonly string[] | null;
}

export function makeMemory(): Memory {
  const families = new Map<string, Metadata>();
  const targets = new Map<string, readonly string[]>();
  return {
    learnFamily: (source, { family, type, help, unit }) => put(families, `${source}\0${family}`, { type, help, unit }, familiesMax),
    family: (source, name) => families.get(`${source}\0${name}`) ?? null,
    learnTarget: (source, target, info) => put(targets, `${source}\0${target}`, info, targetsMax),
    target: (source, target) => targets.get(`${source}\0${target}`) ?? null,
  };
}

function put<Value>(map: Map<string, Value>, key: string, value: Value, sizeMax: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= sizeMax) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}

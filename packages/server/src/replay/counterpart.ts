import type { Incident } from '@clew/engine';

/** Two tellings of one fault begin this close together. */
const nearMs = 10 * 60_000;

/**
 * The same incident in another run: the one of its id, else the nearest in time that shares a node with it. Null when the other run
 * does not tell of it.
 */
export function counterpart(incident: Incident, among: readonly Incident[]): Incident | null {
  const same = among.find(({ id }) => id === incident.id);
  if (same !== undefined) return same;
  const own = new Set([...incident.blast.affected, ...incident.explanation.causes.slice(0, 1).map(({ entity }) => entity)]);
  const shared = (other: Incident): number => new Set([...other.blast.affected, ...other.explanation.causes.slice(0, 1).map(({ entity }) => entity)].filter((entity) => own.has(entity))).size;
  const away = ({ onsetMs }: Incident): number => Math.abs(onsetMs - incident.onsetMs);
  const near = among.filter((other) => away(other) <= nearMs && shared(other) > 0);
  return near.toSorted((a, b) => shared(b) - shared(a) || away(a) - away(b))[0] ?? null;
}

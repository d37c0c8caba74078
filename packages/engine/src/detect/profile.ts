import type { LocalTime } from './calendar.ts';
import type { Recent } from './recent.ts';
import type { Room } from './rooms.ts';

/**
 * Time of day: what a series does between 10:00 and 10:30 compared with 09:30, learned by half-hour bins of local time, for
 * workdays and off days apart. Only the *difference* between two moments is used, to move the level along before the values
 * themselves do; so an empty profile says nothing and a wrong one is overruled by the level within minutes. Days of one kind
 * borrow from the other kind until they have been seen themselves.
 */
export interface Profile extends Recent {
  /** Workdays' bins, then off days': a float32 in two cells each, whose last three bits are the visits. Means are at most 1e-6 off. */
  readonly cells: Uint16Array;
  /** The bin being filled. */
  bin: number;
  sum: number;
  panes: number;
}

const bins = 48;
const binMs = 86_400_000 / bins;
/** Visits beyond this do not make a bin slower: about a week of memory. Three bits. */
const maxVisits = 7;
/** What the other kind of day is worth, in visits. */
const borrowed = 0.5;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** Two cells a bin; recent values come behind them. */
export const profileCells = 2 * 2 * bins;

/** In an empty room of at least `profileCells`. */
export function makeProfile({ cells, at }: Room): Profile {
  return { cells, at, bin: -1, sum: 0, panes: 0, recents: 0 };
}

function visitsOf({ cells, at }: Profile, bin: number): number {
  return cells[at + 2 * bin] & maxVisits;
}

function meanOf({ cells, at }: Profile, bin: number): number {
  bits[0] = ((cells[at + 2 * bin + 1] << 16) | (cells[at + 2 * bin] & ~maxVisits)) >>> 0;
  return float[0];
}

function putBin({ cells, at }: Profile, bin: number, mean: number, visits: number): void {
  float[0] = mean;
  const word = (((bits[0] + 4) & ~maxVisits) | visits) >>> 0;
  cells[at + 2 * bin] = word & 0xffff;
  cells[at + 2 * bin + 1] = word >>> 16;
}

export function learnProfile(profile: Profile, at: LocalTime, y: number, paneMs: number): void {
  const bin = Math.floor(at.dayMs / binMs) + (at.isWorkday ? 0 : bins);
  if (bin !== profile.bin) {
    foldBin(profile, paneMs);
    profile.bin = bin;
    profile.sum = 0;
    profile.panes = 0;
  }
  profile.sum += y;
  profile.panes++;
}

/** A bin counts when the series was there for at least half of it. */
function foldBin(profile: Profile, paneMs: number): void {
  if (profile.bin < 0 || profile.panes * paneMs < binMs / 2) return;
  const visits = Math.min(maxVisits, visitsOf(profile, profile.bin) + 1);
  const mean = meanOf(profile, profile.bin);
  putBin(profile, profile.bin, mean + (profile.sum / profile.panes - mean) / visits, visits);
}

/** Expected movement from one moment to a later one, shrunk by how often both times of day have been seen; 0 when they have not. */
export function profileDrift(profile: Profile, from: LocalTime, to: LocalTime, spanMs: number): number {
  if (spanMs > binMs) return 0;
  const own = driftOf(profile, from.dayMs, to.dayMs, to.isWorkday);
  const other = driftOf(profile, from.dayMs, to.dayMs, !to.isWorkday);
  const weight = other.visits > 0 ? borrowed : 0;
  return (own.visits * own.drift + weight * other.drift) / (own.visits + 1);
}

/** Its own kind of day has been seen at that time. */
export function isTimeKnown(profile: Profile, { dayMs, isWorkday }: LocalTime): boolean {
  return valueAt(profile, dayMs, isWorkday) !== null;
}

const unknown = { drift: 0, visits: 0 };

function driftOf(profile: Profile, fromMs: number, toMs: number, isWorkday: boolean): { readonly drift: number; readonly visits: number } {
  const from = valueAt(profile, fromMs, isWorkday);
  const to = valueAt(profile, toMs, isWorkday);
  return from === null || to === null ? unknown : { drift: to.value - from.value, visits: Math.min(from.visits, to.visits) };
}

/** Straight line between the middles of neighbouring bins. */
function valueAt(profile: Profile, dayMs: number, isWorkday: boolean): { value: number; visits: number } | null {
  const offset = isWorkday ? 0 : bins;
  const place = dayMs / binMs - 0.5;
  const left = Math.floor(place);
  const share = place - left;
  const a = ((left + bins) % bins) + offset;
  const b = ((left + 1) % bins) + offset;
  const visits = Math.min(visitsOf(profile, a), visitsOf(profile, b));
  return visits === 0 ? null : { value: meanOf(profile, a) * (1 - share) + meanOf(profile, b) * share, visits };
}

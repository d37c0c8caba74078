/**
 * Time of day: what a series does between 10:00 and 10:30 compared with 09:30, learned by half-hour bins of UTC.
 * Only the *difference* between two moments is used, to move the level along before the values themselves do;
 * so an empty profile says nothing and a wrong one is overruled by the level within minutes.
 */
export interface Profile {
  readonly mean: Float64Array;
  readonly visits: Uint8Array;
  /** The bin being filled. */
  bin: number;
  sum: number;
  panes: number;
}

const dayMs = 86_400_000;
const bins = 48;
const binMs = dayMs / bins;
/** Visits beyond this do not make a bin slower: about a week of memory. */
const maxVisits = 7;

export function makeProfile(): Profile {
  return { mean: new Float64Array(bins), visits: new Uint8Array(bins), bin: -1, sum: 0, panes: 0 };
}

export function learnProfile(profile: Profile, atMs: number, y: number, paneMs: number): void {
  const bin = Math.floor((atMs % dayMs) / binMs);
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
  const visits = Math.min(maxVisits, profile.visits[profile.bin] + 1);
  profile.visits[profile.bin] = visits;
  profile.mean[profile.bin] += (profile.sum / profile.panes - profile.mean[profile.bin]) / visits;
}

/** Expected movement from one moment to a later one, shrunk by how often both times of day have been seen; 0 when they have not. */
export function profileDrift(profile: Profile, fromMs: number, toMs: number): number {
  if (toMs - fromMs > binMs) return 0;
  const from = valueAt(profile, fromMs);
  const to = valueAt(profile, toMs);
  if (from === null || to === null) return 0;
  const visits = Math.min(from.visits, to.visits);
  return (to.value - from.value) * (visits / (visits + 1));
}

/** Straight line between the middles of neighbouring bins. */
function valueAt(profile: Profile, atMs: number): { value: number; visits: number } | null {
  const place = (atMs % dayMs) / binMs - 0.5;
  const left = Math.floor(place);
  const share = place - left;
  const a = (left + bins) % bins;
  const b = (a + 1) % bins;
  const visits = Math.min(profile.visits[a], profile.visits[b]);
  return visits === 0 ? null : { value: profile.mean[a] * (1 - share) + profile.mean[b] * share, visits };
}

/** Where a look back says that something stood out, and by how much. Pure. */
import { scan } from '@clew/engine';
import { pointsMin, stretchesMax } from './bounds.ts';

/** A stretch stands out where its score is above this many times the score that one point in ten of its own series exceeds. Noise of any kind stays below about 1.5. */
export const standsOutFrom = 1.6;
/** Peaks with fewer points than this between them are one stretch. */
const nearPoints = 8;
/** What stands out is taken out and the rest looked at again, so that something large does not hide something small: at most so often, and so many points in all. */
const roundsMax = 5;
const pointsOfRoundsMax = 40_000;

/** Points [from, to) that stood out. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly peak: number;
  /** Times the score that one point in ten exceeds. */
  readonly score: number;
}

export interface Looked { readonly scores: Float64Array; readonly stretches: readonly Stretch[] }

/** Scores of evenly spaced values (NaN where there is none) and the stretches that stand out, highest first; none of a series that is too short to say so. */
export function lookBack(values: Float64Array): Looked {
  const { scores } = scan(values);
  if (values.length < pointsMin) return { scores, stretches: [] };
  const all: Stretch[] = [];
  const rest = values.slice();
  const isTaken = new Uint8Array(values.length);
  let of = scores;
  for (let round = 0; round < roundsMax && all.length < stretchesMax; round++) {
    if (round > 0) of = scan(rest).scores;
    const found = findPeaks(of, isTaken);
    if (found.length === 0 || (round + 2) * values.length > pointsOfRoundsMax) return { scores, stretches: narrowed(values, join(all, found)) };
    all.splice(0, all.length, ...join(all, found));
    for (const { from, to } of found) {
      rest.fill(NaN, from, to);
      isTaken.fill(1, from, to);
    }
  }
  return { scores, stretches: narrowed(values, all) };
}

/** Surroundings that a stretch is held against, on either side. */
const besidePoints = 30;
/** So many deviations (of the middle of the surroundings) off is out of line. */
const outOfLine = 3;

/**
 * A score rises before what is odd and falls after it, as it looks at several points at once. Where values themselves are out of line
 * with what surrounds the stretch, it begins and ends with them; where only their course is odd, it stays.
 */
function narrowed(values: Float64Array, stretches: readonly Stretch[]): Stretch[] {
  return stretches.map((stretch) => {
    const { from, to, peak } = stretch;
    const beside = Float64Array.of(...values.subarray(Math.max(0, from - besidePoints), from), ...values.subarray(to, to + besidePoints)).filter((value) => !Number.isNaN(value)).sort();
    const middle = quantile(beside, 0.5);
    const off = outOfLine * 1.4826 * quantile(beside.map((value) => Math.abs(value - middle)).sort(), 0.5);
    const isOdd = (i: number): boolean => Math.abs(values[i] - middle) > off;
    let [first, last] = [from, to - 1];
    while (first < last && !isOdd(first)) first++;
    while (last > first && !isOdd(last)) last--;
    if (beside.length === 0 || !isOdd(first)) return stretch;
    return { ...stretch, from: first, to: last + 1, peak: Math.min(last, Math.max(first, peak)) };
  });
}

function join(before: readonly Stretch[], found: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const each of [...before, ...found].sort((a, b) => b.score - a.score || a.from - b.from)) {
    const at = joined.findIndex(({ from, to }) => each.from - to < nearPoints && from - each.to < nearPoints);
    if (at === -1) joined.push(each);
    else joined[at] = { ...joined[at], from: Math.min(each.from, joined[at].from), to: Math.max(each.to, joined[at].to) };
  }
  return joined.slice(0, stretchesMax);
}

/** Each reaches from its peak down to half way between the peak and the middle score of the series, and never below the limit. */
function findPeaks(scores: Float64Array, isTaken: Uint8Array): Stretch[] {
  const sorted = scores.filter((_, i) => isTaken[i] === 0).sort();
  const most = sorted[sorted.length - 1] ?? 0;
  // Where nine points in ten are alike to the digit, what differs at all is measured by the mean.
  const one = quantile(sorted, 0.9) || sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const limit = standsOutFrom * one;
  if (!(most > limit)) return [];
  const middle = quantile(sorted, 0.5);
  const isSeen = isTaken.slice();
  const found: Stretch[] = [];
  const peaks = Array.from(scores.keys()).filter((i) => isSeen[i] === 0 && scores[i] > limit).sort((a, b) => scores[b] - scores[a] || a - b);
  for (const peak of peaks) {
    if (isSeen[peak] === 1) continue;
    const edge = Math.max(limit, (scores[peak] + middle) / 2);
    let [from, to] = [peak, peak + 1];
    while (from > 0 && scores[from - 1] > edge && isSeen[from - 1] === 0) from--;
    while (to < scores.length && scores[to] > edge && isSeen[to] === 0) to++;
    isSeen.fill(1, from, to);
    // The shoulder of what was taken already is no event of its own.
    const isShoulder = isSeen[from - 1] === 1 || isSeen[to] === 1;
    if (!isShoulder) found.push({ from, to, peak, score: scores[peak] / one });
  }
  return found;
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

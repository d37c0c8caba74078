import { scanMembers } from './members.ts';
import { prepare } from './prepare.ts';
import { movingRms, rankQuantile } from './smooth.ts';
import { scanTable as table } from './table.ts';

/** What was unusual in one stored series, looking at the whole of it, future and past alike. */
export interface Scan {
  /** For each point, zero or more; about 1 where only one point in ten is odder. Comparable within the series and, roughly, between series. */
  readonly scores: Float64Array;
  /** The same by each member alone, by its id. */
  readonly members: Readonly<Record<string, Float64Array>>;
}

/**
 * Looks back on a series of evenly spaced values (NaN where there is none: such points are bridged, and score as the bridge does).
 * Unsupervised and without settings; the same values give the same scores. A series that is constant or shorter than
 * `pointsMin` scores zero everywhere. 50,000 points take a few seconds; time and memory grow linearly with the points.
 */
export function scan(values: ArrayLike<number>): Scan {
  const n = values.length;
  const scores = new Float64Array(n);
  const members = Object.fromEntries(scanMembers.map(({ id }) => [id, new Float64Array(n)]));
  const parts = Math.ceil(n / table.pointsMax);
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((n * part) / parts);
    const to = Math.floor((n * (part + 1)) / parts);
    if (to - from < table.pointsMin) continue;
    const prepared = prepare(Array.prototype.slice.call(values, from, to) as number[]);
    const joined = new Float64Array(prepared.length);
    for (const { id, score } of scanMembers) {
      const unit = inUnits(movingRms(score(prepared), table.evenWidth));
      for (let i = 0; i < joined.length; i++) joined[i] += (table.weights[id] * unit[i]) ** table.power;
      members[id].set(withNear(unit), from);
    }
    scores.set(withNear(inUnits(joined.map((value) => value ** (1 / table.power)))), from);
  }
  return { scores, members };
}

/**
 * A score in units of its own high rankQuantile, so that a member speaks up only where its score stands out of its usual run. Where nearly
 * all of a series is one value that quantile is next to nothing, and a part of the mean is the unit.
 */
function inUnits(score: Float64Array): Float64Array {
  const mean = score.reduce((sum, value) => sum + value, 0) / score.length;
  const unit = Math.max(rankQuantile(score, table.unitShare), mean * table.unitOfMean);
  return unit > 0 ? score.map((value) => value / unit) : score;
}

/** Adds what lies near: people mark what surrounds an anomaly too, and so does whoever looks into it. */
function withNear(score: Float64Array): Float64Array {
  const limit = rankQuantile(score, table.nearShare);
  const cut = score.map((value) => Math.min(value, limit));
  const out = score.slice();
  for (const width of table.nearWidths) {
    const near = movingRms(cut, width);
    for (let i = 0; i < out.length; i++) out[i] += near[i];
  }
  return out;
}

/**
 * How unusual a member's score is on the entity's own past, without a floor, so that two unusual moments can still be told apart.
 * Running quantiles of the score's logarithm (stochastic approximation, Robbins & Monro 1951); beyond the highest of them the
 * tail falls as a power (Hill 1975), drawn to a prior while peaks are few. 11 numbers; members/tail.ts keeps more and is exact
 * where a decision needs a probability.
 */
export interface Odds {
  seen: number;
  /** Quantiles of ln score at `rungs`. */
  readonly quantiles: Float64Array;
  /** Mean excess over the highest quantile, and the peaks that it rests on. */
  excess: number;
  peaks: number;
}

const rungs = [0.25, 0.5, 0.75, 0.9, 0.98] as const;
const top = rungs.length - 1;
const memoryPanes = 8_640;
const peaksMax = 200;
const warmScores = 60;
const priorExcess = 0.4;
const priorPeaks = 10;
const excessMin = 0.05;
/** Logarithms of scores are spread at least this much: the width of an exponential body. */
const leastWidth = 0.2;
/** Keeps the logarithm finite. */
const least = 1e-9;

export function makeOdds(): Odds {
  return { seen: 0, quantiles: new Float64Array(rungs.length), excess: priorExcess, peaks: priorPeaks };
}

/** −ln of the share of scores at least this large; null while nothing is known. Learns nothing. */
export function surpriseOf({ seen, quantiles, excess }: Odds, score: number): number | null {
  if (!Number.isFinite(score) || seen < warmScores) return null;
  const value = Math.log(Math.max(score, 0) + least);
  if (value > quantiles[top]) return -Math.log(1 - rungs[top]) + (value - quantiles[top]) / Math.max(excess, excessMin);
  let rung = 0;
  while (rung < top && quantiles[rung] < value) rung++;
  const high = -Math.log(1 - rungs[rung]);
  if (rung === 0) return high * Math.exp(Math.min(0, value - quantiles[0]));
  const low = -Math.log(1 - rungs[rung - 1]);
  const width = quantiles[rung] - quantiles[rung - 1];
  return width > 0 ? low + ((high - low) * (value - quantiles[rung - 1])) / width : low;
}

export function learnOdds(odds: Odds, score: number, weight: number): void {
  if (!Number.isFinite(score) || weight <= 0) return;
  const { quantiles } = odds;
  const value = Math.log(Math.max(score, 0) + least);
  odds.seen++;
  if (odds.seen === 1) rungs.forEach((share, rung) => { quantiles[rung] = value + share - 0.5; });
  if (value > quantiles[top] && odds.seen > warmScores) {
    odds.peaks = Math.min(odds.peaks + 1, peaksMax);
    odds.excess += (value - quantiles[top] - odds.excess) / odds.peaks;
  }
  const gain = Math.min(0.2, weight * Math.max(1 / odds.seen, 1 / memoryPanes));
  for (let rung = 0; rung <= top; rung++) {
    const above = Math.min(rung + 1, top);
    const below = Math.max(rung - 1, 0);
    // One over the density near the quantile, and never so little that quantiles which met could not part again.
    const slope = Math.max((quantiles[above] - quantiles[below]) / (rungs[above] - rungs[below]), leastWidth / (1 - rungs[rung]));
    quantiles[rung] += 2 * gain * slope * (rungs[rung] - (value > quantiles[rung] ? 0 : 1));
  }
  for (let rung = 1; rung <= top; rung++) quantiles[rung] = Math.max(quantiles[rung], quantiles[rung - 1]);
}

/**
 * Probability of a score at least this large among ordinary sessions. Running quantiles of the body (stochastic approximation,
 * Robbins & Monro 1951); beyond the highest the tail falls exponentially, as fast as the body does between the median and there.
 * The tail itself is never fitted, so that one unusual session in ten (a fault that lasts) does not make itself ordinary.
 */
export interface Chance {
  scores: number;
  readonly quantiles: Float64Array;
  /** The first scores, until the quantiles begin. */
  readonly first: number[];
}

const rungs = [0.25, 0.5, 0.75, 0.9] as const;
const top = rungs.length - 1;
const middle = 1;
const firstScores = 50;
const memoryScores = 5_000;
/** Scores are sums of −ln p: a tail that falls faster than e⁻¹ a unit claims more than they say. */
const fallMin = 1;

export function makeChance(): Chance {
  return { scores: 0, quantiles: new Float64Array(rungs.length), first: [] };
}

/** −ln p, without a floor; null while it cannot know. Learns nothing. */
export function surpriseOf({ scores, quantiles }: Chance, score: number): number | null {
  if (scores < firstScores || Number.isNaN(score)) return null;
  if (score > quantiles[top]) {
    const fall = Math.max(fallMin, (quantiles[top] - quantiles[middle]) / Math.log((1 - rungs[middle]) / (1 - rungs[top])));
    return -Math.log(1 - rungs[top]) + (score - quantiles[top]) / fall;
  }
  let rung = 0;
  while (quantiles[rung] < score) rung++;
  const high = -Math.log(1 - rungs[rung]);
  if (rung === 0) return score < quantiles[0] ? 0 : high;
  const low = -Math.log(1 - rungs[rung - 1]);
  return quantiles[rung] === quantiles[0] ? low : low + ((high - low) * (score - quantiles[rung - 1])) / (quantiles[rung] - quantiles[rung - 1]);
}

export function learnChance(chance: Chance, score: number): void {
  if (Number.isNaN(score)) return;
  const { quantiles, first } = chance;
  chance.scores++;
  if (chance.scores <= firstScores) {
    first.push(score);
    if (chance.scores < firstScores) return;
    first.sort((a, b) => a - b);
    rungs.forEach((share, rung) => { quantiles[rung] = first[Math.floor(share * firstScores)]; });
    first.length = 0;
    return;
  }
  const gain = 2 * Math.max(1 / chance.scores, 1 / memoryScores);
  for (let rung = 0; rung <= top; rung++) {
    const above = Math.min(rung + 1, top);
    const below = Math.max(rung - 1, 0);
    const slope = Math.max((quantiles[above] - quantiles[below]) / (rungs[above] - rungs[below]), 0.1);
    quantiles[rung] += gain * slope * ((score > quantiles[rung] ? 1 : 0) - (1 - rungs[rung]));
  }
  for (let rung = 1; rung <= top; rung++) quantiles[rung] = Math.max(quantiles[rung], quantiles[rung - 1]);
}

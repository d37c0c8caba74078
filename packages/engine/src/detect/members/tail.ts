import { climb } from './ladder.ts';

/**
 * Turns the scores of any member into probabilities on the series' own past: how often a score at least this large comes while
 * the series goes on as it did. The body is a ladder of running quantiles (stochastic approximation, Robbins & Monro 1951), the
 * tail a generalised Pareto distribution over the highest of them (peaks over threshold; Siffer et al. 2017, "Anomaly detection
 * in streams with extreme value theory"). Departures: probability-weighted moments (Hosking & Wallis 1987) instead of maximum
 * likelihood, since they stand few peaks; shape and scale are drawn to a prior while peaks are few, so a young series is
 * cautious instead of silent; and what came k times is never less likely than that, whatever the fit says, so spikes that
 * belong to a series are taken for such. Every score counts, neighbours too: p is a share of points, autocorrelated or not.
 */
export type Tail = Float32Array;

const rungs = [0.5, 0.8, 0.9, 0.95, 0.98] as const;
const top = rungs.length - 1;
const topShare = 1 - rungs[top];
const peaksKept = 32;
const recordsKept = 8;
const warmScores = 20;
/** Points over which quantiles forget, and which a record counts for at most. */
const quantilePoints = 4000;
const recordPoints = 10_000;
/** A score at this part of a record's height is as good as the record. */
const nearRecord = 0.9;
/** A claim of once in more than this many times what was seen must hold for a heavy tail of this shape too: few peaks, often of one episode, do not bear more. */
const beyondExperience = 30;
const heavyShape = 0.25;
/** The prior counts as much as this many peaks. */
const priorPeaks = 8;
const priorShape = 0.2;
const shapeMin = -0.2;
const shapeMax = 0.7;

/** Where each thing stands: scores seen, peaks seen, scale, shape, quantiles at the rungs, largest scores, excesses (a ring). */
const scores = 0;
const peakCount = 1;
const scale = 2;
const shape = 3;
const rung0 = 4;
const rungTop = rung0 + top;
const record0 = rungTop + 1;
const peak0 = record0 + recordsKept;
export const tailSize = peak0 + peaksKept;

export function makeTail(): Tail {
  return new Float32Array(tailSize).fill(-Infinity, record0, peak0);
}

/** Probability of such a score or a larger one; null while nothing is known. Learns nothing. */
export function tailProbability(tail: Tail, score: number): number | null {
  if (Number.isNaN(score) || tail[scores] < warmScores) return null;
  if (score > tail[rungTop]) return Math.max(beyond(tail, score - tail[rungTop]), repeated(tail, score));
  let rung = 0;
  while (tail[rung0 + rung] < score) rung++;
  if (rung === 0) return 1;
  // A score that comes again and again stands on several rungs at once: the lowest of them counts.
  const share = (score - tail[rung0 + rung - 1]) / (tail[rung0 + rung] - tail[rung0 + rung - 1]);
  return (1 - rungs[rung - 1]) * ((1 - rungs[rung]) / (1 - rungs[rung - 1])) ** share;
}

function beyond(tail: Tail, excess: number): number {
  const p = pareto(excess / tail[scale], tail[shape]);
  const seen = 1 / (beyondExperience * tail[scores]);
  return p >= seen ? p : Math.max(p, Math.min(seen, pareto(excess / tail[scale], Math.max(tail[shape], heavyShape))));
}

function pareto(scaled: number, shapeOf: number): number {
  if (Math.abs(shapeOf) < 1e-6) return topShare * Math.exp(-scaled);
  return topShare * Math.max(1 + shapeOf * scaled, 1e-12) ** (-1 / shapeOf);
}

function repeated(tail: Tail, score: number): number {
  const least = tail[rungTop] + nearRecord * (score - tail[rungTop]);
  let count = 0;
  while (count < recordsKept && tail[record0 + count] >= least) count++;
  return count / (Math.min(tail[scores], recordPoints) + 1);
}

export function learnTail(tail: Tail, score: number): void {
  if (Number.isNaN(score)) return;
  remember(tail, score);
  tail[scores]++;
  if (tail[scores] <= warmScores) {
    tail[peak0 + tail[scores] - 1] = score;
    if (tail[scores] === warmScores) start(tail);
    return;
  }
  if (score > tail[rungTop]) {
    tail[peak0 + (tail[peakCount] % peaksKept)] = score - tail[rungTop];
    // Two rings full are as good as more, and the count stays exact.
    tail[peakCount] = tail[peakCount] + 1 < 2 * peaksKept ? tail[peakCount] + 1 : peaksKept;
    fit(tail);
  }
  climb(tail, rung0, rungs, score, Math.max(1 / tail[scores], 1 / quantilePoints));
}

function remember(tail: Tail, score: number): void {
  let at = record0 + recordsKept - 1;
  if (score <= tail[at]) return;
  for (; at > record0 && tail[at - 1] < score; at--) tail[at] = tail[at - 1];
  tail[at] = score;
}

function start(tail: Tail): void {
  const sorted = tail.slice(peak0, peak0 + warmScores).sort();
  rungs.forEach((share, rung) => {
    tail[rung0 + rung] = sorted[Math.min(warmScores - 1, Math.round(share * warmScores))];
  });
  fit(tail);
}

/** Probability-weighted moments of the peaks, drawn to the exponential tail that the body suggests. */
function fit(tail: Tail): void {
  const count = Math.min(tail[peakCount], peaksKept);
  const bodyScale = (tail[rungTop] - tail[rung0]) / Math.log((1 - rungs[0]) / topShare);
  tail[shape] = priorShape;
  tail[scale] = Math.max(bodyScale, 1e-9);
  if (count < 2) return;
  const sorted = tail.slice(peak0, peak0 + count).sort();
  let mean = 0;
  let weighted = 0;
  for (let i = 0; i < count; i++) {
    mean += sorted[i] / count;
    weighted += (sorted[i] * (count - 1 - i)) / (count - 1) / count;
  }
  const weight = count / (count + priorPeaks);
  const spread = mean - 2 * weighted;
  const fitted = spread > 1e-12 ? 2 - mean / spread : shapeMin;
  tail[shape] = Math.min(shapeMax, Math.max(shapeMin, weight * fitted + (1 - weight) * priorShape));
  // The mean excess of a generalised Pareto is scale ÷ (1 − shape).
  tail[scale] = Math.max(weight * mean * (1 - tail[shape]) + (1 - weight) * bodyScale, 1e-9);
}

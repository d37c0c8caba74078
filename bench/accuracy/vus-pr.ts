/**
 * VUS-PR: the volume under the surface of precision and recall over all widths of softened labels (Paparrizos et al., VLDB 2022),
 * with the arithmetic of TSB-AD's `RangeAUC_volume_opt`. There each width costs a pass over the series for each of 250 thresholds;
 * here a point is only asked once for the first threshold that it passes, and every width then costs its buffers alone.
 */

const thresholds = 250;

/**
 * In 0..1. `labels` are 0 or 1 with at least one 1, `scores` are finite and the larger the more unusual; `window` is the widest
 * buffer in points, `periodOf` the series by protocol.
 */
export function vusPr(labels: ArrayLike<number>, scores: ArrayLike<number>, window: number): number {
  const segments = segmentsOf(labels);
  if (segments.length === 0) throw new Error('VUS-PR is not defined for a series without an anomaly');
  const { ranks, predicted } = rank(scores);
  const positives = segments.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const truePositives = new Float64Array(thresholds);
  for (const { from, to } of segments) for (let i = from; i <= to; i++) truePositives[ranks[i]]++;
  accumulate(truePositives);
  const firsts = segments.map(({ from, to }) => firstRank(ranks, from, to));
  let volume = 0;
  for (let width = 0; width <= window; width++) {
    const half = width >> 1;
    segments.forEach(({ from, to }, i) => {
      if (from - half >= 0) firsts[i] = Math.min(firsts[i], ranks[from - half]);
      if (to + half < ranks.length) firsts[i] = Math.min(firsts[i], ranks[to + half]);
    });
    volume += averagePrecision(positives, truePositives, softHits(segments, ranks, width), touched(segments, firsts, half), predicted);
  }
  return volume / (window + 1);
}

/**
 * The period that TSB-AD takes as the widest buffer (`find_length_rank(x, 1)`): the highest local maximum of the autocorrelation
 * of the first 20,000 points at lags of 6 to 303; 125 where the highest lies elsewhere or there is none.
 */
export function periodOf(values: ArrayLike<number>): number {
  const [base, lagMax, fallback] = [3, 400, 125];
  const n = Math.min(20_000, values.length);
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i] / n;
  const centred = Float64Array.from({ length: n }, (_, i) => values[i] - mean);
  const correlation: number[] = [];
  for (let lag = base; lag <= Math.min(lagMax, n - 1); lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += centred[i] * centred[i - lag];
    correlation.push(sum);
  }
  let best = -1;
  for (let i = 1; i + 1 < correlation.length; i++) {
    if (correlation[i] > correlation[i - 1] && correlation[i] > correlation[i + 1] && (best < 0 || correlation[i] >= correlation[best])) best = i;
  }
  return best < 3 || best > 300 ? fallback : best + base;
}

interface Segment { readonly from: number; readonly to: number }

function segmentsOf(labels: ArrayLike<number>): Segment[] {
  const segments: Segment[] = [];
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue;
    const from = i;
    while (i + 1 < labels.length && labels[i + 1] !== 0) i++;
    segments.push({ from, to: i });
  }
  return segments;
}

/** For each point the first of the falling thresholds that it reaches, and for each threshold how many points reach it. */
function rank(scores: ArrayLike<number>): { readonly ranks: Uint16Array; readonly predicted: Float64Array } {
  const n = scores.length;
  const sorted = Float64Array.from(scores).sort().reverse();
  if (!sorted.every(Number.isFinite)) throw new Error('BUG: a score is not finite');
  const step = (n - 1) / (thresholds - 1);
  const cuts = Float64Array.from({ length: thresholds }, (_, k) => sorted[k === thresholds - 1 ? n - 1 : Math.floor(k * step)]);
  const ranks = new Uint16Array(n);
  const predicted = new Float64Array(thresholds);
  for (let i = 0; i < n; i++) {
    let low = 0;
    let high = thresholds - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (scores[i] >= cuts[middle]) high = middle;
      else low = middle + 1;
    }
    ranks[i] = low;
    predicted[low]++;
  }
  accumulate(predicted);
  return { ranks, predicted };
}

function accumulate(counts: Float64Array): void {
  for (let k = 1; k < counts.length; k++) counts[k] += counts[k - 1];
}

function firstRank(ranks: Uint16Array, from: number, to: number): number {
  let first = thresholds;
  for (let i = from; i <= to; i++) first = Math.min(first, ranks[i]);
  return first;
}

/** Sum of the soft labels outside the true segments that each threshold reaches. Where two buffers overlap they add up, to 1 at most. */
function softHits(segments: readonly Segment[], ranks: Uint16Array, width: number): Float64Array {
  const hits = new Float64Array(thresholds);
  const half = width >> 1;
  segments.forEach(({ to }, s) => {
    // Each gap is walked once: what the segment on its left and all segments near on its right give to its points.
    const gapEnd = s + 1 < segments.length ? segments[s + 1].from : ranks.length;
    if (s === 0) for (let i = Math.max(0, segments[0].from - half); i < segments[0].from; i++) hits[ranks[i]] += soften(segments, s - 1, i, half, width);
    const leftEnd = Math.min(gapEnd, to + half + 1);
    for (let i = to + 1; i < leftEnd; i++) hits[ranks[i]] += soften(segments, s, i, half, width);
    if (s + 1 < segments.length) for (let i = Math.max(leftEnd, gapEnd - half); i < gapEnd; i++) hits[ranks[i]] += soften(segments, s, i, half, width);
  });
  accumulate(hits);
  return hits;
}

/** The soft label of a point between segment `before` and the next one. */
function soften(segments: readonly Segment[], before: number, i: number, half: number, width: number): number {
  let label = 0;
  for (let s = before; s >= 0 && i - segments[s].to <= half && label < 1; s--) label += Math.sqrt(1 - (i - segments[s].to) / width);
  for (let s = before + 1; s < segments.length && segments[s].from - i <= half && label < 1; s++) label += Math.sqrt(1 - (segments[s].from - i) / width);
  return Math.min(1, label);
}

/** Share of the buffered segments that each threshold touches; segments whose buffers meet are one. */
function touched(segments: readonly Segment[], firsts: readonly number[], half: number): Float64Array {
  const counts = new Float64Array(thresholds + 1);
  let merged = 0;
  let first = thresholds;
  segments.forEach(({ to }, i) => {
    first = Math.min(first, firsts[i]);
    if (i + 1 < segments.length && to + half >= segments[i + 1].from - half) return;
    counts[first]++;
    merged++;
    first = thresholds;
  });
  accumulate(counts);
  return counts.map((count) => count / merged);
}

function averagePrecision(positives: number, truePositives: Float64Array, soft: Float64Array, share: Float64Array, predicted: Float64Array): number {
  let area = 0;
  let before = 0;
  for (let k = 0; k < thresholds; k++) {
    const hits = truePositives[k] + soft[k];
    const recall = Math.min(hits / (positives + soft[k] / 2), 1) * share[k];
    area += ((recall - before) * hits) / predicted[k];
    before = recall;
  }
  return area;
}

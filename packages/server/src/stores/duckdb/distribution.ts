/** Histograms of both kinds: what was added between two cumulative points, sums, and quantiles by interpolation within a bucket. */
import type { ExponentialHistogramPoint } from './point.ts';

export interface Explicit { readonly kind: 'explicit'; readonly bounds: readonly number[]; readonly counts: readonly number[] }
/** Bucket `i` of `positive` is (base^i, base^(i+1)] with base = 2^(2^-scale); `negative` mirrors it. */
export interface Exponential { readonly kind: 'exponential'; readonly scale: number; readonly zero: number; readonly zeroThreshold: number; readonly positive: ReadonlyMap<number, number>; readonly negative: ReadonlyMap<number, number> }
export type Distribution = Explicit | Exponential;

export function fromExponential(point: ExponentialHistogramPoint): Exponential {
  const cells = (buckets: ExponentialHistogramPoint['positive']): Map<number, number> => {
    const offset = buckets?.offset ?? 0;
    return new Map((buckets?.bucketCounts ?? []).map((count, i) => [offset + i, Number(count)] as const).filter(([, count]) => count > 0));
  };
  return { kind: 'exponential', scale: point.scale ?? 0, zero: Number(point.zeroCount ?? 0), zeroThreshold: Number(point.zeroThreshold ?? 0), positive: cells(point.positive), negative: cells(point.negative) };
}

/** a + factor · b; null where that has no meaning: other bounds, another kind, or a count below zero. */
export function combine(a: Distribution, b: Distribution, factor: 1 | -1): Distribution | null {
  if (a.kind === 'explicit') return b.kind === 'explicit' ? combineExplicit(a, b, factor) : null;
  return b.kind === 'exponential' ? combineExponential(a, b, factor) : null;
}

function combineExplicit(a: Explicit, b: Explicit, factor: number): Explicit | null {
  if (a.bounds.length !== b.bounds.length || a.bounds.some((bound, i) => bound !== b.bounds[i])) return null;
  const counts = a.counts.map((count, i) => count + factor * b.counts[i]);
  return counts.some((count) => count < 0) ? null : { kind: 'explicit', bounds: a.bounds, counts };
}

function combineExponential(a: Exponential, b: Exponential, factor: number): Exponential | null {
  const scale = Math.min(a.scale, b.scale);
  const zero = a.zero + factor * b.zero;
  const positive = combineCells(coarser(a.positive, a.scale - scale), coarser(b.positive, b.scale - scale), factor);
  const negative = combineCells(coarser(a.negative, a.scale - scale), coarser(b.negative, b.scale - scale), factor);
  if (zero < 0 || positive === null || negative === null) return null;
  return { kind: 'exponential', scale, zero, zeroThreshold: Math.max(a.zeroThreshold, b.zeroThreshold), positive, negative };
}

function combineCells(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>, factor: number): Map<number, number> | null {
  const cells = new Map(a);
  for (const [index, count] of b) cells.set(index, (cells.get(index) ?? 0) + factor * count);
  return [...cells.values()].some((count) => count < 0) ? null : cells;
}

/** One scale down merges two neighbours: index i becomes floor(i / 2). */
function coarser(cells: ReadonlyMap<number, number>, scales: number): ReadonlyMap<number, number> {
  if (scales === 0) return cells;
  const merged = new Map<number, number>();
  for (const [index, count] of cells) {
    const to = Math.floor(index / 2 ** scales);
    merged.set(to, (merged.get(to) ?? 0) + count);
  }
  return merged;
}

/** Value below which the share `q` of observations lies; null when there are none. `min` and `max` (NaN when unknown) close the outermost buckets. */
export function quantile(distribution: Distribution, q: number, min: number, max: number): number | null {
  return distribution.kind === 'explicit' ? quantileExplicit(distribution, q, min, max) : quantileExponential(distribution, q);
}

function quantileExplicit({ bounds, counts }: Explicit, q: number, min: number, max: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  let rank = q * total;
  for (const [i, count] of counts.entries()) {
    if (rank > count || count === 0) {
      rank -= count;
      continue;
    }
    const low = i > 0 ? bounds[i - 1] : Number.isNaN(min) ? Math.min(0, bounds[0]) : Math.min(min, bounds[0]);
    const high = Number.isFinite(bounds[i]) ? bounds[i] : Number.isNaN(max) ? low : Math.max(max, low);
    // A histogram of one bucket, or whose bounds say nothing: the edge that is known.
    if (!Number.isFinite(low)) return Number.isFinite(high) ? high : null;
    return low + (high - low) * (rank / count);
  }
  return Number.isNaN(max) ? null : max;
}

function quantileExponential({ scale, zero, zeroThreshold, positive, negative }: Exponential, q: number): number | null {
  const base = 2 ** (2 ** -scale);
  const ascending = (cells: ReadonlyMap<number, number>): (readonly [number, number])[] => [...cells].sort(([a], [b]) => a - b);
  const cells: { readonly low: number; readonly high: number; readonly count: number }[] = [
    ...ascending(negative).reverse().map(([i, count]) => ({ low: -(base ** (i + 1)), high: -(base ** i), count })),
    { low: -zeroThreshold, high: zeroThreshold, count: zero },
    ...ascending(positive).map(([i, count]) => ({ low: base ** i, high: base ** (i + 1), count })),
  ];
  const total = cells.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return null;
  let rank = q * total;
  for (const { low, high, count } of cells) {
    if (rank > count || count === 0) rank -= count;
    // Buckets are even on a logarithmic scale, and so are values assumed to be within one.
    else return low > 0 ? low * (high / low) ** (rank / count) : low < 0 && high < 0 ? low * (high / low) ** (rank / count) : low + (high - low) * (rank / count);
  }
  return cells.findLast(({ count }) => count > 0)?.high ?? null;
}

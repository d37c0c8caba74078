/** Mean of the `width` points around each point (one more on the left where it is even); fewer at the ends. */
export function movingMean(values: Float64Array, width: number): Float64Array {
  const n = values.length;
  const before = width >> 1;
  const after = width - 1 - before;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i] + values[i];
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const from = Math.max(0, i - before);
    const to = Math.min(n, i + after + 1);
    out[i] = (sums[to] - sums[from]) / (to - from);
  }
  return out;
}

/** Root of the mean square of the points around each point. */
export function movingRms(values: Float64Array, width: number): Float64Array {
  return movingMean(values.map((value) => value * value), width).map((value) => Math.sqrt(Math.max(0, value)));
}

/** The value at that rank, none in between: `share` (0..1) of the values lie below it. NaN for none. */
export function rankQuantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export interface Comparison {
  /** Points of a stretch. */
  readonly width: number;
  readonly compared: 'as it is' | 'less its mean';
  /** Stretches nearer than this are the same event, not another one (points, at least the width). */
  readonly exclusion: number;
  /** The series is cut into this many parts, and the nearest stretch is sought in each of them. */
  readonly parts: number;
  /** Pairs compared at most. */
  readonly pairsMax: number;
}

/**
 * Distance of the stretch around each point to the most similar stretch elsewhere: a matrix profile (Yeh et al., ICDM 2016). Departs
 * from it: stretches are compared as they are or less their mean, not divided by their deviation (else flat noise looks like a
 * pattern); of several parts the second nearest counts, so that an anomaly that happens twice, or lasts, does not excuse itself; and
 * where all pairs would be too many, those of diagonals spread over the series are compared (as SCRIMP stops early).
 */
export function profile(values: Float64Array, { width, compared, exclusion, parts, pairsMax }: Comparison): Float64Array {
  const count = Math.max(0, values.length - width + 1);
  const firstLag = Math.max(width, exclusion);
  const nearest = new Float64Array(parts * count).fill(Infinity);
  const rows = Int32Array.from({ length: count }, (_, i) => count * Math.floor((i * parts) / count));
  const pairs = Math.max(0, count - firstLag) ** 2 / 2;
  const stride = Math.max(1, Math.ceil(pairs / pairsMax));
  for (let k = 0; firstLag + k * stride < count; k++) {
    // Within each step at another place (golden ratio): evenly spaced lags could miss every multiple of a period.
    const lag = firstLag + k * stride + Math.floor(((k * 0.6180339887498949) % 1) * stride);
    if (lag < count) diagonal(values, nearest, rows, lag, width, compared === 'less its mean');
  }
  const distances = Float64Array.from({ length: count }, (_, i) => Math.sqrt(Math.max(0, secondOf(nearest, i, count, parts)) / width));
  return Float64Array.from(values, (_, i) => distances[Math.max(0, Math.min(count - 1, i - (width >> 1)))] ?? 0);
}

/** All pairs of stretches `lag` apart; sums over the stretch move along, so a pair costs the same whatever its width. */
function diagonal(values: Float64Array, nearest: Float64Array, rows: Int32Array, lag: number, width: number, free: boolean): void {
  let sum = 0;
  let squares = 0;
  for (let k = 0; k < width - 1; k++) {
    const difference = values[k] - values[k + lag];
    sum += difference;
    squares += difference * difference;
  }
  for (let i = 0; i + lag < rows.length; i++) {
    const enters = values[i + width - 1] - values[i + width - 1 + lag];
    sum += enters;
    squares += enters * enters;
    const distance = free ? squares - (sum * sum) / width : squares;
    const a = rows[i + lag] + i;
    const b = rows[i] + i + lag;
    if (distance < nearest[a]) nearest[a] = distance;
    if (distance < nearest[b]) nearest[b] = distance;
    const leaves = values[i] - values[i + lag];
    sum -= leaves;
    squares -= leaves * leaves;
  }
}

/** Second smallest over the parts; the smallest where only one part has any, 0 where none has. */
function secondOf(nearest: Float64Array, at: number, count: number, parts: number): number {
  let first = Infinity;
  let second = Infinity;
  for (let part = 0; part < parts; part++) {
    const distance = nearest[part * count + at];
    if (distance < first) {
      second = first;
      first = distance;
    } else if (distance < second) second = distance;
  }
  return Number.isFinite(second) ? second : Number.isFinite(first) ? first : 0;
}

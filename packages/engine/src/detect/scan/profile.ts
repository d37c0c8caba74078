/**
 * Distance of the stretch around each point to the most similar stretch elsewhere: a matrix profile (Yeh et al., ICDM 2016). Departs
 * from it: stretches are compared by their course less their mean, not divided by their deviation (else flat noise looks like a
 * pattern), and at most `pairsMax` pairs are compared, on evenly spaced diagonals (as SCRIMP stops early).
 */
export function profile(values: Float64Array, width: number, compared: 'as it is' | 'less its mean', pairsMax: number): Float64Array {
  const free = compared === 'less its mean';
  const n = values.length;
  const count = n - width + 1;
  const nearest = new Float64Array(Math.max(count, 0)).fill(Infinity);
  const exclusion = width;
  const pairs = ((count - exclusion) * (count - exclusion)) / 2;
  const stride = Math.max(1, Math.ceil(pairs / pairsMax));
  for (let lag = exclusion; lag < count; lag += stride) diagonal(values, nearest, lag, width, free);
  return Float64Array.from(values, (_, i) => {
    const at = nearest[Math.max(0, Math.min(count - 1, i - (width >> 1)))];
    return Number.isFinite(at) ? Math.sqrt(Math.max(0, at) / width) : 0;
  });
}

/** All pairs of stretches `lag` apart; sums over the stretch move along, so a pair costs the same whatever its width. */
function diagonal(values: Float64Array, nearest: Float64Array, lag: number, width: number, free: boolean): void {
  let sum = 0;
  let squares = 0;
  for (let k = 0; k < width - 1; k++) {
    const difference = values[k] - values[k + lag];
    sum += difference;
    squares += difference * difference;
  }
  const end = nearest.length - lag;
  for (let i = 0; i < end; i++) {
    const enters = values[i + width - 1] - values[i + width - 1 + lag];
    sum += enters;
    squares += enters * enters;
    const distance = free ? squares - (sum * sum) / width : squares;
    if (distance < nearest[i]) nearest[i] = distance;
    if (distance < nearest[i + lag]) nearest[i + lag] = distance;
    const leaves = values[i] - values[i + lag];
    sum -= leaves;
    squares -= leaves * leaves;
  }
}

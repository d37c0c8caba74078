/**
 * What a few common courses cannot rebuild: stretches of the series, less their mean, projected on their first principal components
 * (subspace iteration); each point's error is the mean over the stretches that hold it.
 */
export function subspaceResidual(values: Float64Array, width: number, rank: number): Float64Array {
  const n = values.length;
  const covariance = covarianceOf(values, width);
  const basis = components(covariance, width, Math.min(rank, width));
  const sums = new Float64Array(n);
  const counts = new Float64Array(n);
  const piece = new Float64Array(width);
  const step = Math.max(1, width >> 4);
  for (let from = 0; from + width <= n; from += from + step + width > n && from + width < n ? n - width - from : step) {
    let mean = 0;
    for (let k = 0; k < width; k++) mean += values[from + k] / width;
    for (let k = 0; k < width; k++) piece[k] = values[from + k] - mean;
    for (const axis of basis) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += axis[k] * piece[k];
      for (let k = 0; k < width; k++) piece[k] -= dot * axis[k];
    }
    for (let k = 0; k < width; k++) {
      sums[from + k] += piece[k] * piece[k];
      counts[from + k]++;
    }
  }
  return sums.map((sum, i) => (counts[i] > 0 ? Math.sqrt(sum / counts[i]) : 0));
}

function covarianceOf(values: Float64Array, width: number): Float64Array[] {
  const n = values.length;
  const covariance = Array.from({ length: width }, () => new Float64Array(width));
  const step = Math.max(1, Math.floor(n / 3000));
  const piece = new Float64Array(width);
  for (let from = 0; from + width <= n; from += step) {
    let mean = 0;
    for (let k = 0; k < width; k++) mean += values[from + k] / width;
    let power = 0;
    for (let k = 0; k < width; k++) {
      piece[k] = values[from + k] - mean;
      power += piece[k] * piece[k];
    }
    // Each stretch counts by its course, not its size, or the anomalies would be the components.
    const weight = power > 0 ? 1 / power : 0;
    for (let a = 0; a < width; a++) for (let b = 0; b <= a; b++) covariance[a][b] += weight * piece[a] * piece[b];
  }
  for (let a = 0; a < width; a++) for (let b = a + 1; b < width; b++) covariance[a][b] = covariance[b][a];
  return covariance;
}

function components(matrix: readonly Float64Array[], width: number, rank: number): Float64Array[] {
  let basis = Array.from({ length: rank }, (_, r) => Float64Array.from({ length: width }, (__, k) => Math.cos((Math.PI * (r + 1) * (k + 0.5)) / width)));
  for (let round = 0; round < 30; round++) {
    basis = basis.map((axis) => Float64Array.from(matrix, (row) => row.reduce((sum, value, k) => sum + value * axis[k], 0)));
    orthonormalise(basis);
  }
  return basis;
}

function orthonormalise(basis: Float64Array[]): void {
  basis.forEach((axis, r) => {
    for (let other = 0; other < r; other++) {
      const dot = axis.reduce((sum, value, k) => sum + value * basis[other][k], 0);
      for (let k = 0; k < axis.length; k++) axis[k] -= dot * basis[other][k];
    }
    const norm = Math.hypot(...axis);
    for (let k = 0; k < axis.length; k++) axis[k] = norm > 1e-12 ? axis[k] / norm : 0;
  });
}

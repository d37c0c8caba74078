/**
 * What a point should be by the points around it: a polynomial through its neighbourhood, the nearest ones left out so that an
 * anomaly cannot explain itself (the idea of POLY in TSB-AD, there in blocks; here for each point by a fixed filter). The fit is made
 * twice, the second time on values pulled towards the first fit, so that a spike leaves no echo in its neighbours.
 */
export function localResidual(values: Float64Array, gap: number, reach: number, degree: number): Float64Array {
  const first = residuals(values, values, gap, reach, degree);
  const limit = 3 * scaleOf(first);
  const pulled = values.map((value, i) => value - first[i] + Math.max(-limit, Math.min(limit, first[i])));
  return residuals(values, pulled, gap, reach, degree);
}

function residuals(values: Float64Array, neighbours: Float64Array, gap: number, reach: number, degree: number): Float64Array {
  const n = values.length;
  const half = Math.min(gap + reach, (n - 1) >> 1);
  const inner = weights(-half, half, gap, degree);
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const from = Math.max(0, Math.min(i - half, n - 1 - 2 * half));
    const filter = from === i - half ? inner : weights(from - i, from - i + 2 * half, gap, degree);
    let sum = 0;
    for (let k = 0; k < filter.length; k++) sum += filter[k] * neighbours[from + k];
    out[i] = values[i] - sum;
  }
  return out;
}

/** Weights of the least-squares polynomial at 0 through the offsets from..to without those nearer than `gap`. */
function weights(from: number, to: number, gap: number, degree: number): Float64Array {
  const size = degree + 1;
  const scale = Math.max(-from, to, 1);
  const moments = new Float64Array(2 * degree + 1);
  for (let offset = from; offset <= to; offset++) {
    if (Math.abs(offset) <= gap) continue;
    let term = 1;
    for (let power = 0; power < moments.length; power++, term *= offset / scale) moments[power] += term;
  }
  const normal = Array.from({ length: size }, (_, row) => Float64Array.from({ length: size + 1 }, (__, column) => (column < size ? moments[row + column] : row === 0 ? 1 : 0)));
  const solution = solve(normal);
  return Float64Array.from({ length: to - from + 1 }, (_, k) => {
    const offset = from + k;
    if (Math.abs(offset) <= gap) return 0;
    let sum = 0;
    for (let power = degree; power >= 0; power--) sum = (sum * offset) / scale + solution[power];
    return sum;
  });
}

/** Gauss with pivots; the right-hand side is the last column. A pivot of zero leaves its unknown at zero. */
function solve(rows: Float64Array[]): Float64Array {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let row = column + 1; row < size; row++) if (Math.abs(rows[row][column]) > Math.abs(rows[best][column])) best = row;
    [rows[column], rows[best]] = [rows[best], rows[column]];
    const pivot = rows[column][column];
    if (Math.abs(pivot) < 1e-12) continue;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row][column] / pivot;
      for (let k = column; k <= size; k++) rows[row][k] -= factor * rows[column][k];
    }
  }
  return Float64Array.from(rows, (row, i) => (Math.abs(row[i]) < 1e-12 ? 0 : row[size] / row[i]));
}

/** 1.4826 × the middle of the absolute values; their mean where that is zero (more than half are equal). */
export function scaleOf(values: Float64Array): number {
  const sorted = values.map(Math.abs).sort();
  const middle = 1.4826 * sorted[sorted.length >> 1];
  return middle > 0 ? middle : values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
}

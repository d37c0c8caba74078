/** Symmetric positive definite systems by Cholesky's decomposition. Matrices are square, row by row. */

/** Lower triangle of A = L·Lᵀ into `factor`; pivots below `least` are taken as `least`. */
export function factorise(matrix: Float64Array, size: number, factor: Float64Array, least = 1e-9): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      factor[i * size + j] = i === j ? Math.sqrt(Math.max(sum, least)) : sum / factor[j * size + j];
    }
  }
}

/** Solves L·Lᵀ·x = b in place; b has `columns` columns. */
export function solve(factor: Float64Array, size: number, b: Float64Array, columns = 1): void {
  forward(factor, size, b, columns);
  for (let i = size - 1; i >= 0; i--) {
    for (let c = 0; c < columns; c++) {
      let sum = b[i * columns + c];
      for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * b[k * columns + c];
      b[i * columns + c] = sum / factor[i * size + i];
    }
  }
}

function forward(factor: Float64Array, size: number, b: Float64Array, columns: number): void {
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < columns; c++) {
      let sum = b[i * columns + c];
      for (let k = 0; k < i; k++) sum -= factor[i * size + k] * b[k * columns + c];
      b[i * columns + c] = sum / factor[i * size + i];
    }
  }
}

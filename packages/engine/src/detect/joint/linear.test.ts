import { expect, test } from 'vitest';
import { draw } from './draw.ts';
import { factorise, solve } from './linear.ts';

test('what was solved, multiplied by the matrix, is the right side again', () => {
  for (let round = 0; round < 20; round++) {
    const size = 1 + (round % 9);
    const rows = Float64Array.from({ length: size * size }, (_, i) => draw(round, i) - 0.5);
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) matrix[i * size + j] += rows[i * size + k] * rows[j * size + k];
      if (i === j) matrix[i * size + j] += 0.1;
    }
    const right = Float64Array.from({ length: size * 2 }, (_, i) => draw(round + 100, i));
    const factor = new Float64Array(size * size);
    const solved = Float64Array.from(right);
    factorise(matrix, size, factor);
    solve(factor, size, solved, 2);
    for (let i = 0; i < size; i++) for (let c = 0; c < 2; c++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += matrix[i * size + k] * solved[k * 2 + c];
      expect(sum).toBeCloseTo(right[i * 2 + c], 6);
    }
  }
});

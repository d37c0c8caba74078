import { expect, test } from 'vitest';
import { fourier, powerOfTwo } from './fourier.ts';

function slow(re: Float64Array, im: Float64Array): { re: number[]; im: number[] } {
  const n = re.length;
  const out = { re: [] as number[], im: [] as number[] };
  for (let k = 0; k < n; k++) {
    let x = 0;
    let y = 0;
    for (let i = 0; i < n; i++) {
      const angle = (-2 * Math.PI * i * k) / n;
      x += re[i] * Math.cos(angle) - im[i] * Math.sin(angle);
      y += re[i] * Math.sin(angle) + im[i] * Math.cos(angle);
    }
    out.re.push(x);
    out.im.push(y);
  }
  return out;
}

test.each([1, 2, 3, 8, 31, 100, 257])('length %i: equals the sum of its definition, and the inverse gives the input back', (length) => {
  const re = Float64Array.from({ length }, (_, i) => Math.sin(i * 1.7) + (i % 5));
  const im = Float64Array.from({ length }, (_, i) => Math.cos(i * 0.3));
  const expected = slow(re, im);
  const x = re.slice();
  const y = im.slice();
  fourier(x, y);
  for (let i = 0; i < length; i++) {
    expect(x[i]).toBeCloseTo(expected.re[i], 8);
    expect(y[i]).toBeCloseTo(expected.im[i], 8);
  }
  fourier(x, y, true);
  for (let i = 0; i < length; i++) {
    expect(x[i]).toBeCloseTo(re[i], 10);
    expect(y[i]).toBeCloseTo(im[i], 10);
  }
});

test('the next power of two is not below the length', () => {
  expect([1, 2, 3, 1000, 1024].map(powerOfTwo)).toEqual([1, 2, 4, 1024, 1024]);
});

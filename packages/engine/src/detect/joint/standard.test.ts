import { expect, test } from 'vitest';
import { draw } from './draw.ts';
import { learnStandard, makeStandard, standardise } from './standard.ts';

const both = Uint8Array.of(1, 1);

function learnt(scale: number, offset: number): { at(a: number, b: number, present?: Uint8Array): Float64Array } {
  const standard = makeStandard(2);
  for (let i = 0; i < 500; i++) learnStandard(standard, Float64Array.of(offset + scale * (draw(1, i) - 0.5), offset), both);
  return {
    at(a, b, present = both) {
      const x = new Float64Array(2);
      standardise(standard, Float64Array.of(a, b), present, x);
      return x;
    },
  };
}

test('the unit and the level of a feature do not matter', () => {
  const small = learnt(1, 0).at(0.7, 0);
  const large = learnt(1e6, 5e6).at(5.7e6, 5e6);
  expect(small[0]).toBeCloseTo(large[0], 6);
  expect(small[0]).toBeGreaterThan(1);
});

test('what is not reported or not finite is unknown, and so is everything before the warm-up', () => {
  const standard = learnt(1, 0);
  expect(standard.at(0.1, 0, Uint8Array.of(0, 1))[0]).toBeNaN();
  expect(standard.at(Infinity, 0)[0]).toBeNaN();
  const x = new Float64Array(1);
  standardise(makeStandard(1), Float64Array.of(1), Uint8Array.of(1), x);
  expect(x[0]).toBeNaN();
});

test('leaving a constant is far out and finite', () => {
  const x = learnt(1, 0).at(0, 3)[1];
  expect(x).toBeGreaterThan(5);
  expect(Number.isFinite(x)).toBe(true);
});

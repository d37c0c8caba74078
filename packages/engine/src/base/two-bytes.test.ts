import { expect, test } from 'vitest';
import { makeDice } from '../model/sketch.ts';
import { fromTwoBytes, notANumber, toTwoBytes } from './two-bytes.ts';

const through = (value: number): number => fromTwoBytes(toTwoBytes(value));

test('any number comes back within 0.2 %, with its sign, in two bytes', () => {
  const dice = makeDice(11);
  for (let round = 0; round < 20_000; round++) {
    const value = (dice() < 0.5 ? -1 : 1) * 10 ** (dice() * 37 - 18.5);
    expect(Math.abs(through(value) / value - 1)).toBeLessThanOrEqual(1 / 512);
    expect(toTwoBytes(value)).toBeLessThanOrEqual(0xffff);
  }
});

test('whole numbers to 512 are exact, nothing stays nothing, and what is no number stays none', () => {
  for (let value = -512; value <= 512; value++) expect(through(value) + 0).toBe(value);
  expect(through(1e-30)).toBe(0);
  expect(toTwoBytes(Number.NaN)).toBe(notANumber);
  expect(through(Number.NaN)).toBeNaN();
  expect(through(Infinity)).toBe(through(1e30));
  expect(through(1e30)).toBeGreaterThan(1.8e19);
});

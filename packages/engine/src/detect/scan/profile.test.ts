import { expect, test } from 'vitest';
import { profile } from './profile.ts';

const wave = Float64Array.from({ length: 400 }, (_, i) => Math.sin((2 * Math.PI * i) / 40) + 0.05 * Math.sin(i * i));

function slow(values: Float64Array, width: number, free: boolean): number[] {
  const count = values.length - width + 1;
  return Array.from({ length: count }, (_, a) => {
    let nearest = Infinity;
    for (let b = 0; b < count; b++) {
      if (Math.abs(a - b) < width) continue;
      const differences = Array.from({ length: width }, (__, k) => values[a + k] - values[b + k]);
      const mean = free ? differences.reduce((sum, value) => sum + value, 0) / width : 0;
      nearest = Math.min(nearest, differences.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    }
    return Math.sqrt(nearest / width);
  });
}

const alike = { width: 12, exclusion: 12, parts: 1, pairsMax: 1e9 };

test.each(['as it is', 'less its mean'] as const)('compared %s: the distance to the nearest stretch that does not overlap', (compared) => {
  const expected = slow(wave, 12, compared === 'less its mean');
  const found = profile(wave, { ...alike, compared });
  expected.forEach((distance, i) => expect(found[i + 6]).toBeCloseTo(distance, 8));
});

test('less its mean, a shifted wave is the same wave; as it is, it is not', () => {
  const shifted = wave.map((value, i) => value + (i >= 200 ? 5 : 0));
  expect(profile(shifted, { ...alike, compared: 'less its mean' })[300]).toBeLessThan(0.1);
  const alone = wave.map((value, i) => value + (i >= 200 && i < 212 ? 5 : 0));
  expect(profile(alone, { ...alike, compared: 'as it is' })[206]).toBeGreaterThan(3);
});

test('an anomaly that happens twice close by does not excuse itself, neither by the exclusion nor by the parts', () => {
  const twice = wave.map((value, i) => value + ((i >= 200 && i < 212) || (i >= 220 && i < 232) ? 5 : 0));
  expect(profile(twice, { ...alike, compared: 'as it is' })[206]).toBeLessThan(2);
  expect(profile(twice, { ...alike, compared: 'as it is', exclusion: 60 })[206]).toBeGreaterThan(3);
  expect(profile(twice, { ...alike, compared: 'as it is', parts: 4 })[206]).toBeGreaterThan(3);
});

test('with few pairs allowed every point still has a finite distance', () => {
  expect(profile(wave, { ...alike, compared: 'as it is', pairsMax: 2000 }).every(Number.isFinite)).toBe(true);
  expect([...profile(wave.subarray(0, 10), { ...alike, compared: 'as it is' })]).toEqual(Array.from({ length: 10 }, () => 0));
});

test('with few pairs a strict period is still seen, whatever the lags skipped', () => {
  const ticks = Float64Array.from({ length: 3000 }, (_, i) => (i % 12 === 0 ? 1 : 0));
  for (const pairsMax of [2e6, 1.3e6, 1e6]) {
    const distances = profile(ticks, { ...alike, compared: 'as it is', exclusion: 256, pairsMax });
    expect(Math.max(...distances)).toBe(0);
  }
});

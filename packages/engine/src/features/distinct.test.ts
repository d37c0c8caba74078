import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDistinct, countDistinct, hashesMax, mergeDistinct } from './distinct.ts';

const hashes = fc.array(fc.integer({ min: 1, max: 2_000 }), { maxLength: 400 });

function seen(all: readonly number[]): number[] {
  const into: number[] = [];
  for (const each of all) addDistinct(into, each);
  return into;
}

test('seeing in any order, any grouping and any number of times gives the same', () => {
  fc.assert(fc.property(hashes, hashes, hashes, (one, two, three) => {
    const whole = seen([...one, ...two, ...three]);
    const apart = seen([...three, ...three]);
    mergeDistinct(apart, seen([...two.toReversed(), ...one]));
    expect(apart).toEqual(whole);
    expect(whole).toEqual([...new Set([...one, ...two, ...three])].sort((left, right) => left - right).slice(0, hashesMax));
  }));
});

test('exact while they are few, within three standard errors when they are many', () => {
  const spread = (at: number): number => {
    let hash = Math.imul(at ^ 0x9e3779b9, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  };
  for (const many of [0, 1, 100, 127]) expect(countDistinct(seen(Array.from({ length: many }, (_, at) => spread(at))))).toBe(many);
  for (const many of [1_000, 20_000, 200_000]) {
    const told = countDistinct(seen(Array.from({ length: many }, (_, at) => spread(at))));
    expect(Math.abs(told / many - 1), `${many} told as ${told}`).toBeLessThan(3 / Math.sqrt(hashesMax - 2));
  }
});

import { expect, test } from 'vitest';
import { signals } from '../../packages/otlp/src/fixture/arbitrary.ts';
import { Random } from '../../packages/simulator/src/random.ts';
import { changeWire } from './mutate-wire.ts';
import { requestsOf } from './otlp-targets.ts';
import { makeField, readTree, writeTree } from './wire-tree.ts';

test('a request that is read as a tree and written again is the same, byte for byte', () => {
  for (const bytes of signals.flatMap((signal) => requestsOf(signal, 1))) {
    const tree = readTree(bytes);
    expect(tree).not.toBeNull();
    expect(writeTree(tree ?? [])).toEqual(bytes);
  }
});

test('varints of every length are written as they are read', () => {
  for (let bits = 0n; bits < 64n; bits++) {
    for (const value of [(1n << bits) - 1n, 1n << bits]) expect(readTree(writeTree([makeField(536_870_911, 0, value)]))?.[0]).toMatchObject({ number: 536_870_911, value });
  }
});

test('a claimed length is written instead of the true one', () => {
  expect([...writeTree([{ ...makeField(1, 2, 0n, Uint8Array.from([7])), claimedLength: 300n }])]).toEqual([10, 0xac, 2, 7]);
});

test('the same seed gives the same changes', () => {
  const [a, b] = requestsOf('traces', 1);
  const run = (): Uint8Array[] => { const random = new Random(5); return Array.from({ length: 200 }, () => changeWire(random, a, b)); };
  expect(run()).toEqual(run());
});

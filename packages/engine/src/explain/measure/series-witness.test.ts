import { describe, expect, test } from 'vitest';
import { contrastSeries } from './series-witness.ts';
import type { CallSeries, SeriesWitness } from './series-witness.ts';

const steady = (level: number, count = 20): number[] => Array.from({ length: count }, (_, at) => level * (1 + 0.02 * ((at % 5) - 2)));
const call = (caller: string, callee: string, addedMs = 0): CallSeries => ({
  caller, callee, callerMs: { before: steady(10), after: steady(10 + addedMs, 3) }, calleeMs: { before: steady(8), after: steady(8, 3) },
});
const asked = (before: number, after: number): { before: number[]; after: number[] } => ({ before: steady(before), after: steady(after, 3) });
const quiet: SeriesWitness = {
  metrics: [{ node: 'cart', name: 'cart cpu', of: 'cpu', before: steady(20), after: [20.5] }],
  calls: [call('web', 'cart'), call('web', 'pay'), call('pay', 'bank')],
  rates: new Map([['web', asked(10, 10)], ['cart', asked(5, 5)], ['pay', asked(5, 5)], ['bank', asked(5, 5)]]),
};

describe('contrastSeries', () => {
  test('accuses nobody in particular when nothing changed', () => {
    expect(contrastSeries(quiet).filter(({ score }) => score > 0.05)).toEqual([]);
  });
  test('a longer way belongs to the node that the longer ways have in common', () => {
    const ranked = contrastSeries({ ...quiet, calls: [call('web', 'cart'), call('web', 'pay', 40), call('pay', 'bank', 40)] });
    expect(ranked[0]).toMatchObject({ node: 'pay', detail: 'the way' });
    expect(ranked[0].score).toBeGreaterThan(2 * ranked[1].score);
  });
  test('a difference within the coarseness of the two latencies says nothing', () => {
    const coarse = { caller: 'web', callee: 'pay', callerMs: { before: steady(100), after: steady(130, 3) }, calleeMs: { before: steady(90), after: steady(90, 3) } };
    expect(contrastSeries({ ...quiet, calls: [coarse] }, ['way'])).toEqual([]);
  });
  test('CPU far above its level is named with its metric', () => {
    const ranked = contrastSeries({ ...quiet, metrics: [{ node: 'cart', name: 'cart cpu', of: 'cpu', before: steady(20), after: [95] }] });
    expect(ranked[0]).toMatchObject({ node: 'cart', detail: 'cart cpu' });
  });
  test('a node that is asked as before and no longer calls its own callee is off its course', () => {
    const rates = new Map(quiet.rates).set('bank', asked(5, 0));
    expect(contrastSeries({ ...quiet, rates })[0]).toMatchObject({ node: 'pay', detail: 'calls that are no longer made' });
  });
  test('a node that is asked less calls less, and that is no fault of its own', () => {
    const rates = new Map(quiet.rates).set('pay', asked(5, 1)).set('bank', asked(5, 1));
    expect(contrastSeries({ ...quiet, rates }, ['course']).some(({ node }) => node === 'pay')).toBe(false);
  });
  test('values that are missing are left out, whole stretches too', () => {
    const gaps = { caller: 'web', callee: 'cart', callerMs: { before: [NaN, NaN], after: [10] }, calleeMs: { before: [8, 8], after: [NaN] } };
    expect(contrastSeries({ metrics: [], calls: [gaps], rates: new Map() })).toEqual([]);
  });
});

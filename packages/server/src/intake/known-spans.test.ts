import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readRequest, writeRequest } from '@clew/otlp';
import type { SpanBatch } from '@clew/otlp';
import { makeKnownSpans } from './known-spans.ts';
import type { KnownSpans } from './known-spans.ts';
import { addPrint, makePrints, removePrint, sweepPrints, turnPrints } from './prints.ts';

const hex = (value: number, chars: number): string => value.toString(16).padStart(chars, '0');
const requestOf = (ids: readonly number[]): Uint8Array => writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: ids.map((id) => ({ traceId: hex(1, 32), spanId: hex(id + 1, 16), name: 'x', startTimeUnixNano: '5', endTimeUnixNano: '6' })) }] }] });
const batchOf = (ids: readonly number[]): SpanBatch => readRequest('traces', requestOf(ids));
const open = (spansMax = 1_000, windowMs = 1_000): KnownSpans => makeKnownSpans({ windowMs, spansMax, seed: [1, 2] });
const known = (spans: KnownSpans, ids: readonly number[], atMs: number): number[] => {
  const found = spans.screen(batchOf(ids), atMs);
  return found === null ? [] : ids.filter((_, row) => found.rows[row] === 1);
};

test('a span is known in whatever batch it comes again', () => {
  const spans = open();
  expect(known(spans, [1, 2, 3], 0)).toEqual([]);
  expect(known(spans, [9, 3, 8, 1], 10)).toEqual([3, 1]);
  expect(known(spans, [8, 9], 20)).toEqual([8, 9]);
});

test('a span that stands twice in one request is known the second time', () => {
  expect(open().screen(batchOf([1, 2, 1]), 0)).toEqual({ rows: Uint8Array.from([0, 0, 1]), count: 1 });
});

test('it is known for the window at least, and not for ever', () => {
  const spans = open();
  known(spans, [1], 0);
  known(spans, [2], 999);
  expect(known(spans, [1], 999)).toEqual([1]);
  expect(known(spans, [3, 2], 1_998)).toEqual([2]);
  expect(known(spans, [1, 2, 3], 10_000)).toEqual([]);
});

test('beyond the limit the older half is forgotten, which is counted; memory is bounded', () => {
  const spans = open(100);
  for (let id = 0; id < 1_000; id++) known(spans, [id], 0);
  expect(spans.size()).toBeLessThanOrEqual(100);
  expect(spans.forgottenEarly()).toBeGreaterThanOrEqual(850);
  expect(known(spans, [999, 980, 1], 1)).toEqual([999, 980]);
});

test('a limit of 0 and a window of 0 know nothing', () => {
  for (const spans of [open(0), open(10, 0)]) expect([...known(spans, [1], 0), ...known(spans, [1], 0)]).toEqual([]);
});

test('what could not be made durable is new again, what was known before stays known', () => {
  const spans = open();
  known(spans, [1], 0);
  const batch = batchOf([1, 2]);
  spans.forget(batch, spans.screen(batch, 1)?.rows ?? null);
  expect(known(spans, [1, 2], 2)).toEqual([1]);
});

test('what is read from the log again is known as what came', () => {
  const spans = open();
  spans.recall(requestOf([1, 2]), 0);
  expect(known(spans, [3, 2, 1], 500)).toEqual([2, 1]);
});

test('it gives memory back when nothing comes', () => {
  const spans = open();
  known(spans, [1, 2, 3], 0);
  spans.tidy(5_000);
  expect(spans.size()).toBe(0);
});

test('200,000 ids that count up are all told apart', () => {
  const spans = open(1_000_000);
  for (let from = 0; from < 200_000; from += 10_000) expect(known(spans, Array.from({ length: 10_000 }, (_, i) => from + i), 0)).toEqual([]);
  expect(spans.size()).toBe(200_000);
});

describe('prints', () => {
  test('adding, removing and moving on in any order is what two sets do', () => {
    const step = fc.record({ low: fc.nat({ max: 40 }), high: fc.constantFrom(0, 1, 2, 0x1000000, 0xff000000), what: fc.constantFrom('add', 'add', 'add', 'remove', 'turn', 'sweep'), isRare: fc.nat({ max: 9 }) });
    fc.assert(fc.property(fc.array(step, { maxLength: 500 }), (steps) => {
      const prints = makePrints();
      let [young, old] = [new Set<string>(), new Set<string>()];
      for (const { low, high, what, isRare } of steps) {
        // The lowest bit of one word and the zero of the other are not told apart.
        const key = `${low & ~1} ${high === 0 ? 1 : high}`;
        if (what === 'turn' && isRare > 7) {
          turnPrints(prints);
          [young, old] = [new Set(), young];
        } else if (what === 'sweep' && isRare > 7) sweepPrints(prints);
        else if (what === 'remove') expect(removePrint(prints, low, high)).toBe(young.delete(key) || old.delete(key));
        else {
          const isKnown = young.has(key) || old.has(key);
          expect(addPrint(prints, low, high)).toBe(!isKnown);
          if (!isKnown) young.add(key);
        }
        expect([prints.young, prints.old]).toEqual([young.size, old.size]);
      }
    }), { numRuns: 500, seed: 20261122 });
  });

  test('what is forgotten gives its memory back', () => {
    const prints = makePrints();
    const bytes = (): number => prints.tables.reduce((sum, table) => sum + table.byteLength, 0);
    const least = bytes();
    for (let i = 0; i < 100_000; i++) addPrint(prints, Math.imul(i, 0x9e3779b1), Math.imul(i, 0x85ebca6b));
    expect(bytes()).toBeGreaterThan(800_000);
    for (const _ of [1, 2]) turnPrints(prints);
    sweepPrints(prints);
    expect([bytes(), prints.young, prints.old]).toEqual([least, 0, 0]);
  });
});

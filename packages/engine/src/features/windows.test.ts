import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import { followedOthersMax, levelsPerEntityMax } from './bounds.ts';
import { addDistinct } from './distinct.ts';
import { openStory, spanRows, t0 } from './fixture/story.ts';
import { addToHistogram, makeHistogram, quantileOf } from './histogram.ts';
import { addLevel, addSum, makeSlice, mergeSlice, packSlice, partsOf, sumOf, sumRows, unpackSlice } from './partials.ts';
import type { Slice, SumName } from './partials.ts';
import { follow, keepSlice, minuteOf, noteLevel, openWindows, sliceOf, sweepWindows } from './windows.ts';

const { paneMs } = defaultSettings;
const units = ['By', '1', 'ms'];

/** Slices as panes make them: sums of some names, durations, and levels of three units. */
const slices = fc.record({
  sums: fc.array(fc.tuple(fc.constantFrom(...Object.keys(sumRows) as SumName[]), fc.nat(1e9)), { maxLength: 5 }),
  durations: fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { maxLength: 20 }),
  users: fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 200 }),
  levels: fc.array(fc.tuple(fc.nat(2), fc.double({ min: -1e6, max: 1e9, noNaN: true })), { maxLength: 5 }),
}).map(({ sums, durations, users, levels }): Slice => {
  const slice = makeSlice();
  for (const [name, by] of sums) addSum(slice, name, by);
  if (durations.length > 0) slice.durations = makeHistogram();
  for (const ms of durations) if (slice.durations !== null) addToHistogram(slice.durations, ms);
  if (users.length > 0) slice.users = [];
  for (const user of users) addDistinct(slice.users ?? [], user);
  for (const [at, value] of levels) addLevel(slice, at, value, partsOf(units[at]));
  return slice;
});

function merged(...all: readonly Slice[]): Slice {
  const into = makeSlice();
  for (const each of all) mergeSlice(into, each);
  return into;
}

test('merging is commutative', () => {
  fc.assert(fc.property(slices, slices, (left, right) => {
    expect(merged(left, right)).toEqual(merged(right, left));
  }));
});

test('merging is associative: any grouping into minutes gives the same hour', () => {
  fc.assert(fc.property(fc.array(slices, { maxLength: 12 }), fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), (all, groups) => {
    const apart = [0, 1, 2, 3].map((group) => merged(...all.filter((_, at) => groups[at] === group)));
    expect(merged(...apart)).toEqual(merged(...all));
  }));
});

test('a slice at rest is the same slice', () => {
  fc.assert(fc.property(slices, (slice) => {
    expect(unpackSlice(packSlice(slice))).toEqual(slice);
  }));
});

test('merging leaves what is merged as it is', () => {
  fc.assert(fc.property(slices, slices, (left, right) => {
    const before = structuredClone(right);
    merged(left, right);
    expect(right).toEqual(before);
  }));
});

test('a merged sketch is off by no more than its buckets', () => {
  fc.assert(fc.property(fc.array(fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 6 }), fc.constantFrom(0.5, 0.95, 0.99), (panes, share) => {
    const whole = makeHistogram();
    for (const each of panes) {
      const slice = makeSlice();
      slice.durations = makeHistogram();
      for (const ms of each) addToHistogram(slice.durations, ms);
      mergeSlice({ ...makeSlice(), durations: whole }, slice);
    }
    const sorted = panes.flat().sort((left, right) => left - right);
    const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
    expect(Math.abs(quantileOf(whole, share) / exact - 1)).toBeLessThanOrEqual(0.032);
  }));
});

/** One request in pane 0, two in pane 1, … */
function counting(panes: number, skip: (pane: number) => boolean = () => false) {
  const followed = follow(openWindows(), 'service:a', t0, {});
  if (followed === null) throw new Error('there is room');
  for (let pane = 0; pane < panes; pane++) {
    if (skip(pane)) continue;
    const slice = makeSlice();
    addSum(slice, 'requests', pane + 1);
    keepSlice(followed, t0 + pane * paneMs, slice, defaultSettings);
  }
  return followed;
}
const upTo = (pane: number): number => pane * (pane + 1) / 2;

test('windows of 1 and 5 minutes are the last 6 and 30 panes, those of 15 and 60 begin with a minute', () => {
  for (const panes of [1, 6, 29, 31, 90, 91, 95, 400, 1_000]) {
    const followed = counting(panes);
    const endMs = t0 + panes * paneMs;
    const requests = (window: '1m' | '5m' | '15m' | '1h'): number => sumOf(sliceOf(followed, window, endMs, paneMs), 'requests');
    const since = (startMs: number): number => upTo(panes) - upTo(Math.max(0, Math.ceil((startMs - t0) / paneMs)));
    const minute = Math.floor((endMs - 1) / 60_000) * 60_000;
    expect([requests('1m'), requests('5m'), requests('15m'), requests('1h')], `${panes} panes`)
      .toEqual([since(endMs - 60_000), since(endMs - 300_000), since(minute - 14 * 60_000), since(minute - 59 * 60_000)]);
  }
});

test('what was held an hour ago does not come up again after a silence', () => {
  const followed = counting(1_000, (pane) => pane > 10 && pane < 995);
  const endMs = t0 + 1_000 * paneMs;
  expect(sumOf(sliceOf(followed, '5m', endMs, paneMs), 'requests')).toBe(996 + 997 + 998 + 999 + 1_000);
  expect(sumOf(sliceOf(followed, '1h', endMs, paneMs), 'requests')).toBe(996 + 997 + 998 + 999 + 1_000);
  expect(followed.panes.size + followed.minutes.size).toBeLessThanOrEqual(90);
});

test('a whole minute is known from the first one that was followed in full, and no longer than an hour', () => {
  const followed = counting(1_000);
  const endMs = t0 + 1_000 * paneMs;
  const last = Math.floor(endMs / 60_000) * 60_000;
  expect(minuteOf(followed, endMs, 0)?.endMs).toBe(last);
  expect(sumOf(minuteOf(followed, endMs, 0)?.slice ?? makeSlice(), 'requests')).toBe(upTo((last - t0) / paneMs) - upTo((last - t0) / paneMs - 6));
  expect(minuteOf(followed, endMs, 58)).not.toBeNull();
  expect(minuteOf(followed, endMs, 61)).toBeNull();
  expect(minuteOf(counting(11), t0 + 11 * paneMs, 1)).toBeNull();
});

test('beyond the limits nothing new is held, and that is counted; services always are', () => {
  const state = openWindows();
  const counters: Record<string, number> = {};
  for (let at = 0; at < followedOthersMax + 7; at++) follow(state, `operation:a|server|${at}`, t0, counters);
  expect(follow(state, 'service:a', t0, counters)).not.toBeNull();
  expect([state.followed.size, counters]).toEqual([followedOthersMax + 1, { entities_not_followed: 7 }]);
  const followed = counting(1);
  const slice = makeSlice();
  for (let at = 0; at < levelsPerEntityMax + 3; at++) noteLevel(followed, slice, 'pool_used', `pool ${at}`, '1', 1, counters);
  expect(counters.levels_over_limit).toBe(3);
  sweepWindows(state, t0 + 3 * 3_600_000);
  expect([state.followed.size, state.others]).toEqual([0, 0]);
});

test('late spans change no window', () => {
  const features = openStory();
  const server = (id: number) => ({ service: 'shop', id, trace: id, kind: 'server' as const, name: 'GET /', at: 1, ms: 10 });
  features.add(spanRows([server(1)]));
  features.closePane(t0);
  const before = features.values('service:shop');
  features.add(spanRows([server(2), server(3)]));
  expect(features.values('service:shop')).toEqual(before);
  expect(features.counters.late_spans).toBe(2);
});

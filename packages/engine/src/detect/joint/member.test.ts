import { describe, expect, test } from 'vitest';
import { balance } from './balance.ts';
import { course } from './course.ts';
import { draw } from './draw.ts';
import { forest } from './forest.ts';
import type { JointMember } from './member.ts';
import { neighbours } from './neighbours.ts';
import { reckoning } from './reckoning.ts';

const features = 6;

function normal(seed: number, index: number): number {
  return Math.sqrt(-2 * Math.log(1 - draw(seed, 2 * index))) * Math.cos(2 * Math.PI * draw(seed, 2 * index + 1));
}

/** Features 0 to 3 follow one slow wave together, 4 and 5 are noise. */
function ordinary(seed: number, pane: number): Float64Array {
  const wave = Math.sin(pane / 15);
  return Float64Array.from({ length: features }, (_, j) => (j < 4 ? wave + 0.1 * normal(seed, pane * features + j) : 0.5 * normal(seed, pane * features + j)));
}

function fitted<State>(member: JointMember<State>, panes = 1_500): State {
  const state = member.make(features, 3);
  for (let pane = 0; pane < panes; pane++) member.learn(state, ordinary(9, pane), 1);
  return state;
}

/** Everything a member promises; `apart`: it sees that feature 2 left the others although its value is possible. */
function contract<State>(member: JointMember<State>, { apart }: { readonly apart: boolean }): void {
  describe(member.id, () => {
    const state = fitted(member);
    const next = ordinary(9, 1_500);
    const usual = Array.from({ length: 200 }, (_, i) => {
      const copy = structuredClone(state);
      const before = 1_500 + i;
      member.learn(copy, ordinary(9, before), 0);
      return member.judge(copy, ordinary(9, before + 1));
    }).sort((a, b) => a - b);
    const changed = (feature: number, value: number): Float64Array => Float64Array.from(next, (x, j) => (j === feature ? value : x));

    test('a value far outside is more unusual than 99 of 100 ordinary vectors, and names its feature first', () => {
      const far = changed(4, 9);
      expect(member.judge(state, far)).toBeGreaterThan(usual[198]);
      const shares = new Float64Array(features);
      member.explain(state, far, shares);
      expect(shares.indexOf(Math.max(...shares))).toBe(4);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    });

    if (apart) test('one feature that leaves the others is seen although its value is possible', () => {
      const away = changed(2, next[2] > 0 ? -1 : 1);
      expect(member.judge(state, away)).toBeGreaterThan(usual[198]);
      const shares = new Float64Array(features);
      member.explain(state, away, shares);
      expect(shares.indexOf(Math.max(...shares))).toBe(2);
    });

    test('what is not reported does not count, and nothing at all is unknown or ordinary', () => {
      const gone = changed(4, NaN);
      expect(member.judge(state, gone)).toBeLessThan(usual[199] * 1.5);
      const none = member.judge(state, new Float64Array(features).fill(NaN));
      expect(Number.isNaN(none) || none <= usual[199]).toBe(true);
    });

    test('it does not know before it has seen enough, and judging teaches nothing', () => {
      expect(member.judge(member.make(features, 3), next)).toBeNaN();
      const before = JSON.stringify(structuredClone(state));
      member.judge(state, changed(0, 50));
      expect(JSON.stringify(state)).toBe(before);
    });

    test('the same seed and vectors make the same state, and a copy goes on alike', () => {
      const again = fitted(member);
      expect(again).toEqual(state);
      const copy = structuredClone(again);
      for (let pane = 1_500; pane < 1_900; pane++) {
        member.learn(again, ordinary(9, pane), 1);
        member.learn(copy, ordinary(9, pane), 1);
      }
      expect(copy).toEqual(again);
    });

    test('its state does not grow', () => {
      expect(bytesOf(fitted(member, 4_000))).toBe(bytesOf(member.make(features, 3)));
    });
  });
}

function bytesOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return value.byteLength;
  return typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, each) => sum + bytesOf(each), 0) : 8;
}

contract(balance, { apart: true });
contract(course, { apart: true });
contract(forest, { apart: false });
contract(neighbours, { apart: true });
// The ordinary vectors of the contract leap in time, which is a surprise to reckoning by itself: its own tests are below.
contract(reckoning, { apart: false });

test('the forest of twelve features fits in 24 kB', () => {
  expect(bytesOf(forest.make(12, 1))).toBeLessThanOrEqual(24 * 1024);
});

test('a jump that stays is a surprise for reckoning while it lasts, and for the course only when it comes', () => {
  const states = { course: fitted(course), reckoning: fitted(reckoning) };
  const usual: Record<string, number> = { course: 0, reckoning: 0 };
  const jumped = (pane: number): Float64Array => ordinary(9, pane).map((x, j) => (j < 4 ? x + 6 : x));
  for (let pane = 1_500; pane < 1_530; pane++) {
    const x = pane < 1_520 ? ordinary(9, pane) : jumped(pane);
    if (pane < 1_520) {
      usual.course = Math.max(usual.course, course.judge(states.course, x));
      usual.reckoning = Math.max(usual.reckoning, reckoning.judge(states.reckoning, x));
    }
    course.learn(states.course, x, 0);
    reckoning.learn(states.reckoning, x, 0);
  }
  expect(reckoning.judge(states.reckoning, jumped(1_530))).toBeGreaterThan(10 * usual.reckoning);
  expect(course.judge(states.course, jumped(1_530))).toBeLessThan(10 * usual.course);
});

test('reckoning comes after: where everything went for good is believed in the end', () => {
  const state = fitted(reckoning);
  for (let pane = 1_500; pane < 2_100; pane++) reckoning.learn(state, ordinary(9, pane).map((x) => x + 2), 0);
  const there = reckoning.judge(state, ordinary(9, 2_100).map((x) => x + 2));
  reckoning.learn(state, ordinary(9, 2_100).map((x) => x + 2), 0);
  expect(there).toBeLessThan(reckoning.judge(state, ordinary(9, 2_101)));
});

import { climb } from './ladder.ts';
import type { Member } from './member.ts';

/**
 * Habit: how rarely the series stands where it stands at this part of the day, over the last points. Means of a few points are
 * sorted into levels by running quantiles, the day into six parts, and each pair is counted; the score is the running mean of the
 * surprise (−ln of the share). It finds what lasts and is unusual only together: a usual level at an unusual hour, a value
 * between two modes, a middle that has gone flat.
 */
export interface HabitState {
  points: number;
  /** Where the series began: small changes of a large number keep their digits. */
  start: number;
  /** The first values, until there are enough to set up the ladder. */
  readonly first: number[];
  /** The last values, a ring. */
  readonly recent: Float32Array;
  /** Points that the surprise remembers. */
  readonly memory: number;
  readonly ladder: Float32Array;
  readonly counts: Uint16Array;
  total: number;
  surprise: number;
}

const rungs = [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98] as const;
const levels = rungs.length + 1;
const dayMs = 86_400_000;
const dayParts = 6;
const warmPoints = 20;
const ladderPoints = 2000;
/** Counts are halved when they sum to this: habits change. */
const countsMost = 20_000;
const priorCount = 0.5;
const priorTotal = 30;

/** What lasts for a few points, and is told soon. */
export const habit = openHabit('habit', 5, 14);

/** What lasts longer; single values are sorted, so quick turns between two levels are seen as they are. */
export const longHabit = openHabit('habit-long', 1, 25);

/** `meanPoints`: values that are averaged before they are sorted; `surprisePoints`: points that the surprise remembers. */
function openHabit(id: string, meanPoints: number, surprisePoints: number): Member<HabitState> {
  return {
    id,
    sides: 'up',
    make: () => ({
      points: 0, start: 0, first: [], recent: new Float32Array(meanPoints), memory: surprisePoints, ladder: new Float32Array(rungs.length),
      counts: new Uint16Array(levels * dayParts), total: 0, surprise: 0,
    }),
    judge: (state, atMs, y) => (state.points < warmPoints ? NaN : next(state, cellOf(state, atMs, meanOf(state, y - state.start)))),
    expect: () => null,
    learn,
  };
}

function learn(state: HabitState, atMs: number, y: number): void {
  if (state.points === 0) state.start = y;
  const value = meanOf(state, y - state.start);
  state.recent[state.points % state.recent.length] = y - state.start;
  state.points++;
  if (state.points <= warmPoints) {
    state.first.push(value);
    if (state.points === warmPoints) begin(state);
    return;
  }
  const cell = cellOf(state, atMs, value);
  state.surprise = next(state, cell);
  state.counts[cell]++;
  if (++state.total >= countsMost) halve(state);
  climb(state.ladder, 0, rungs, value, Math.max(1 / state.points, 1 / ladderPoints));
}

/** Of the value and those just before it. */
function meanOf({ points, recent }: HabitState, value: number): number {
  const count = Math.min(points, recent.length - 1);
  let sum = value;
  for (let back = 1; back <= count; back++) sum += recent[(points - back) % recent.length];
  return sum / (count + 1);
}

function begin({ first, ladder }: HabitState): void {
  first.sort((a, b) => a - b);
  rungs.forEach((share, rung) => { ladder[rung] = first[Math.floor(share * warmPoints)]; });
  first.length = 0;
}

function cellOf({ ladder }: HabitState, atMs: number, value: number): number {
  let level = 0;
  while (level < rungs.length && value > ladder[level]) level++;
  return level * dayParts + Math.floor(((atMs % dayMs) / dayMs) * dayParts);
}

function next({ counts, total, surprise, memory }: HabitState, cell: number): number {
  return surprise + (-Math.log((counts[cell] + priorCount) / (total + priorTotal)) - surprise) / memory;
}

function halve(state: HabitState): void {
  state.total = 0;
  for (let cell = 0; cell < state.counts.length; cell++) state.total += state.counts[cell] >>= 1;
}

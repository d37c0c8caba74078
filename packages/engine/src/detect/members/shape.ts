import type { Member } from './member.ts';

/**
 * Shape: the course of the last points against a small set of courses that the series is known to take. A course is one value at
 * each of several growing steps back, so it sees both the last points and the trend before them. The set grows and moves like
 * an adaptive resonance network (Carpenter & Grossberg 1987; fuzzy ART 1991): what is near enough is learned into its nearest,
 * what is not takes the place of the least used. The score is the distance to the nearest one in running deviations.
 * Departures: Euclidean distance, and a vigilance that follows the running mean distance, so that it needs no unit.
 */
export interface ShapeState {
  points: number;
  readonly recent: Float32Array;
  readonly courses: Float32Array;
  readonly uses: Float32Array;
  kept: number;
  level: number;
  deviation: number;
  distance: number;
}

const recentKept = 32;
/** Ends of the averaged stretches, in points back from the newest. */
const ends = [1, 2, 4, 8, 16, 32] as const;
const size = ends.length;
const coursesKept = 12;
const levelPoints = 300;
const warmPoints = recentKept + 8;
/** A course farther than this many mean distances is a new one. */
const vigilance = 2.5;
const pull = 0.05;

export const shape: Member<ShapeState> = {
  id: 'shape',
  sides: 'up',
  make: () => ({
    points: 0, recent: new Float32Array(recentKept), courses: new Float32Array(coursesKept * size), uses: new Float32Array(coursesKept),
    kept: 0, level: 0, deviation: 0, distance: 0,
  }),
  judge(state, _atMs, y) {
    if (state.points < warmPoints || state.kept === 0) return NaN;
    return nearest(state, courseOf(state, y)).distance;
  },
  expect: () => null,
  learn(state, _atMs, y) {
    if (state.points === 0) state.level = y;
    if (state.points >= warmPoints - 8) learnCourse(state, courseOf(state, y));
    const residual = Math.abs(y - state.level);
    const gain = Math.max(1 / (state.points + 1), 1 / levelPoints);
    const bound = state.points < 5 ? residual : 4 * state.deviation + 1e-9;
    state.deviation += gain * (Math.min(residual, bound) * 1.2533 - state.deviation);
    state.level += gain * Math.max(-bound, Math.min(bound, y - state.level));
    state.recent[state.points++ % recentKept] = y;
  },
};

/** Means of stretches that double in length, from the slow level, in its deviations. */
function courseOf({ points, recent, level, deviation }: ShapeState, y: number): Float64Array {
  const course = new Float64Array(size);
  const unit = Math.max(deviation, 1e-9);
  let from = 0;
  for (let part = 0; part < size; part++) {
    let sum = 0;
    for (let back = from; back < ends[part]; back++) sum += back === 0 ? y : recent[(points - back) % recentKept];
    course[part] = (sum / (ends[part] - from) - level) / unit;
    from = ends[part];
  }
  return course;
}

function nearest({ courses, kept }: ShapeState, course: Float64Array): { at: number; distance: number } {
  let at = 0;
  let least = Infinity;
  for (let each = 0; each < kept; each++) {
    let sum = 0;
    for (let part = 0; part < size; part++) sum += (course[part] - courses[each * size + part]) ** 2;
    if (sum < least) {
      least = sum;
      at = each;
    }
  }
  return { at, distance: Math.sqrt(least) };
}

function learnCourse(state: ShapeState, course: Float64Array): void {
  const { courses, uses } = state;
  const near = nearest(state, course);
  for (let each = 0; each < state.kept; each++) uses[each] *= 0.9995;
  if (state.kept > 0 && near.distance <= vigilance * Math.max(state.distance, 1e-6)) {
    uses[near.at]++;
    state.distance += 0.005 * (near.distance - state.distance);
    for (let part = 0; part < size; part++) courses[near.at * size + part] += pull * (course[part] - courses[near.at * size + part]);
    return;
  }
  if (state.kept > 0) state.distance += (state.distance === 0 ? 1 : 0.005) * (Math.min(near.distance, 4 * vigilance * Math.max(state.distance, 1e-6)) - state.distance);
  let at = state.kept;
  if (state.kept < coursesKept) state.kept++;
  else for (let each = (at = 0); each < coursesKept; each++) if (uses[each] < uses[at]) at = each;
  for (let part = 0; part < size; part++) courses[at * size + part] = course[part];
  uses[at] = 1;
}

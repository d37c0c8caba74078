import { course } from './course.ts';
import type { Course } from './course.ts';
import { toShares } from './member.ts';
import type { JointMember } from './member.ts';

/**
 * Dead reckoning: the course of `course`, told from where the entity was believed to be instead of from where it was seen. What is
 * seen moves the belief by a spread or so a pane, no more (a filter of bounded influence: Masreliez & Martin 1977, "Robust Bayesian
 * estimation for the linear model and robustifying the Kalman filter"). So a jump to another state stays a surprise while it lasts,
 * where `course` has got used to it a pane later; and a state that was drifted to is none, where `balance` is alarmed by it.
 */
export interface Reckoning {
  readonly course: Course;
  /** Where the entity is believed to be, and a 1 for the constant. */
  readonly belief: Float64Array;
  /** Of what was seen around what was told from the belief. */
  readonly variance: Float64Array;
}

/** The belief moves by at most so many spreads of the course's surprises. */
const reach = 1;
const spreadFloor = 0.001;
const varianceFloor = 0.01;
const memoryPanes = 8_640;

export const reckoning: JointMember<Reckoning> = {
  id: 'reckoning',
  voice: { spans: [1, 5, 15], sees: 'departure', weight: 1, blame: 0 },
  make(features, seed) {
    return { course: course.make(features, seed), belief: new Float64Array(features + 1).fill(1, features), variance: new Float64Array(features).fill(1) };
  },
  judge(state, x) {
    if (!isKnown(state)) return NaN;
    const told = tell(state);
    let sum = 0;
    let count = 0;
    for (let j = 0; j < x.length; j++) {
      if (Number.isNaN(x[j])) continue;
      sum += surpriseOf(state, x[j] - told[j], j);
      count++;
    }
    return count === 0 ? NaN : sum / count;
  },
  explain(state, x, shares) {
    shares.fill(0);
    if (!isKnown(state)) return;
    const told = tell(state);
    for (let j = 0; j < x.length; j++) shares[j] = Number.isNaN(x[j]) ? 0 : surpriseOf(state, x[j] - told[j], j);
    toShares(shares);
  },
  learn(state, x, weight) {
    if (isKnown(state)) follow(state, x, weight);
    else for (let j = 0; j < x.length; j++) state.belief[j] = Number.isNaN(x[j]) ? 0 : x[j];
    course.learn(state.course, x, weight);
  },
};

/** The course says where to go only once it has been fitted. */
function isKnown(state: Reckoning): boolean {
  return state.course.weights.some((each) => each !== 0);
}

function tell({ course: { weights }, belief }: Reckoning): Float64Array {
  const features = belief.length - 1;
  const told = new Float64Array(features);
  for (let i = 0; i < belief.length; i++) {
    for (let j = 0; j < features; j++) told[j] += belief[i] * weights[i * features + j];
  }
  return told;
}

function surpriseOf({ variance }: Reckoning, miss: number, j: number): number {
  return (miss * miss) / (variance[j] + varianceFloor);
}

/** Time goes on by what was told, moved towards what is seen; what was not reported goes as told. */
function follow(state: Reckoning, x: Float64Array, weight: number): void {
  const told = tell(state);
  const rate = Math.min(1, weight * Math.max(1 / state.course.seen, 1 / memoryPanes));
  for (let j = 0; j < x.length; j++) {
    const miss = Number.isNaN(x[j]) ? 0 : x[j] - told[j];
    const most = reach * Math.sqrt(state.course.variance[j] + spreadFloor);
    state.belief[j] = told[j] + Math.max(-most, Math.min(most, miss));
    if (!Number.isNaN(x[j])) state.variance[j] += rate * (miss * miss - state.variance[j]);
  }
}

import type { Member } from './member.ts';

/**
 * Shift: the mean of the last ten points less the mean of the last two hundred, both exponential. It is the plainest test for a
 * level that moves, in a step or slowly, and the one that needs least; against its own past, daily rhythms and all, it finds
 * what the change-point member takes for one more run.
 */
export interface ShiftState {
  points: number;
  fast: number;
  slow: number;
}

const fastPoints = 10;
const slowPoints = 200;

export const shift: Member<ShiftState> = {
  id: 'shift',
  sides: 'both',
  make: () => ({ points: 0, fast: 0, slow: 0 }),
  judge: (state, _atMs, y) => (state.points === 0 ? NaN : toward(state.fast, y, state.points, fastPoints) - toward(state.slow, y, state.points, slowPoints)),
  expect: () => null,
  learn(state, _atMs, y) {
    state.fast = toward(state.fast, y, state.points, fastPoints);
    state.slow = toward(state.slow, y, state.points, slowPoints);
    state.points++;
  },
};

/** A running mean that is a plain one while it is young. */
function toward(mean: number, y: number, points: number, memory: number): number {
  return mean + Math.max(1 / (points + 1), 1 / memory) * (y - mean);
}

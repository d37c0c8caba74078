import type { Member } from './member.ts';

/**
 * Lean: the running mean of how far the series is off its seasonal baseline (an exponentially weighted control chart; Roberts
 * 1959). It finds what stays a little off for long at an hour when it should not, where no single value is far off.
 */
export interface LeanState {
  points: number;
  mean: number;
}

const meanPoints = 30;

export const lean: Member<LeanState> = {
  id: 'lean',
  follows: 'seasonal',
  sides: 'both',
  make: () => ({ points: 0, mean: 0 }),
  judge: (state, _atMs, off) => next(state, off),
  expect: () => null,
  learn(state, _atMs, off) {
    state.mean = next(state, off);
    state.points++;
  },
};

function next({ points, mean }: LeanState, off: number): number {
  return mean + Math.max(1 / (points + 1), 1 / meanPoints) * (off - mean);
}

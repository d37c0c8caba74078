import type { Member } from './member.ts';

/**
 * Level never seen: the mean of the last points, against every level that the series had. It takes what the baselines call
 * normal by now (they follow) and still knows that it is new, and it passes over single spikes.
 */
export interface LevelState {
  points: number;
  /** Where the series began: scores are told from there, so that small changes of a large number keep their digits. */
  start: number;
  mean: number;
}

const meanPoints = 20;

export const level: Member<LevelState> = {
  id: 'level',
  sides: 'both',
  make: () => ({ points: 0, start: 0, mean: 0 }),
  judge: (state, _atMs, y) => (state.points === 0 ? NaN : state.mean + gain(state) * (y - state.mean) - state.start),
  expect: () => null,
  learn(state, _atMs, y) {
    if (state.points === 0) state.start = state.mean = y;
    state.mean += gain(state) * (y - state.mean);
    state.points++;
  },
};

function gain({ points }: LevelState): number {
  return Math.max(1 / (points + 1), 1 / meanPoints);
}

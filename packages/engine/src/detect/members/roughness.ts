import type { Member } from './member.ts';

/**
 * Roughness: the mean size of the last steps from value to value. It notices that something has begun to flap, to spike more
 * often or to answer irregularly, though every single value and step is one that the series had before; and that what used to
 * move has frozen.
 */
export interface RoughnessState {
  points: number;
  last: number;
  mean: number;
}

const meanPoints = 30;

export const roughness: Member<RoughnessState> = {
  id: 'roughness',
  sides: 'both',
  make: () => ({ points: 0, last: 0, mean: 0 }),
  judge: (state, _atMs, y) => (state.points === 0 ? NaN : next(state, y)),
  expect: () => null,
  learn(state, _atMs, y) {
    if (state.points > 0) state.mean = next(state, y);
    state.last = y;
    state.points++;
  },
};

function next({ points, last, mean }: RoughnessState, y: number): number {
  return mean + Math.max(1 / points, 1 / meanPoints) * (Math.abs(y - last) - mean);
}

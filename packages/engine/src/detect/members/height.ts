import type { Member } from './member.ts';

/**
 * Height: the value itself, on nothing but its own past. The plainest question there is, and asked by itself: a value that was
 * never seen is news even where the level, the rhythm and the last course all lead up to it.
 */
export interface HeightState {
  points: number;
  /** Where the series began: small changes of a large number keep their digits. */
  start: number;
}

export const height: Member<HeightState> = {
  id: 'height',
  sides: 'both',
  make: () => ({ points: 0, start: 0 }),
  judge: ({ points, start }, _atMs, y) => (points === 0 ? 0 : y - start),
  expect: () => null,
  learn(state, _atMs, y) {
    if (state.points === 0) state.start = y;
    state.points++;
  },
};

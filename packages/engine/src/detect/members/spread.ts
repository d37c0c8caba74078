import type { Member } from './member.ts';

/**
 * Spread: the distance between the highest and the lowest of the last points, against what it used to be. It notices a
 * series that has begun to swing and one that has gone still, whatever their level.
 */
export interface SpreadState {
  points: number;
  readonly recent: Float32Array;
  start: number;
}

const recentKept = 60;
const warmPoints = 10;

export const spread: Member<SpreadState> = {
  id: 'spread',
  sides: 'both',
  make: () => ({ points: 0, recent: new Float32Array(recentKept), start: 0 }),
  judge({ points, recent, start }, _atMs, y) {
    if (points < warmPoints) return NaN;
    let low = Math.fround(y - start);
    let high = low;
    const kept = Math.min(points, recentKept - 1);
    for (let back = 1; back <= kept; back++) {
      const each = recent[(points - back) % recentKept];
      if (each < low) low = each;
      else if (each > high) high = each;
    }
    return high - low;
  },
  expect: () => null,
  learn(state, _atMs, y) {
    if (state.points === 0) state.start = y;
    state.recent[state.points++ % recentKept] = y - state.start;
  },
};

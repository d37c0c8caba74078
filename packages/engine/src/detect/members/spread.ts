import type { Member } from './member.ts';

/**
 * Spread: the distance between the highest and the lowest of the last sixty points, against what it used to
 * be. It notices a series that has begun to swing and one that has gone still, whatever their level.
 */
export interface SpreadState {
  points: number;
  /** Where the series began: small changes of a large number keep their digits. */
  start: number;
  /** Lowest and highest of each block of points, a ring; the newest block is being filled. */
  readonly lows: Float32Array;
  readonly highs: Float32Array;
}

const blockPoints = 5;
const blocksKept = 12;
const warmPoints = 10;

export const spread: Member<SpreadState> = {
  id: 'spread',
  sides: 'both',
  make: () => ({ points: 0, start: 0, lows: new Float32Array(blocksKept), highs: new Float32Array(blocksKept) }),
  judge({ points, start, lows, highs }, _atMs, y) {
    if (points < warmPoints) return NaN;
    let low = Math.fround(y - start);
    let high = low;
    // A block that is about to be begun has not been cleared yet: it holds the oldest points.
    const fresh = points % blockPoints === 0 ? blockOf(points) : -1;
    const kept = Math.min(blocksKept, Math.ceil(points / blockPoints));
    for (let block = 0; block < kept; block++) {
      if (block === fresh) continue;
      if (lows[block] < low) low = lows[block];
      if (highs[block] > high) high = highs[block];
    }
    return high - low;
  },
  expect: () => null,
  learn(state, _atMs, y) {
    if (state.points === 0) state.start = y;
    const { lows, highs } = state;
    const block = blockOf(state.points);
    const value = y - state.start;
    const begins = state.points % blockPoints === 0;
    lows[block] = begins ? value : Math.min(lows[block], value);
    highs[block] = begins ? value : Math.max(highs[block], value);
    state.points++;
  },
};

function blockOf(points: number): number {
  return Math.floor(points / blockPoints) % blocksKept;
}

import type { Member } from './member.ts';

/**
 * Level change: Bayesian online change points (Adams & MacKay 2007) over normal data of unknown mean, with the run lengths cut
 * to the likeliest few. The score is where the level stands now, as the runs have it (their means weighted by their
 * probabilities), less the slow level: a shift shows within a few points, a single spike hardly does. Departures: the variance
 * is the running robust one of the series, so one spike does not stretch it, and no run is ever ruled out by a single point.
 */
export interface ChangeState {
  points: number;
  slow: number;
  deviation: number;
  /** For each run kept: points in it, their mean, probability. */
  readonly lengths: Float32Array;
  readonly means: Float64Array;
  readonly chances: Float32Array;
  runs: number;
}

const runsKept = 12;
const hazard = 1 / 500;
const slowPoints = 400;
const warmPoints = 10;
/** A run's mean is known from the start as badly as this many deviations. */
const priorSpread = 5;

export const change: Member<ChangeState> = {
  id: 'change',
  sides: 'both',
  make: () => ({ points: 0, slow: 0, deviation: 0, lengths: new Float32Array(runsKept), means: new Float64Array(runsKept), chances: new Float32Array(runsKept), runs: 0 }),
  judge(state, _atMs, y) {
    if (state.points < warmPoints) return NaN;
    const { runs, lengths, means, chances, slow } = state;
    let total = 0;
    let level = 0;
    for (let run = 0; run < runs; run++) {
      const chance = chances[run] * density(state, run, y);
      total += chance;
      level += chance * (means[run] + (y - means[run]) / (lengths[run] + 1));
    }
    return total > 0 ? level / total - slow : 0;
  },
  expect: (state) => (state.points < warmPoints ? null : { mid: state.slow, deviation: state.deviation }),
  learn(state, _atMs, y) {
    if (state.points === 0) state.slow = y;
    state.points++;
    const size = Math.abs(y - state.slow);
    const young = 1 / state.points;
    const bound = state.points < warmPoints ? size : 4 * state.deviation + 1e-9;
    state.deviation += Math.max(young, 1 / slowPoints) * (Math.min(size, bound) * 1.2533 - state.deviation);
    state.slow += Math.max(young, 1 / slowPoints) * Math.max(-bound, Math.min(bound, y - state.slow));
    grow(state, y);
  },
};

function density({ lengths, means, deviation, slow }: ChangeState, run: number, y: number): number {
  const known = lengths[run] + 1 / priorSpread ** 2;
  const mean = (lengths[run] * means[run] + slow / priorSpread ** 2) / known;
  const variance = (1 + 1 / known) * deviation * deviation + 1e-18;
  // A floor keeps one wild point from killing every run at once.
  return Math.exp(-0.5 * (y - mean) ** 2 / variance) / Math.sqrt(variance) + 1e-6 / Math.sqrt(variance);
}

function grow(state: ChangeState, y: number): void {
  const { lengths, means, chances } = state;
  let total = 0;
  let ended = 0;
  for (let run = 0; run < state.runs; run++) {
    const chance = chances[run] * density(state, run, y);
    ended += chance * hazard;
    chances[run] = chance * (1 - hazard);
    total += chance;
    lengths[run]++;
    means[run] += (y - means[run]) / Math.min(lengths[run], slowPoints);
  }
  let at = state.runs;
  if (state.runs < runsKept) state.runs++;
  else {
    at = 0;
    for (let run = 1; run < runsKept; run++) if (chances[run] < chances[at]) at = run;
    total -= chances[at];
  }
  chances[at] = total > 0 ? ended : 1;
  lengths[at] = 1;
  means[at] = y;
  const sum = total > 0 ? total : 1;
  for (let run = 0; run < state.runs; run++) chances[run] /= sum;
}

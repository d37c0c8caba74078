/**
 * How often a distance at least this large comes while nothing is wrong: a generalised Pareto tail over a fixed threshold
 * (peaks over threshold; Pickands 1975, Siffer et al. 2017), learned on the series' own past and drawn to a prior while peaks
 * are few. Distances are standard deviations, so one prior fits every series. Departures: moments instead of maximum
 * likelihood, since they need four numbers and no memory of peaks; and the rate of peaks after a peak is learned apart
 * (a two-state Markov chain), because noise comes in clusters and a second pane of a cluster is no second piece of evidence.
 * Peaks of a finding are learned only when it is over and harmed nobody: a fault does not teach that faults are ordinary.
 */
export interface Surprise {
  panes: number;
  peaks: number;
  /** Panes that followed a peak, and those of them that were peaks again. */
  after: number;
  again: number;
  excess: number;
  excessSquared: number;
  /** Peaks of a run that may yet become a finding: excess, its square, count. */
  heldExcess: number;
  heldSquared: number;
  held: number;
}

export const peakDistance = 2.5;
/** Belief before any data, and how many panes or peaks it is worth. */
const prior = { rate: 0.01, ratePanes: 300, again: 0.06, againPanes: 10, excess: 0.6, shareExcess: 0.45, excessPeaks: 12, shape: 0.05, shapePeaks: 25 } as const;
const shapeMax = 0.5;
/** Half a day: peaks of last week say little about today's traffic. */
const memoryPanes = 4_320;

export function makeSurprise(): Surprise {
  return { panes: 0, peaks: 0, after: 0, again: 0, excess: 0, excessSquared: 0, heldExcess: 0, heldSquared: 0, held: 0 };
}

/** Probability of such a distance or a larger one, given whether the pane before was a peak. Learns nothing. */
export function tailOf(surprise: Surprise, distance: number, isShare: boolean): number {
  const rate = surprise.held > 0
    ? (surprise.again + prior.again * prior.againPanes) / (surprise.after + prior.againPanes)
    : (surprise.peaks - surprise.again + prior.rate * prior.ratePanes) / (surprise.panes - surprise.after + prior.ratePanes);
  if (distance <= 0) return 1 - 0.5 * Math.exp(distance);
  // From the middle to the threshold the probability falls evenly on a log scale; honest enough where nothing is decided.
  if (distance <= peakDistance) return 0.5 * (2 * Math.min(rate, 0.5)) ** (distance / peakDistance);
  const expected = isShare ? prior.shareExcess : prior.excess;
  const mean = (surprise.excess + expected * prior.excessPeaks) / (surprise.peaks + prior.excessPeaks);
  const shape = shapeOf(surprise);
  return Math.min(rate, 0.5) * (1 + (shape * (distance - peakDistance)) / (mean * (1 - shape))) ** (-1 / shape);
}

function shapeOf(surprise: Surprise): number {
  if (surprise.peaks < 3) return prior.shape;
  const mean = surprise.excess / surprise.peaks;
  const variance = Math.max(surprise.excessSquared / surprise.peaks - mean * mean, 1e-9);
  const seen = Math.max(0, Math.min(shapeMax, 0.5 * (1 - (mean * mean) / variance)));
  return Math.max(0.01, (seen * surprise.peaks + prior.shape * prior.shapePeaks) / (surprise.peaks + prior.shapePeaks));
}

/** A pane without a finding. A run of peaks is learned when it has ended. */
export function learnSurprise(surprise: Surprise, distance: number): void {
  const isAfter = surprise.held > 0;
  if (distance > peakDistance) {
    const excess = distance - peakDistance;
    surprise.heldExcess += excess;
    surprise.heldSquared += excess * excess;
    surprise.held++;
    return;
  }
  if (isAfter) {
    surprise.panes += surprise.held;
    surprise.peaks += surprise.held;
    surprise.after += surprise.held;
    surprise.again += surprise.held - 1;
    surprise.excess += surprise.heldExcess;
    surprise.excessSquared += surprise.heldSquared;
    dropHeld(surprise);
  }
  surprise.panes++;
  if (surprise.panes > memoryPanes) forget(surprise);
}

/** Peaks of a finding while it lasts. */
export interface Run { panes: number; excess: number; squared: number }

export function makeRun(): Run {
  return { panes: 0, excess: 0, squared: 0 };
}

export function extendRun(run: Run, distance: number): void {
  const excess = distance - peakDistance;
  if (excess <= 0) return;
  run.panes++;
  run.excess += excess;
  run.squared += excess * excess;
}

/** A finding that is over and harmed nobody (an hourly job), or that a person called noise, was ordinary after all. */
export function learnRun(surprise: Surprise, run: Run): void {
  if (run.panes === 0) return;
  surprise.panes += run.panes;
  surprise.peaks += run.panes;
  surprise.after += run.panes;
  surprise.again += run.panes - 1;
  surprise.excess += run.excess;
  surprise.excessSquared += run.squared;
}

/** The run has become a finding. */
export function dropHeld(surprise: Surprise): void {
  surprise.heldExcess = 0;
  surprise.heldSquared = 0;
  surprise.held = 0;
}

function forget(surprise: Surprise): void {
  surprise.panes /= 2;
  surprise.peaks /= 2;
  surprise.after /= 2;
  surprise.again /= 2;
  surprise.excess /= 2;
  surprise.excessSquared /= 2;
}

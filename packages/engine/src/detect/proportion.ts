import { detectLimits as limits } from './limits.ts';

/**
 * Share of failures, known by its trials. Distance is the signed root of the likelihood ratio of a binomial
 * (Wilks 1938; McCullagh & Nelder, "Generalized Linear Models", §4.4), which stays honest for one failure of five where a
 * normal approximation does not, divided by the root of the overdispersion seen so far.
 */
export interface Proportion {
  failures: number;
  trials: number;
  /** ≥ 1: failures come in bursts, so their variance is larger than a binomial's. */
  dispersion: number;
  panes: number;
}

/** Belief before any data: half a failure in fifty trials. */
const priorFailures = 0.5;
const priorTrials = 50;
/** A single wild pane may not teach that everything is wild. */
const maxTaught = 9;

export function makeProportion(): Proportion {
  return { failures: 0, trials: 0, dispersion: 1, panes: 0 };
}

export function proportionOf(proportion: Proportion): number {
  return (proportion.failures + priorFailures) / (proportion.trials + priorTrials);
}

export function learnProportion(proportion: Proportion, failures: number, trials: number): void {
  if (proportion.panes >= limits.warmPanes) {
    const distance = signedRoot(failures, trials, proportionOf(proportion));
    const taught = Math.min(maxTaught, distance * distance);
    proportion.dispersion = Math.max(1, proportion.dispersion + (taught - proportion.dispersion) / limits.scalePanes);
  }
  const keep = 1 - 1 / limits.sharePanes;
  proportion.failures = proportion.failures * keep + failures;
  proportion.trials = proportion.trials * keep + trials;
  proportion.panes++;
}

export function proportionScore(proportion: Proportion, failures: number, trials: number): number {
  return signedRoot(failures, trials, proportionOf(proportion)) / Math.sqrt(proportion.dispersion);
}

/** Edges of what would be normal for this many trials: ± 3 standard deviations, within 0..1. */
export function proportionBand(proportion: Proportion, trials: number): { low: number; mid: number; high: number } {
  const mid = proportionOf(proportion);
  const deviation = Math.sqrt((mid * (1 - mid) * proportion.dispersion) / Math.max(1, trials));
  return { low: Math.max(0, mid - 3 * deviation), mid, high: Math.min(1, mid + 3 * deviation + 0.5 / Math.max(1, trials)) };
}

export function signedRoot(failures: number, trials: number, share: number): number {
  if (trials <= 0) return 0;
  const expected = trials * share;
  const rest = trials - failures;
  const left = failures > 0 ? failures * Math.log(failures / expected) : 0;
  const right = rest > 0 ? rest * Math.log(rest / (trials - expected)) : 0;
  return Math.sign(failures - expected) * Math.sqrt(Math.max(0, 2 * (left + right)));
}

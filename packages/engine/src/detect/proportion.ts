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

/**
 * How much better any other share explains these failures than the learned one does, as the logarithm of an e-value: the
 * beta-binomial of a flat belief over that of what was learned (Robbins 1970, mixture likelihood ratio). Few requests a pane
 * say more this way than by a tail. Divided by the overdispersion: failures that come in bursts are not so many witnesses.
 */
export function proportionEvidence(proportion: Proportion, failures: number, trials: number): number {
  const learned = Math.min(1, knownTrials / (proportion.trials + priorTrials));
  const a = (proportion.failures + priorFailures) * learned;
  const b = (proportion.trials + priorTrials) * learned - a;
  const flat = -Math.log(trials + 1);
  const usual = logChoose(trials, failures) + logBeta(failures + a, trials - failures + b) - logBeta(a, b);
  return (flat - usual) / proportion.dispersion;
}

/** However many requests were seen, tomorrow's share is not the same to the last digit. */
const knownTrials = 2_000;

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/** Stirling's series after moving the argument above 7: good to 1e-9. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 7; at++) shift -= Math.log(at);
  const inverse = 1 / (at * at);
  return shift + (at - 0.5) * Math.log(at) - at + 0.9189385332046727 + (1 / 12 - (1 / 360 - inverse / 1260) * inverse) / at;
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

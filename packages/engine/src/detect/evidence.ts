/**
 * Evidence that gathers over panes: an e-detector (Shin, Ramdas & Rinaldo 2022, "E-detectors: a nonparametric framework for
 * sequential change detection"). Each pane multiplies it by a number whose mean is at most 1 while nothing is wrong, and it
 * never falls below 1 (the CUSUM form). So the mean time to a false alarm at height h is at least h panes, for every series,
 * whatever its noise; and over thousands of dependent series those rates add up, which is what makes one budget possible.
 */
export interface Evidence {
  /** Natural logarithm; 0 is none. */
  log: number;
}

/**
 * κ of the calibrator. Small, since what nobody need look at (distances below 3, track.ts) never counts for a finding: what weak p-values
 * would bring is better spent on strong ones and on forgetting: a middle request that jumps between a fast and a slow way to
 * answer is odd now and then and ordinary in between, a fault goes on. An ordinary pane takes away what one chance in a hundred brought.
 */
const kappa = 1 / 8;

/** The p-value as an e-value: κ·p^(κ−1) (Shafer et al. 2011; Vovk & Wang 2021, "E-values: calibration, combination and applications", §2.4). Gives its logarithm. */
export function logEvidence(p: number): number {
  return Math.log(kappa) + (kappa - 1) * Math.log(Math.max(p, 1e-300));
}

/** `most`: no pane alone may bring more than this. */
export function addEvidence(evidence: Evidence, log: number, most: number, ceiling: number): void {
  evidence.log = Math.min(ceiling, Math.max(0, evidence.log) + Math.min(log, most));
  if (evidence.log < 0) evidence.log = 0;
}

/** Weighted mean of e-values: an e-value whatever the dependence between them. Logs in, log out; weights need not sum to 1. */
export function meanEvidence(logs: readonly number[], weights: readonly number[]): number {
  let highest = -Infinity;
  let total = 0;
  for (let i = 0; i < logs.length; i++) {
    highest = Math.max(highest, logs[i]);
    total += weights[i];
  }
  if (total === 0) return 0;
  let sum = 0;
  for (let i = 0; i < logs.length; i++) sum += weights[i] * Math.exp(logs[i] - highest);
  return highest + Math.log(sum / total);
}

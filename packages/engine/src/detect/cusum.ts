import { detectLimits as limits } from './limits.ts';

/**
 * One-sided cumulative sum of standardised residuals (Page 1954). It dates the onset: the last moment at which the
 * sum was zero is the maximum-likelihood estimate of the change (Hinkley 1971). It also raises changes that are too
 * small for one pane to show.
 */
export interface Cusum {
  sum: number;
  /** Start of the first pane of the run. */
  sinceMs: number;
  panes: number;
}

export function makeCusum(): Cusum {
  return { sum: 0, sinceMs: 0, panes: 0 };
}

/** `distance` is signed so that the watched direction is positive. */
export function stepCusum(cusum: Cusum, distance: number, paneStartMs: number): void {
  const next = cusum.sum + Math.min(limits.cusumStep, distance) - limits.cusumDrift;
  if (next <= 0) {
    cusum.sum = 0;
    cusum.panes = 0;
    return;
  }
  if (cusum.sum === 0) cusum.sinceMs = paneStartMs;
  cusum.sum = Math.min(next, limits.cusumMost);
  cusum.panes++;
}

/**
 * The sum is also the logarithm of an e-detector: exp(min(step, d) − drift) has a mean below 1 for every distance whose tail is
 * no heavier than the prior of surprise.ts. A third is taken off because neighbouring panes wander together. Short runs do not
 * count: what one pane says, the level says better.
 */
export function cusumEvidence(cusum: Cusum): number {
  return cusum.panes >= limits.cusumRun ? wander * cusum.sum : 0;
}

const wander = 0.65;

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
  cusum.sum = Math.min(next, 2 * limits.cusumHeight);
  cusum.panes++;
}

export function cusumAlarms(cusum: Cusum): boolean {
  return cusum.sum >= limits.cusumHeight && cusum.panes >= limits.cusumRun;
}

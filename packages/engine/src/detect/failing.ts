import { momentMs } from '../base/moment.ts';
import type { Moments } from '../model/index.ts';
import { logEvidence } from './evidence.ts';
import { learnDelayPanes, leastTrials } from './judge.ts';
import type { Judgement } from './judge.ts';
import { detectLimits as limits } from './limits.ts';
import { effectSize, noises } from './noise.ts';
import type { Proportion } from './proportion.ts';
import { proportionBand, proportionEvidence, proportionOf, proportionScore } from './proportion.ts';
import type { Series } from './series.ts';
import { tailOf } from './surprise.ts';

/** A service or operation that began to fail altogether. */
export interface Failing { readonly sinceMs: number; readonly judgement: Judgement; readonly log: number }

/**
 * Early firing: of all stretches that end now, from one moment to all that the open panes hold, the one whose failures the
 * learned share explains worst. Its evidence is the mixture likelihood ratio of proportion.ts. Within a stretch that is a test
 * martingale, so it may be looked at as often as one likes (Ville 1939; Howard et al. 2021, "Time-uniform confidence
 * sequences"); that a stretch may begin at any moment is what an e-detector of one moment a step pays for (evidence.ts,
 * budget.ts). Two things besides must hold, because failures of one instant are not independent: the series' own tail does
 * not know such panes, and it failed in several moments running, up to now. A burst that is over within a moment or two
 * waits for the pane's end.
 */
export function findFailing(series: Series, { fromMs, requests, failures }: Omit<Moments, 'series'>, bar: number): Failing | null {
  const { proportion } = series;
  if (proportion === null || proportion.panes < limits.warmPanes - learnDelayPanes || proportion.trials < leastTrials || proportionOf(proportion) > limits.hardUsual) return null;
  if (!isRunning({ fromMs, requests, failures })) return null;
  let best: { readonly at: number; readonly trials: number; readonly failed: number; readonly log: number } | null = null;
  let [trials, failed] = [0, 0];
  for (let at = requests.length - 1; at >= 0; at--) {
    trials += requests[at];
    failed += failures[at];
    if (failures[at] === 0 || failed < limits.plainFailures || failed < limits.plainShare * trials) continue;
    const log = proportionEvidence(proportion, failed, trials);
    if (best === null || log > best.log) best = { at, trials, failed, log };
  }
  if (best === null || best.log < limits.plainMargin * bar) return null;
  const judgement = judgementOf(proportion, best.failed, best.trials);
  if (logEvidence(tailOf(series.up.surprise, judgement.own, true)) < limits.failingTail * bar) return null;
  return { sinceMs: fromMs + best.at * momentMs, judgement, log: best.log };
}

/** In several moments up to now a good part failed; those without any request say nothing. */
export function isRunning({ requests, failures }: Omit<Moments, 'series'>): boolean {
  let running = 0;
  for (let at = requests.length - 1; at >= 0; at--) {
    if (requests[at] === 0) continue;
    if (failures[at] < limits.plainShare * requests[at]) break;
    running++;
  }
  return running >= limits.failingMoments;
}

function judgementOf(proportion: Proportion, failed: number, trials: number): Judgement {
  const distance = proportionScore(proportion, failed, trials);
  const observed = failed / trials;
  return { observed, expected: proportionBand(proportion, trials), distance, own: distance, ownObserved: observed, ownWeight: trials, size: effectSize(noises.share, observed, proportionOf(proportion)), fall: null };
}

import type { HourKind } from '../model/index.ts';
import { floorOf } from './level.ts';
import type { Level } from './level.ts';
import { noises } from './noise.ts';
import type { NoiseName } from './noise.ts';

/**
 * Kinds of hours that people set (peak, business, off, days off), above the half hours of profile.ts: what a series does in each, and
 * how far its level may lie from where it was because the kind has changed. A series that has seen only nights does not know where
 * nine o'clock will take it, so there the level's own variance grows (feed-forward intervention in a dynamic linear model: West & Harrison,
 * "Bayesian Forecasting and Dynamic Models", §11), widens the expected range, and makes the level follow faster; both are
 * shrunk by what was seen of such hours, and are nothing after a few days. Departure: the prior of each kind of series is a table, not estimated.
 */
export interface Strata {
  /** Mean of the transformed values by kind, and panes that it rests on. */
  readonly mean: number[];
  readonly panes: number[];
  /** Index of the kind that it is in; -1 before the first. */
  kind: number;
  /** Variance of where the level is, beyond what its own past says. */
  doubt: number;
}

const kinds: readonly HourKind[] = ['peak', 'business', 'off', 'offDay'];
/** Half an hour: seen so long, a kind is known half. */
const halfKnown = 180;
/** Beyond this the mean forgets: a day and a half of such hours. */
const memory = 10_000;
const clip = 2;

/**
 * Standard deviation of what a change of hours does to a series of this noise, on its transformed scale, before anybody has seen it:
 * absolute, or as a share of the level. Traffic threefold, latency a fifth, fifteen points of CPU. Failures: none, whatever the hour.
 */
const moves: Partial<Record<NoiseName, { readonly by?: number; readonly share?: number }>> = {
  rate: { by: 1.2 }, flow: { by: 1.2 }, unnamedRate: { by: 1.2 },
  latency: { by: 0.2 }, latencyTail: { by: 0.25 }, delay: { by: 0.4 },
  utilization: { by: 0.15 }, pool: { by: 0.2 }, poolUsed: { share: 0.5 }, waiting: { by: 2 }, count: { by: 1 },
  gauge: { share: 0.5 }, unnamed: { share: 0.5 }, growing: { share: 0.15 },
};

export function makeStrata(): Strata {
  return { mean: kinds.map(() => 0), panes: kinds.map(() => 0), kind: -1, doubt: 0 };
}

export function copyStrata({ mean, panes, kind, doubt }: Strata): Strata {
  return { mean: mean.slice(), panes: panes.slice(), kind, doubt };
}

/** Before judging. `isTimeKnown`: the half hours of its own days have told the level where it goes. */
export function driftHours(strata: Strata, level: Level, noise: NoiseName, hours: HourKind, isTimeKnown: boolean): void {
  const kind = kinds.indexOf(hours);
  const unseen = halfKnown / (halfKnown + strata.panes[kind]);
  const { by = 0, share = 0 } = moves[noise] ?? {};
  const most = Math.max(by, share * Math.abs(level.mid)) ** 2;
  if (kind === strata.kind) {
    // Who has never been in other hours did not come here from them.
    if (strata.panes.every((panes, at) => at === kind || panes === 0)) return;
    // People come over half an hour or so. While nothing is learned it does not grow without end.
    strata.doubt = Math.max(strata.doubt, Math.min(most, strata.doubt + (unseen * most) / halfKnown));
    return;
  }
  if (strata.kind >= 0) {
    strata.doubt += unseen * most;
    if (!isTimeKnown && Math.min(strata.panes[kind], strata.panes[strata.kind]) >= halfKnown) {
      // It goes to where it was in such hours, now or not yet: the mean and the variance of either.
      const half = (strata.mean[kind] - strata.mean[strata.kind]) / 2;
      level.mid += half;
      strata.doubt += half * half;
    }
  }
  strata.kind = kind;
}

/** What a normal pane teaches: the doubt about the level is the first to be settled (a Kalman step with the residual clipped). */
export function learnHours(strata: Strata, level: Level, noise: NoiseName, y: number, samplingVariance: number): void {
  if (strata.kind < 0) return;
  const own = Math.max(level.variance, samplingVariance, floorOf(noises[noise], level.mid) ** 2);
  if (strata.doubt > 0) {
    const gain = strata.doubt / (strata.doubt + own);
    const bound = clip * Math.sqrt(strata.doubt + own);
    level.mid += gain * Math.max(-bound, Math.min(bound, y - level.mid));
    strata.doubt *= 1 - gain;
  }
  const panes = ++strata.panes[strata.kind];
  strata.mean[strata.kind] += (y - strata.mean[strata.kind]) / Math.min(panes, memory);
}

/** How many times wider than its own past says; 1 where nothing is in doubt. */
export function widerBy(strata: Strata | null, level: Level | null, noise: NoiseName): number {
  if (strata === null || level === null) return 1;
  const own = Math.max(level.variance, floorOf(noises[noise], level.mid) ** 2);
  return Math.round(100 * Math.sqrt((own + strata.doubt) / own)) / 100;
}

import type { Calendar } from '../model/index.ts';
import { localTime } from './calendar.ts';
import type { Moment } from './calendar.ts';
import { learnDelayPanes, samplingVariance, weightOf } from './judge.ts';
import type { Pooled } from './judge.ts';
import { learnLevel, seedLevel } from './level.ts';
import { detectLimits as limits } from './limits.ts';
import { noises } from './noise.ts';
import type { Noise } from './noise.ts';
import { isTimeKnown, learnProfile, profileCells, profileDrift } from './profile.ts';
import { learnProportion } from './proportion.ts';
import { pushRecent, readRecent } from './recent.ts';
import type { Series } from './series.ts';
import { driftHours, learnHours, makeStrata } from './strata.ts';

/** Moves the level to where the time of day says it is by now. Before judging. */
export function driftLevel(series: Series, startMs: number, calendar: Calendar, moment: Moment | null): void {
  if (moment !== null && moment.hours !== null && series.level !== null) {
    series.strata ??= makeStrata();
    driftHours(series.strata, series.level, series.noise, moment.hours, series.profile !== null && isTimeKnown(series.profile, localTime(startMs, calendar)));
  }
  if (series.level === null || series.profile === null || series.lastMs === 0) return;
  series.level.mid += profileDrift(series.profile, localTime(series.lastMs, calendar), localTime(startMs, calendar), startMs - series.lastMs);
}

/** What a normal pane teaches. Not called while a finding of the series is active. */
export function learn(series: Series, pooled: Pooled, startMs: number, paneMs: number, calendar: Calendar): void {
  const noise: Noise = noises[series.noise];
  if (series.proportion !== null) {
    const index = series.values.length - 1 - learnDelayPanes;
    if (index >= 0) learnProportion(series.proportion, Math.round(series.values[index] * series.weights[index]), series.weights[index]);
    return;
  }
  if (series.profile !== null) learnProfile(series.profile, localTime(startMs, calendar), pooled.y, paneMs);
  if (series.level !== null) {
    if (series.strata !== null) learnHours(series.strata, series.level, series.noise, pooled.y, samplingVariance(series, noise, pooled.panes));
    learnLevel(series.level, noise, pooled.y, weightOf(noise, pooled.weight), samplingVariance(series, noise, pooled.panes));
    return;
  }
  warmUp(series, noise, pooled);
}

function warmUp(series: Series, noise: Noise, pooled: Pooled): void {
  const warm = series.warm ?? [];
  warm.push(pooled.y);
  series.warm = warm;
  series.warmWeight += pooled.weight / pooled.panes;
  if (warm.length < limits.warmPanes || series.warmWeight < 2 * noise.minWeight) {
    if (warm.length > 3 * limits.warmPanes) warm.shift();
    return;
  }
  const weight = weightOf(noise, pooled.weight);
  series.level = seedLevel(warm, weight > 0 ? 1 / weight : 0);
  series.warm = null;
}

/** The values of the newest panes are the new normal. */
export function startOver(series: Series, panes: number): void {
  if (series.proportion !== null) {
    const { failures, trials } = pooledRecent(series);
    const scale = Math.min(series.proportion.trials, 200) / Math.max(trials, 1);
    series.proportion.failures = failures * scale;
    series.proportion.trials = trials * scale;
  } else if (series.profile !== null && series.profile.recents > 0) {
    series.level = seedLevel(readRecent(series.profile, profileCells, limits.recentValues, panes), series.level?.inverseWeight ?? 0);
  }
  for (const side of [series.up, series.down]) {
    side.log = 0;
    side.sum = 0;
    side.panes = 0;
  }
  series.reliefPanes = 0;
}

function pooledRecent(series: Series): { failures: number; trials: number } {
  let failures = 0;
  let trials = 0;
  series.values.forEach((value, index) => {
    failures += value * series.weights[index];
    trials += series.weights[index];
  });
  return { failures, trials };
}

/** Keeps the newest values: raw ones for pooling, transformed ones to start over from. */
export function remember(series: Series, value: number, weight: number, startMs: number, paneMs: number): void {
  const gap = series.lastMs === 0 ? 1 : Math.max(1, Math.round((startMs - series.lastMs) / paneMs));
  series.panes++;
  const pull = 1 / Math.min(series.panes, limits.levelPanes);
  series.gapPanes += (Math.min(gap, limits.maxPooled * 2) - series.gapPanes) * pull;
  series.meanWeight += (weight - series.meanWeight) * pull;
  series.presence += ((value > 0 ? 1 : 0) - series.presence) / Math.min(series.panes, limits.steadyEntryPanes);
  // What was before a long gap is not the same minute any more.
  if (gap > limits.maxPooled && series.gapPanes < 2) {
    series.values = [];
    series.weights = [];
  }
  series.values = keepNewest(series.values, value, limits.maxPooled);
  series.weights = keepNewest(series.weights, weight, limits.maxPooled);
}

export function rememberRecent(series: Series, y: number): void {
  if (series.profile !== null) pushRecent(series.profile, profileCells, limits.recentValues, y);
}

/** Exactly as long as what it holds: an array that is pushed to keeps room for 16 more. When it is full its values move along. */
function keepNewest(values: number[], value: number, most: number): number[] {
  if (values.length < most) return values.concat(value);
  for (let at = 1; at < most; at++) values[at - 1] = values[at];
  values[most - 1] = value;
  return values;
}


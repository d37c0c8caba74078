import type { EngineSettings, Moments, Observation, Stretch } from '../model/index.ts';
import { momentOf } from './calendar.ts';
import { findFailing, isRunning } from './failing.ts';
import { judge, pool } from './judge.ts';
import { driftLevel, remember } from './learn.ts';
import { floorOf } from './level.ts';
import { detectLimits as limits } from './limits.ts';
import { composeOf, isOfOthers } from './mix.ts';
import type { Composition, Mixes } from './mix.ts';
import { noises, transform } from './noise.ts';
import type { Noise } from './noise.ts';
import { proportionScore } from './proportion.ts';
import type { Active, Series, Side } from './series.ts';
import { copyStrata } from './strata.ts';
import { openAhead, track } from './track.ts';
import type { Demand } from './track.ts';

export interface Found { readonly series: Series; readonly active: Active }

/** What open panes hold so far. */
export interface Peek { readonly stretches: readonly Stretch[]; readonly moments: readonly Moments[] }

/** What a look asks of a series: by stretches, and by the moments in which it fails altogether. `isAsked`: costs more than a first glance at a value, and is asked after it. */
export interface Asked {
  readonly series: (key: string) => Series | undefined;
  readonly mixes: Mixes;
  readonly isAsked: (series: Series) => boolean;
  readonly look: (series: Series) => Demand;
  readonly failing: (series: Series) => Demand;
}

/**
 * Judges panes that are not over. What they hold so far is evidence like any other, only of fewer events, and a look costs its
 * share of the budget (budget.ts); but nothing is learned from it: every series is judged as a copy, and only a finding stays.
 * A pane is looked at in halves, each of which counts as a pane: two of them in agreement need not wait for two whole ones.
 */
export function lookAt(peek: Peek, nowMs: number, settings: EngineSettings, asked: Asked, isEnough: boolean): Found[] {
  const found: Found[] = [];
  for (const moments of peek.moments) {
    const series = asked.series(moments.series);
    if (series === undefined || series.active !== null || !series.symptom || !isRunning(moments) || !asked.isAsked(series)) continue;
    const active = judgeMoments(series, moments, nowMs, settings, asked.failing(series));
    if (active !== null) found.push({ series, active });
    if (active !== null && isEnough) return found;
  }
  const known = new Set(found.map(({ series }) => series));
  const suspects = suspectsOf(peek.stretches, asked, settings);
  const stretches = suspects.size === 0 ? [] : peek.stretches.map((stretch) => ({ ...stretch, bySeries: new Map(stretch.observations.map((each) => [each.series, each])), composition: composeOf(stretch.observations, asked.series) }));
  for (const series of suspects) {
    if (known.has(series)) continue;
    const active = judgeCopy(series, stretches, nowMs, settings, asked.look(series), asked.mixes);
    if (active !== null) found.push({ series, active });
    if (active !== null && isEnough) return found;
  }
  return found;
}

function suspectsOf(stretches: readonly Stretch[], asked: Asked, { paneMs }: EngineSettings): Set<Series> {
  const suspects = new Set<Series>();
  for (const { observations } of stretches) for (const each of observations) {
    const series = asked.series(each.series);
    if (series !== undefined && series.active === null && series.symptom && !suspects.has(series) && isSuspect(series, each, paneMs / 1000) && asked.isAsked(series)) suspects.add(series);
  }
  return suspects;
}

/** Cheap, and lets through whatever might be a finding. */
function isSuspect(series: Series, { value, weight }: Observation, seconds: number): boolean {
  if (!Number.isFinite(value) || weight === 0) return false;
  if (series.proportion !== null) return value > 0 && proportionScore(series.proportion, Math.round(value * weight), weight) >= limits.outDistance;
  if (series.level === null) return false;
  const noise: Noise = noises[series.noise];
  return transform(noise, value, seconds) - series.level.mid >= limits.outDistance * floorOf(noise, series.level.mid);
}

function judgeMoments(series: Series, moments: Moments, nowMs: number, { paneMs }: EngineSettings, demand: Demand): Active | null {
  const failing = findFailing(series, moments, demand.bar / demand.trust('share'));
  if (failing === null) return null;
  const copy = copyOf(series);
  const startMs = Math.floor(failing.sinceMs / paneMs) * paneMs;
  openAhead(copy, failing, { startMs, endMs: nowMs }, demand);
  return copy.active;
}

type Sorted = Stretch & { readonly bySeries: ReadonlyMap<string, Observation>; readonly composition: Composition };

function judgeCopy(series: Series, stretches: readonly Sorted[], nowMs: number, { paneMs, calendar }: EngineSettings, demand: Demand, mixes: Mixes): Active | null {
  const copy = copyOf(series);
  for (const { startMs, fromMs, untilMs, bySeries, composition } of stretches) {
    const observation = bySeries.get(series.key);
    if (observation === undefined || startMs <= series.lastMs || isOfOthers(mixes, composition, series)) continue;
    driftLevel(copy, startMs, calendar, momentOf(startMs, calendar));
    remember(copy, observation.value, observation.weight, startMs, paneMs);
    copy.lastMs = startMs;
    const pooled = pool(copy, paneMs / 1000);
    const judgement = pooled === null ? null : judge(copy, pooled, paneMs / 1000);
    if (judgement !== null) track(copy, judgement, { startMs, endMs: nowMs, heldMs: Math.min(nowMs, untilMs) - fromMs }, observation.exemplars, demand);
  }
  return copy.active;
}

/** Copies what judging moves. */
function copyOf(series: Series): Series {
  const up = sideOf(series.up);
  return {
    ...series, values: [...series.values], weights: [...series.weights], level: series.level === null ? null : { ...series.level }, strata: series.strata === null ? null : copyStrata(series.strata),
    proportion: series.proportion === null ? null : { ...series.proportion }, said: null, up, down: series.down === series.up ? up : sideOf(series.down),
  };
}

function sideOf(side: Side): Side {
  return { ...side, surprise: { ...side.surprise } };
}

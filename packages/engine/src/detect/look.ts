import type { EngineSettings, Observation, Pane } from '../model/index.ts';
import { judge, pool } from './judge.ts';
import { driftLevel, remember } from './learn.ts';
import { floorOf } from './level.ts';
import { detectLimits as limits } from './limits.ts';
import { noises, transform } from './noise.ts';
import type { Noise } from './noise.ts';
import { proportionScore } from './proportion.ts';
import type { Active, Series, Side } from './series.ts';
import { track } from './track.ts';
import type { Demand } from './track.ts';

export interface Found { readonly series: Series; readonly active: Active }

/**
 * Judges panes that are not over. What they hold so far is evidence like any other, only of fewer events, and a look costs its
 * share of the budget (budget.ts); but nothing is learned from it: every series is judged as a copy, and only a finding stays.
 */
export function lookAt(of: (key: string) => Series | undefined, panes: readonly Pick<Pane, 'startMs' | 'observations'>[], nowMs: number, settings: EngineSettings, demand: (series: Series) => Demand, isEnough: boolean): Found[] {
  const { paneMs } = settings;
  const found: Found[] = [];
  const suspects = new Set<Series>();
  for (const pane of panes) for (const each of pane.observations) {
    const series = of(each.series);
    if (series !== undefined && series.active === null && series.symptom && isSuspect(series, each, paneMs / 1000)) suspects.add(series);
  }
  for (const series of suspects) {
    const active = judgeCopy(series, panes, nowMs, settings, demand(series));
    if (active === null) continue;
    found.push({ series, active });
    if (isEnough) return found;
  }
  return found;
}

/** Cheap, and lets through whatever might be a finding. */
function isSuspect(series: Series, { value, weight }: Observation, seconds: number): boolean {
  if (!Number.isFinite(value) || weight === 0) return false;
  if (series.proportion !== null) return value > 0 && proportionScore(series.proportion, Math.round(value * weight), weight) >= limits.outDistance;
  if (series.level === null) return false;
  const noise: Noise = noises[series.noise];
  return transform(noise, value, seconds) - series.level.mid >= limits.outDistance * floorOf(noise, series.level.mid);
}

function judgeCopy(series: Series, panes: readonly Pick<Pane, 'startMs' | 'observations'>[], nowMs: number, { paneMs, calendar }: EngineSettings, demand: Demand): Active | null {
  const copy = copyOf(series);
  for (const { startMs, observations } of panes) {
    const observation = observations.find((each) => each.series === series.key);
    if (observation === undefined || startMs <= copy.lastMs) continue;
    driftLevel(copy, startMs, calendar);
    remember(copy, observation.value, observation.weight, startMs, paneMs);
    copy.lastMs = startMs;
    const pooled = pool(copy, paneMs / 1000);
    const judgement = pooled === null ? null : judge(copy, pooled, paneMs / 1000);
    if (judgement !== null) track(copy, judgement, { startMs, endMs: nowMs }, observation.exemplars, demand);
  }
  return copy.active;
}

/** Copies what judging moves. */
function copyOf(series: Series): Series {
  const up = sideOf(series.up);
  return {
    ...series, level: series.level === null ? null : { ...series.level },
    proportion: series.proportion === null ? null : { ...series.proportion }, said: null, up, down: series.down === series.up ? up : sideOf(series.down),
  };
}

function sideOf({ cusum, surprise, evidence }: Side): Side {
  return { cusum: { ...cusum }, surprise: { ...surprise }, evidence: { ...evidence } };
}

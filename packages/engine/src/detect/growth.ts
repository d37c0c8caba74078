import type { Finding } from '../model/index.ts';
import { basisVersion } from './catalogue.ts';
import { detectLimits as limits } from './limits.ts';
import type { Active, Series } from './series.ts';
import { toFinding } from './series.ts';
import { makeRun } from './surprise.ts';
import { findingId } from './track.ts';
import type { Span } from './track.ts';
import { addMinute, findTrend, isNewHigh } from './trend.ts';

/** Runs the slow-trend test on each completed minute; gives the trend finding when it is new or changed. */
export function trackGrowth(series: Series, value: number, pane: Span): Finding | null {
  if (series.minutes === null || !addMinute(series.minutes, pane.startMs, value)) return null;
  const trend = findTrend(series.minutes);
  if (trend === null || (series.trend === null && !isNewHigh(series.minutes, trend, series.unit === '1' ? 1 : null))) {
    if (series.trend === null) return null;
    series.trendMisses++;
    return series.trendMisses < limits.trendClearMinutes ? null : endGrowth(series, series.trend);
  }
  series.trendMisses = 0;
  const known = series.trend;
  const active: Active = known ?? {
    id: findingId(pane.endMs, series.key, 'trend'), direction: 'trend', onsetMs: trend.sinceMs, detectedMs: pane.endMs, detectors: ['trend'],
    p: null, votes: [], version: basisVersion, verdict: null, calendar: null,
    symptom: false, observed: value, expected: { low: trend.from, mid: trend.from, high: trend.from }, score: trend.score,
    lastMs: pane.endMs, panes: 0, calmPanes: 0, run: makeRun(), harmed: false, exemplars: [],
  };
  active.observed = trend.to;
  if (trend.score >= active.score) {
    active.score = trend.score;
    active.p = upperTail(trend.score);
    active.votes = [{ detector: 'trend', p: active.p, agrees: true }];
  }
  active.lastMs = pane.endMs;
  series.trend = active;
  return toFinding(series, active, true);
}

export function endGrowth(series: Series, trend: Active): Finding {
  series.trend = null;
  series.trendMisses = 0;
  return toFinding(series, trend, false);
}

/** Of the normal distribution (Mills ratio bound, good to a few percent where the test lets anything through). */
function upperTail(z: number): number {
  return Math.min(0.5, Math.exp(-z * z / 2) / (z * Math.sqrt(2 * Math.PI)));
}

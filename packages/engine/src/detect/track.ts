import { hashText } from './hash.ts';
import { toStamp } from '../base/stamp.ts';
import type { Finding, TraceRef } from '../model/index.ts';
import { cusumAlarms, stepCusum } from './cusum.ts';
import type { Judgement } from './judge.ts';
import { startOver } from './learn.ts';
import { detectLimits as limits } from './limits.ts';
import { noises } from './noise.ts';
import type { Noise } from './noise.ts';
import type { Active, Series, Side } from './series.ts';
import { toFinding } from './series.ts';

export interface Span { readonly startMs: number; readonly endMs: number }

/** Takes a judgement; gives the finding when it is new or changed, else null. */
export function track(series: Series, judgement: Judgement, pane: Span, exemplars: readonly TraceRef[]): Finding | null {
  mark(series, series.up, 1, judgement, pane);
  mark(series, series.down, -1, judgement, pane);
  if (series.active !== null) return follow(series, series.active, judgement, pane, exemplars);
  relieve(series, judgement);
  const noise: Noise = noises[series.noise];
  // What is reported once a minute cannot wait for three reports; what we cannot even name can.
  const needed = series.gapPanes >= 3 && noise.openPoints <= 3 ? Math.min(2, noise.openPoints) : noise.openPoints;
  const up = opensBy(series.up, 1, judgement, needed, series.proportion === null ? 'level' : 'share');
  if (up.length > 0) return open(series, judgement, pane, exemplars, up, 'up');
  if (noise.sides === 'up') return null;
  const down = opensBy(series.down, -1, judgement, needed, 'level');
  if (down.length === 0) return null;
  return open(series, judgement, pane, exemplars, down, judgement.observed === 0 ? 'absent' : 'down');
}

function mark(series: Series, side: Side, sign: number, judgement: Judgement, pane: Span): void {
  const noise: Noise = noises[series.noise];
  const distance = sign * judgement.distance;
  const own = sign * judgement.own;
  stepCusum(side.cusum, own, pane.startMs);
  let points = 0;
  // A pane that is itself quiet adds nothing, however bad the ones pooled with it were.
  if (distance >= noise.strong && judgement.size >= 1 && own >= ownLeast) points = 1;
  if (distance >= noise.overwhelming && judgement.size >= 2 && own >= ownLeast) points = 2;
  side.marks.push(points);
  if (side.marks.length > limits.markPanes) side.marks.shift();
}

const ownLeast = 1.5;

/** Catalogue ids of the detectors that want a finding now. */
function opensBy(side: Side, sign: number, judgement: Judgement, needed: number, name: string): string[] {
  const agreed: string[] = [];
  const newest = side.marks[side.marks.length - 1];
  const points = side.marks.reduce((sum, each) => sum + each, 0);
  if (newest > 0 && points >= needed) agreed.push(name);
  if (cusumAlarms(side.cusum) && judgement.size >= 1 && sign * judgement.distance >= stillOut) agreed.push('cusum');
  return agreed;
}

/** Fewer standard deviations than this, or less than half of what matters: in range. */
const stillOut = 3;

function open(series: Series, judgement: Judgement, pane: Span, exemplars: readonly TraceRef[], detectors: string[], direction: Finding['direction']): Finding {
  const side = direction === 'up' ? series.up : series.down;
  const active: Active = {
    id: findingId(pane.endMs, series.key, direction), direction,
    onsetMs: side.cusum.sum > 0 ? Math.min(side.cusum.sinceMs, pane.startMs) : pane.startMs,
    detectedMs: pane.endMs, detectors, symptom: series.symptom && direction === 'up' && series.feature !== 'request_rate',
    observed: judgement.observed, expected: judgement.expected, score: Math.min(maxScore, Math.abs(judgement.distance)),
    lastMs: pane.endMs, panes: 0, calmPanes: 0, exemplars,
  };
  series.active = active;
  return toFinding(series, active, true);
}

export function findingId(atMs: number, key: string, direction: Finding['direction']): string {
  return `fnd-${toStamp(atMs)}-${hashText(`${key} ${direction}`)}`;
}

const maxScore = 99;

function follow(series: Series, active: Active, judgement: Judgement, pane: Span, exemplars: readonly TraceRef[]): Finding | null {
  const noise: Noise = noises[series.noise];
  active.panes++;
  const sign = active.direction === 'up' ? 1 : -1;
  const out = sign * judgement.distance >= stillOut && judgement.size >= 0.5 && sign * judgement.own >= 1;
  if (!out) {
    active.calmPanes++;
    if (active.calmPanes < limits.clearPanes) return null;
    return close(series, active);
  }
  active.calmPanes = 0;
  active.lastMs = pane.endMs;
  active.observed = judgement.observed;
  const score = Math.min(maxScore, Math.abs(judgement.distance));
  if (exemplars.length > 0 && score >= active.score) active.exemplars = exemplars;
  active.score = Math.max(active.score, score);
  const agreed = opensBy(active.direction === 'up' ? series.up : series.down, sign, judgement, noise.openPoints, series.proportion === null ? 'level' : 'share');
  for (const name of agreed) if (!active.detectors.includes(name)) active.detectors.push(name);
  if (active.panes >= (active.symptom ? limits.adoptSymptomPanes : limits.adoptOtherPanes)) {
    startOver(series, limits.recentValues);
    return close(series, active);
  }
  return toFinding(series, active, true);
}

export function close(series: Series, active: Active): Finding {
  series.active = null;
  for (const side of [series.up, series.down]) {
    side.marks.length = 0;
    side.cusum.sum = 0;
    side.cusum.panes = 0;
  }
  return toFinding(series, active, false);
}

/** Where only one direction is news, a lasting change in the other one becomes normal at once. */
function relieve(series: Series, judgement: Judgement): void {
  const noise: Noise = noises[series.noise];
  if (noise.sides === 'both') return;
  series.reliefPanes = judgement.distance <= -stillOut && judgement.size >= 0.5 ? series.reliefPanes + 1 : 0;
  if (series.reliefPanes >= limits.adoptReliefPanes) startOver(series, limits.adoptReliefPanes);
}

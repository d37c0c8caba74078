import { hashText } from './hash.ts';
import { toStamp } from '../base/stamp.ts';
import type { Finding, TraceRef, Vote } from '../model/index.ts';
import { basisVersion } from './catalogue.ts';
import { cusumEvidence, stepCusum } from './cusum.ts';
import { addEvidence, logEvidence, meanEvidence } from './evidence.ts';
import type { Expectation } from './expected.ts';
import type { Failing } from './failing.ts';
import type { Judgement } from './judge.ts';
import { startOver } from './learn.ts';
import { detectLimits as limits } from './limits.ts';
import { noises } from './noise.ts';
import type { Noise } from './noise.ts';
import { proportionEvidence } from './proportion.ts';
import type { Active, Series, Side } from './series.ts';
import { toFinding } from './series.ts';
import { dropHeld, extendRun, learnRun, learnSurprise, makeRun, tailOf } from './surprise.ts';

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
  /** Of a look: how much of it there is. */
  readonly heldMs?: number;
}

/** What is asked of a series in this pane. */
export interface Demand extends Expectation {
  /** Natural logarithm of the evidence that opens a finding. */
  readonly bar: number;
  /** The height that looks ask, which no pane alone may reach: what a closed pane brought is enough for a look to go on from. */
  readonly high: number;
  /** Near an open symptom. */
  readonly isNear: boolean;
  /** 0..1: how much a detector's evidence about this entity counts, by what people said. */
  readonly trust: (detector: string) => number;
}

/** What one pane says in one direction. */
interface Word { readonly p: number; readonly log: number; readonly isNews: boolean }

const nothing: Word = { p: 1, log: 0, isNews: false };

/** Two detectors share the budget: either needs twice the evidence that one alone would. */
const twoDetectors = Math.LN2;

/** Takes a judgement; gives the finding when it is new or changed, else null. */
export function track(series: Series, judgement: Judgement, pane: Span, exemplars: readonly TraceRef[], demand: Demand): Finding | null {
  const up = weigh(series, series.up, 1, judgement, demand);
  const isTwoSided = series.down !== series.up;
  const down = isTwoSided ? weigh(series, series.down, -1, judgement, demand) : nothing;
  if (!up.isNews && !down.isNews) series.told = 0;
  gather(series, series.up, 1, judgement, demand, up, pane);
  if (isTwoSided) gather(series, series.down, -1, judgement, demand, down, pane);
  series.p = !isTwoSided ? up.p : Math.min(1, 2 * Math.min(up.p, down.p));
  if (series.active !== null) return follow(series, series.active, judgement, pane, exemplars, demand, series.active.direction === 'up' ? up : down);
  relieve(series, judgement);
  if (series.held > 0 && series.up.log === 0 && series.down.log === 0) series.held = 0;
  const noise: Noise = noises[series.noise];
  const rises = agreeing(series, series.up, 1, judgement, demand, up);
  if (rises.length > 0) return isHeld(series, judgement, pane, demand, up) ? null : open(series, judgement, pane, exemplars, demand, rises, 'up', up);
  if (noise.sides === 'up') return null;
  const falls = agreeing(series, series.down, -1, judgement, demand, down);
  return falls.length === 0 || isHeld(series, judgement, pane, demand, down) ? null : open(series, judgement, pane, exemplars, demand, falls, isSilent(judgement) ? 'absent' : 'down', down);
}

export function nameOf(series: Series): 'level' | 'share' {
  return series.proportion === null ? 'level' : 'share';
}

/** Evidence counts only for a change that matters, and only while the newest pane itself shows it. */
export function weigh(series: Series, side: Side, sign: number, judgement: Judgement, demand: Demand): Word {
  const distance = sign * judgement.own;
  const p = tailOf(side.surprise, distance, series.proportion !== null);
  const isNews = (sign * judgement.distance >= limits.outDistance && judgement.size >= 1 && distance >= limits.outOwn) || (sign < 0 && isFall(judgement));
  const { proportion } = series;
  const tail = logEvidence(p);
  const log = isNews && proportion !== null ? proportionEvidence(proportion, Math.round(judgement.ownObserved * judgement.ownWeight), judgement.ownWeight) : sign < 0 && judgement.fall !== null ? meanEvidence([tail, judgement.fall], [1, 1]) : tail;
  const own = (isNews ? log : Math.min(0, log)) * demand.trust(nameOf(series));
  return { p, log: isNews ? withPanel(series, own, demand) : own, isNews };
}

function isSilent(judgement: Judgement): boolean {
  return judgement.observed === 0 || (judgement.ownObserved === 0 && isFall(judgement));
}

/** Hardly anything came in the newest pane, and that speaks for itself: panes before it, pooled to it, only delay the news. */
function isFall({ fall, own }: Judgement): boolean {
  return fall !== null && fall > 0 && own <= -limits.outDistance;
}

/**
 * The mean of its own evidence and the panel's (an e-value whatever the two have in common). The panel's members remember, so
 * what they say in the second pane of a run is no second witness: only what goes beyond the most they said before counts.
 */
function withPanel(series: Series, own: number, demand: Demand): number {
  const known = series.said?.votes.filter((vote) => vote.p !== null && demand.trust(vote.id) > 0) ?? [];
  if (series.said === null || series.said.p === null || known.length === 0) return own;
  const log = logEvidence(series.said.p) * Math.max(...known.map((vote) => demand.trust(vote.id)));
  const fresh = log - series.told;
  series.told = Math.max(series.told, log);
  return meanEvidence([own, fresh], [1 - panelWeight, panelWeight]);
}

/** What a panel that has to share its evidence with a level is worth: weights.ts says what its members are worth among themselves. */
const panelWeight = 0.2;

function gather(series: Series, side: Side, sign: number, judgement: Judgement, demand: Demand, word: Word, pane: Span): void {
  stepCusum(side, sign * judgement.own, pane.startMs);
  addEvidence(side, word.log, mostOfPane(series, judgement, demand, word, pane), demand.bar + twoDetectors + limits.evidenceRoom);
}

/** No single pane opens a finding, except many failures that leave no doubt, and what is reported so rarely that nobody can wait for more. */
export function mostOfPane(series: Series, judgement: Judgement, demand: Demand, word: Pick<Word, 'log'>, pane: Span): number {
  const { openPanes }: Noise = noises[series.noise];
  const bar = demand.high + twoDetectors;
  if (series.gapPanes >= 3 && openPanes <= 2) return bar + 1e-9;
  if (!isPlain(series, judgement, word, pane, bar)) return bar / openPanes + 1e-9;
  return series.proportion === null ? demand.bar : bar + 1e-9;
}

/** The pane leaves no doubt by itself. */
function isPlain(series: Series, judgement: Judgement, word: Pick<Word, 'log'>, pane: Span, bar: number): boolean {
  return (pane.heldMs ?? pane.endMs - pane.startMs) >= limits.plainMs && word.log >= bar && (series.proportion === null ? isFarSlower(series, judgement) : isFailing(judgement, word.log, bar));
}

/** Enough to open, and still a disturbance that was expected, if it ends soon: half the patience where one pane leaves no doubt. Evidence about a known trouble is not held back. */
function isHeld(series: Series, judgement: Judgement, pane: Span, demand: Demand, word: Word): boolean {
  if (demand.disturbance === null || demand.isNear) {
    series.held = 0;
    return false;
  }
  series.held++;
  const { heldPanes } = demand.disturbance;
  return series.held <= (isPlain(series, judgement, word, pane, demand.high + twoDetectors) ? Math.ceil(heldPanes / 2) : heldPanes);
}

/** The middle one of many requests: the next pane need only not contradict. */
function isFarSlower({ feature }: Series, { ownWeight, size }: Judgement): boolean {
  return feature === 'latency_p50' && ownWeight >= limits.plainEvents && size >= limits.plainSize;
}

/** Many requests fail where hardly any did. */
function isFailing({ ownWeight, ownObserved, expected }: Judgement, log: number, bar: number): boolean {
  return ownObserved >= limits.plainShare && expected.mid <= limits.hardUsual && log >= limits.plainMargin * bar && ownObserved * ownWeight >= limits.plainFailures;
}

/** Catalogue ids of the detectors that want a finding now. */
function agreeing(series: Series, side: Side, sign: number, judgement: Judgement, demand: Demand, word: Word): string[] {
  const agreed: string[] = [];
  if (word.isNews && side.log >= demand.bar + twoDetectors) agreed.push(nameOf(series));
  if (cusumEvidence(side) * demand.trust('cusum') >= demand.bar + twoDetectors && judgement.size >= 1 && sign * judgement.distance >= limits.outDistance) agreed.push('cusum');
  return agreed;
}

function open(series: Series, judgement: Judgement, pane: Span, exemplars: readonly TraceRef[], demand: Demand, detectors: string[], direction: Finding['direction'], word: Word): Finding {
  const side = direction === 'up' ? series.up : series.down;
  const votes = votesOf(series, side, word, detectors);
  const active: Active = {
    id: findingId(pane.endMs, series.key, direction), direction,
    onsetMs: side.sum > 0 ? Math.min(side.sinceMs, pane.startMs) : pane.startMs,
    detectedMs: pane.endMs, detectors, symptom: series.symptom && direction === 'up' && series.feature !== 'request_rate',
    observed: judgement.observed, expected: judgement.expected, score: Math.min(maxScore, Math.abs(judgement.distance)),
    p: combined(votes), votes, version: basisVersion, verdict: null, calendar: demand.context(), lastMs: pane.endMs, panes: 0, calmPanes: 0, run: makeRun(), harmed: demand.isNear, exemplars,
  };
  extendRun(active.run, Math.abs(judgement.own));
  series.active = active;
  series.held = 0;
  dropHeld(side.surprise);
  return toFinding(series, active, true);
}

/** A finding of a stretch in which everything failed (failing.ts), before its pane is over. */
export function openAhead(series: Series, { judgement, log }: Failing, pane: Span, demand: Demand): Finding {
  return open(series, judgement, pane, [], demand, [nameOf(series)], 'up', { p: tailOf(series.up.surprise, judgement.own, true), log, isNews: true });
}

const panelAgrees = 0.01;

/** The cusum's p-value is that of a run: the chance that it ever gets so high before it is back at 0. */
function votesOf(series: Series, side: Side, word: Word, agreed: readonly string[]): Vote[] {
  const name = nameOf(series);
  return [
    { detector: name, p: word.p, agrees: agreed.includes(name) },
    { detector: 'cusum', p: Math.exp(-cusumEvidence(side)), agrees: agreed.includes('cusum') },
    ...(series.said?.votes.map(({ id, p }) => ({ detector: id, p, agrees: p !== null && p < panelAgrees })) ?? []),
  ];
}

/** Harmonic mean: what the mean of e-values is for p-values (Wilson 2019), whatever their dependence. Unknown votes are left out. */
export function combined(votes: readonly Vote[]): number | null {
  const known = votes.flatMap(({ p }) => (p === null ? [] : [p]));
  return known.length === 0 ? null : Math.min(1, known.length / known.reduce((sum, p) => sum + 1 / Math.max(p, 1e-300), 0));
}

export function findingId(atMs: number, key: string, direction: Finding['direction']): string {
  return `fnd-${toStamp(atMs)}-${hashText(`${key} ${direction}`)}`;
}

const maxScore = 99;

function follow(series: Series, active: Active, judgement: Judgement, pane: Span, exemplars: readonly TraceRef[], demand: Demand, word: Word): Finding | null {
  active.panes++;
  active.harmed ||= demand.isNear;
  const sign = active.direction === 'up' ? 1 : -1;
  const side = active.direction === 'up' ? series.up : series.down;
  const out = sign * judgement.distance >= limits.outDistance && judgement.size >= limits.calmSize && sign * judgement.own >= limits.stayOwn;
  if (!out) {
    // Found ahead of time, in a pane that is not over yet.
    if (pane.startMs < active.onsetMs) return null;
    active.calmPanes++;
    if (active.calmPanes < limits.clearPanes) return null;
    if ((!active.symptom && !active.harmed) || active.verdict === 'noise') learnRun(side.surprise, active.run);
    return close(series, active);
  }
  active.calmPanes = 0;
  extendRun(active.run, sign * judgement.own);
  active.lastMs = pane.endMs;
  active.observed = judgement.observed;
  const score = Math.min(maxScore, Math.abs(judgement.distance));
  if (exemplars.length > 0 && score >= active.score) active.exemplars = exemplars;
  active.score = Math.max(active.score, score);
  const agreed = agreeing(series, side, sign, judgement, demand, word);
  for (const name of agreed) if (!active.detectors.includes(name)) active.detectors.push(name);
  const votes = votesOf(series, side, word, active.detectors);
  const p = combined(votes);
  if (p !== null && p <= (active.p ?? 1)) {
    active.p = p;
    active.votes = votes;
  }
  if (active.panes >= (active.symptom ? limits.adoptSymptomPanes : limits.adoptOtherPanes)) {
    startOver(series, limits.recentValues);
    return close(series, active);
  }
  return toFinding(series, active, true);
}

export function close(series: Series, active: Active): Finding {
  series.active = null;
  for (const side of [series.up, series.down]) {
    side.log = 0;
    side.sum = 0;
    side.panes = 0;
    dropHeld(side.surprise);
  }
  return toFinding(series, active, false);
}

/** What an ordinary pane teaches the tails. Not while a finding is active. */
export function learnTails(series: Series, judgement: Judgement): void {
  learnSurprise(series.up.surprise, judgement.own);
  if (noises[series.noise].sides === 'both') learnSurprise(series.down.surprise, -judgement.own);
}

/** Where only one direction is news, a lasting change in the other one becomes normal at once. */
function relieve(series: Series, judgement: Judgement): void {
  const noise: Noise = noises[series.noise];
  if (noise.sides === 'both') return;
  series.reliefPanes = judgement.distance <= -limits.outDistance && judgement.size >= limits.calmSize ? series.reliefPanes + 1 : 0;
  if (series.reliefPanes >= limits.adoptReliefPanes) startOver(series, limits.adoptReliefPanes);
}

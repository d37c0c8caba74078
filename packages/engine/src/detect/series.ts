import type { EntityId, FeatureId, FeatureScale, Finding, Observation, TraceRef, Vote } from '../model/index.ts';
import type { Band } from './band.ts';
import { makeCusum } from './cusum.ts';
import type { Cusum } from './cusum.ts';
import type { Level } from './level.ts';
import type { Evidence } from './evidence.ts';
import { detectLimits as limits } from './limits.ts';
import { noiseOf, noises } from './noise.ts';
import type { NoiseName } from './noise.ts';
import { makeProfile, profileCells } from './profile.ts';
import type { Profile } from './profile.ts';
import { makeProportion } from './proportion.ts';
import type { Proportion } from './proportion.ts';
import type { Strata } from './strata.ts';
import type { Room } from './rooms.ts';
import { makeSurprise } from './surprise.ts';
import type { Run, Surprise } from './surprise.ts';
import type { PanelVerdict, Seat } from './members/panel.ts';
import { makeMinutes } from './trend.ts';
import type { Minutes } from './trend.ts';

/** One direction of one series: its cusum and its evidence in one record, since every object costs memory a series. */
export interface Side extends Cusum, Evidence {
  readonly surprise: Surprise;
}

/** A finding while it lasts. */
export interface Active {
  readonly id: string;
  /** A fall that turns out to be telemetry that is lost becomes `missing`. */
  direction: Finding['direction'];
  readonly onsetMs: number;
  readonly detectedMs: number;
  readonly detectors: string[];
  /** The votes combined at their worst, and the votes then. */
  p: number | null;
  votes: readonly Vote[];
  readonly version: string;
  verdict: Finding['verdict'];
  readonly calendar: Finding['calendar'];
  symptom: boolean;
  observed: number;
  expected: Finding['expected'];
  score: number;
  lastMs: number;
  /** Panes since it opened, and panes in range since it was last out of range. */
  panes: number;
  calmPanes: number;
  /** Panes out of range and the excess of their distances: what is learned when it has harmed nobody. */
  readonly run: Run;
  /** A symptom was near while it lasted. */
  harmed: boolean;
  exemplars: readonly TraceRef[];
}

/** All that is remembered of one series: a few hundred bytes, never more. Plain data. */
export interface Series {
  readonly key: string;
  readonly entity: EntityId;
  readonly node: EntityId;
  readonly feature: FeatureId;
  readonly subject: string;
  readonly scale: FeatureScale;
  readonly unit: string;
  readonly symptom: boolean;
  readonly noise: NoiseName;
  lastMs: number;
  /** Panes with a value, and the running mean of panes from one value to the next. */
  panes: number;
  gapPanes: number;
  meanWeight: number;
  /** 0..1: how regularly something comes (requests: value above 0). */
  presence: number;
  /** Transformed values until warm, then null. */
  warm: number[] | null;
  warmWeight: number;
  level: Level | null;
  readonly proportion: Proportion | null;
  /** Of levels alone; its room holds their recent values too. */
  readonly profile: Profile | null;
  /** Null while nobody has set which hours are which. */
  strata: Strata | null;
  /** The last values, raw and weighted, for pooling. They move along in place. */
  values: number[];
  weights: number[];
  reliefPanes: number;
  /** Panes for which its evidence has been enough, while a disturbance is expected (unsettled.ts). */
  held: number;
  readonly up: Side;
  /** The same as `up` where only rises are news. */
  readonly down: Side;
  readonly minutes: Minutes | null;
  trendMisses: number;
  /** Probability of the newest pane, both directions; null while nothing is known. */
  p: number | null;
  band: Band | null;
  /** Further members, for requests of whole services; what they said of the newest pane, and the most evidence that they brought to the run. */
  panel: Seat[] | null;
  said: PanelVerdict | null;
  told: number;
  active: Active | null;
  trend: Active | null;
}

/** Cells of the room that a level wants. */
export const levelCells = profileCells + limits.recentValues;

/** Shares know neither profile nor recent values: `room` is asked for levels. */
export function makeSeries(observation: Observation, roomOf: () => Room): Series {
  const noise = noiseOf(observation);
  const proportion = noises[noise].transform === 'proportion' ? makeProportion() : null;
  const room = proportion === null ? roomOf() : null;
  const up = makeSide();
  return {
    key: observation.series, entity: observation.entity, node: observation.node, feature: observation.feature, subject: observation.subject,
    scale: observation.scale, unit: observation.unit, symptom: observation.symptom, noise,
    lastMs: 0, panes: 0, gapPanes: 1, meanWeight: 0, presence: 0,
    warm: [], warmWeight: 0, level: null, proportion, profile: room === null ? null : makeProfile(room), strata: null,
    values: [], weights: [], reliefPanes: 0, held: 0, up, down: noises[noise].sides === 'both' ? makeSide() : up,
    minutes: noises[noise].trend ? makeMinutes() : null, trendMisses: 0, p: null, band: null, panel: null, said: null, told: 0, active: null, trend: null,
  };
}

function makeSide(): Side {
  return { ...makeCusum(), log: 0, surprise: makeSurprise() };
}

export function toFinding(series: Series, active: Active, alive: boolean): Finding {
  return {
    id: active.id, series: series.key, p: active.p, votes: active.votes, contributors: [], version: active.version, verdict: active.verdict, text: '', maintenance: null, calendar: active.calendar, entity: series.entity, node: series.node, feature: series.feature, subject: series.subject,
    direction: active.direction, unit: series.unit, observed: active.observed, expected: active.expected, score: active.score,
    onsetMs: active.onsetMs, detectedMs: active.detectedMs, lastMs: active.lastMs, active: alive,
    detectors: [...active.detectors], exemplars: active.exemplars, symptom: active.symptom,
  };
}

import { learnTail, makeTail, tailProbability } from '../members/tail.ts';
import type { Tail } from '../members/tail.ts';
import { balance } from './balance.ts';
import type { Balance } from './balance.ts';
import { course } from './course.ts';
import type { Course } from './course.ts';
import { forest } from './forest.ts';
import type { Forest } from './forest.ts';
import { toShares } from './member.ts';
import type { JointMember } from './member.ts';
import { neighbours } from './neighbours.ts';
import type { Neighbours } from './neighbours.ts';
import { learnOdds, makeOdds, surpriseOf } from './odds.ts';
import type { Odds } from './odds.ts';
import { learnStandard, makeStandard, standardise } from './standard.ts';
import type { Standard } from './standard.ts';

/** What watches over all features of one entity together. Fixed at opening; a saved state must have been made with the same. */
export interface JointOptions {
  readonly seed: number;
  readonly features: number;
  /** Catalogue ids; all where left out. */
  readonly members?: readonly string[];
  /** Detectors whose scores come from outside (an autoencoder, say): `step` takes them in this order. */
  readonly outside?: readonly string[];
}

export interface JointExtra {
  /** One score for each detector of `JointOptions.outside`, NaN where unknown. */
  readonly outside?: readonly number[];
  /**
   * guarded (what it is unless said): lasting surprises are not learnt until they are the new normal · all: the vector is known to
   * be ordinary (fitting) · none: judge only, as fitted; time goes on all the same.
   */
  readonly learn?: 'guarded' | 'all' | 'none';
}

export interface JointVote {
  readonly detector: string;
  /** Null: it cannot know yet. */
  readonly p: number | null;
  readonly agrees: boolean;
}

export interface JointStep {
  /** Probability of vectors at least this unusual while nothing is wrong; null while nobody knows. */
  readonly p: number | null;
  /** Surprise (−ln p) of the members together, without a floor: for ranking. */
  readonly score: number;
  readonly votes: readonly JointVote[];
  /** Features that make it unusual, largest share first; empty while p is above `agreeBelow`. */
  readonly contributors: readonly { readonly feature: number; readonly share: number }[];
}

/** One member's evidence: its score over the last moment, some moments and many, each against its own past. */
interface Pulse { readonly means: Float64Array; readonly odds: Odds[] }

interface MemberStates { balance?: Balance; course?: Course; forest?: Forest; neighbours?: Neighbours }

/** Plain data. */
export interface JointState {
  panes: number;
  /** Panes that were too unusual to learn from, less the ordinary ones since. */
  held: number;
  /** Their scores, until it is known whether they last: noise is learnt by the tail, the begin of a fault is not. */
  readonly pending: number[];
  readonly standard: Standard;
  readonly members: MemberStates;
  readonly pulses: Pulse[];
  readonly tail: Tail;
}

export interface JointWatch {
  /** `present`: 1 where a feature was reported. Judges first, then learns. */
  step(values: Float64Array, present: Uint8Array, extra?: JointExtra): JointStep;
  /** Shares of all features in the last step, by the members that found it most unusual. */
  explain(): Float64Array;
  /** The state itself, not a copy. */
  save(): JointState;
}

/** Panes over which a score is averaged before it is judged: a spike, a bump, a plateau. */
const spans = [1, 5, 15] as const;
/** What a member calls unusual. */
const agreeBelow = 0.01;
const contributorsMax = 5;
/** What is more surprising than this (−ln p) and lasts longer than noise does is not learnt from … */
const holdAbove = 7;
const holdPanes = 12;
/** … until there was so much of it that it is the new normal, which is then learnt that much faster. */
const adoptPanes = 720;
const adoptWeight = 12;

export const jointMembers: readonly string[] = [balance.id, course.id, forest.id, neighbours.id];

export function openJointWatch({ seed, features, members, outside = [] }: JointOptions, saved?: JointState): JointWatch {
  const uses = (id: string): boolean => members === undefined || members.includes(id);
  const state: JointState = saved ?? { panes: 0, held: 0, pending: [], standard: makeStandard(features), members: {}, pulses: [], tail: makeTail() };
  const seats: Seat[] = [];
  if (uses(balance.id)) seats.push(seat(balance, (state.members.balance ??= balance.make(features, seed))));
  if (uses(course.id)) seats.push(seat(course, (state.members.course ??= course.make(features, seed))));
  if (uses(forest.id)) seats.push(seat(forest, (state.members.forest ??= forest.make(features, seed))));
  if (uses(neighbours.id)) seats.push(seat(neighbours, (state.members.neighbours ??= neighbours.make(features, seed))));
  const names = [...seats.map(({ id }) => id), ...outside];
  while (state.pulses.length < names.length) state.pulses.push({ means: new Float64Array(spans.length), odds: spans.map(() => makeOdds()) });
  const x = new Float64Array(features);
  let last: readonly (number | null)[] = [];

  function explain(): Float64Array {
    const shares = new Float64Array(features);
    const own = new Float64Array(features);
    seats.forEach((member, i) => {
      member.explain(x, own);
      for (let j = 0; j < features; j++) shares[j] += own[j] * (last[i] ?? 0);
    });
    toShares(shares);
    return shares;
  }

  return {
    step(values, present, { outside: scores = [], learn = 'guarded' } = {}) {
      standardise(state.standard, values, present, x);
      const raw = names.map((_, i) => (i < seats.length ? seats[i].judge(x) : (scores[i - seats.length] ?? NaN)));
      last = raw.map((score, i) => judgePulse(state.pulses[i], score));
      const known = last.filter((surprise) => surprise !== null);
      const score = combine(known);
      const p = known.length === 0 ? null : tailProbability(state.tail, score);
      const contributors = p !== null && p < agreeBelow ? largest(explain()) : [];
      const weight = learn === 'guarded' ? weigh(state, score) : learn === 'all' ? 1 : 0;
      if (weight > 0) learnStandard(state.standard, values, present, weight);
      if (known.length > 0 && learn === 'all') learnTail(state.tail, score);
      if (known.length > 0 && learn === 'guarded') learnScore(state, score, weight);
      state.pulses.forEach((pulse, i) => learnPulse(pulse, raw[i], weight));
      for (const member of seats) member.learn(x, weight);
      state.panes++;
      return { p, score, votes: names.map((detector, i) => toVote(detector, last[i])), contributors };
    },
    explain,
    save: () => state,
  };
}

/** A member with its state. */
interface Seat {
  readonly id: string;
  judge(x: Float64Array): number;
  explain(x: Float64Array, shares: Float64Array): void;
  learn(x: Float64Array, weight: number): void;
}

function seat<State>(member: JointMember<State>, state: State): Seat {
  return {
    id: member.id, judge: (x) => member.judge(state, x), explain: (x, shares) => member.explain(state, x, shares), learn: (x, weight) => member.learn(state, x, weight),
  };
}

/** Most surprising span of a member; moves the means on. */
function judgePulse({ means, odds }: Pulse, score: number): number | null {
  if (!Number.isFinite(score)) return null;
  let most: number | null = null;
  spans.forEach((span, i) => {
    means[i] += (2 / (span + 1)) * (score - means[i]);
    const surprise = surpriseOf(odds[i], means[i]);
    if (surprise !== null) most = Math.max(most ?? 0, surprise);
  });
  return most;
}

function learnPulse({ means, odds }: Pulse, score: number, weight: number): void {
  if (Number.isFinite(score)) odds.forEach((each, i) => learnOdds(each, means[i], weight));
}

/** Root mean square: between the mean, which wants all to agree, and the largest, which listens to one alone. */
function combine(surprises: readonly number[]): number {
  return surprises.length === 0 ? 0 : Math.sqrt(surprises.reduce((sum, surprise) => sum + surprise * surprise, 0) / surprises.length);
}

/** How much a pane of this surprise may teach. */
function weigh(state: JointState, score: number): number {
  if (score > holdAbove) state.held++;
  else state.held = Math.max(0, state.held - 1);
  return state.held > adoptPanes ? adoptWeight : state.held > holdPanes && score > holdAbove ? 0 : 1;
}

/** The tail learns a surprise when it has passed without lasting. */
function learnScore(state: JointState, score: number, weight: number): void {
  if (score > holdAbove && weight < adoptWeight) {
    if (weight === 0) state.pending.length = 0;
    else state.pending.push(score);
    return;
  }
  for (const each of state.pending) learnTail(state.tail, each);
  state.pending.length = 0;
  learnTail(state.tail, score);
}

function toVote(detector: string, surprise: number | null): JointVote {
  if (surprise === null) return { detector, p: null, agrees: false };
  const p = Math.min(1, spans.length * Math.exp(-surprise));
  return { detector, p, agrees: p < agreeBelow };
}

function largest(shares: Float64Array): JointStep['contributors'] {
  return Array.from(shares, (share, feature) => ({ feature, share })).filter(({ share }) => share > 0).sort((a, b) => b.share - a.share).slice(0, contributorsMax);
}

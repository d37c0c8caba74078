import { learnTail, makeTail, tailProbability } from '../members/tail.ts';
import type { Tail } from '../members/tail.ts';
import { balance } from './balance.ts';
import type { Balance } from './balance.ts';
import { course } from './course.ts';
import type { Course } from './course.ts';
import { forest } from './forest.ts';
import type { Forest } from './forest.ts';
import { toShares } from './member.ts';
import type { JointMember, Voice } from './member.ts';
import { neighbours } from './neighbours.ts';
import type { Neighbours } from './neighbours.ts';
import { beat, combine, learnPulse, makePulse } from './pulse.ts';
import type { Pulse } from './pulse.ts';
import { reckoning } from './reckoning.ts';
import type { Reckoning } from './reckoning.ts';
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
  /** True: name all contributors, however ordinary the vector is. */
  readonly explain?: boolean;
}

export interface JointVote {
  readonly detector: string;
  /** Null: it cannot know yet. */
  readonly p: number | null;
  /** −ln p without a floor; null while it cannot know. */
  readonly surprise: number | null;
  readonly agrees: boolean;
}

export interface JointStep {
  /** Probability of vectors at least this unusual while nothing is wrong; null while nobody knows. */
  readonly p: number | null;
  /** Surprise (−ln p) of the members together, without a floor: for ranking. */
  readonly score: number;
  readonly votes: readonly JointVote[];
  /**
   * Features that made the last moments unusual, largest share first; empty while p is above `agreeBelow`. `part` is the same
   * before it is made a share: 1 is what an ordinary feature has, and it can be compared between panes.
   */
  readonly contributors: readonly { readonly feature: number; readonly share: number; readonly part: number }[];
}

interface MemberStates { balance?: Balance; course?: Course; forest?: Forest; neighbours?: Neighbours; reckoning?: Reckoning }

/** Plain data. */
export interface JointState {
  panes: number;
  /** Panes that were too unusual to learn from, less the ordinary ones since. */
  held: number;
  /** Their scores, until it is known whether they last: noise is learnt by the tail, the begin of a fault is not. */
  readonly pending: number[];
  readonly standard: Standard;
  readonly members: MemberStates;
  /** What the members blame on each feature, averaged over `blamePanes`. */
  readonly blame: Float64Array;
  readonly pulses: Pulse[];
  readonly tail: Tail;
}

export interface JointWatch {
  /** `present`: 1 where a feature was reported. Judges first, then learns. */
  step(values: Float64Array, present: Uint8Array, extra?: JointExtra): JointStep;
  /** The state itself, not a copy. */
  save(): JointState;
}

/** How detectors from outside are heard. */
const outsideVoice: Voice = { spans: [1, 5, 15], sees: 'outside', weight: 1, blame: 0 };
/** What a member calls unusual. */
const agreeBelow = 0.01;
const contributorsMax = 5;
/** As long as most members look back: a change is most telling when it comes, and should be named while it lasts. */
const blamePanes = 9;
/** What is more surprising than this (−ln p) and lasts longer than noise does is not learnt from … */
const holdAbove = 3.5;
const holdPanes = 12;
/** … until there was so much of it that it is the new normal, which is then learnt that much faster. */
const adoptPanes = 720;
const adoptWeight = 12;

export const jointMembers: readonly string[] = [balance.id, course.id, forest.id, neighbours.id, reckoning.id];

export function openJointWatch({ seed, features, members, outside = [] }: JointOptions, saved?: JointState): JointWatch {
  const uses = (id: string): boolean => members === undefined || members.includes(id);
  const state: JointState = saved ?? { panes: 0, held: 0, pending: [], standard: makeStandard(features), members: {}, blame: new Float64Array(features), pulses: [], tail: makeTail() };
  const seats: Seat[] = [];
  if (uses(balance.id)) seats.push(seat(balance, (state.members.balance ??= balance.make(features, seed))));
  if (uses(course.id)) seats.push(seat(course, (state.members.course ??= course.make(features, seed))));
  if (uses(forest.id)) seats.push(seat(forest, (state.members.forest ??= forest.make(features, seed))));
  if (uses(neighbours.id)) seats.push(seat(neighbours, (state.members.neighbours ??= neighbours.make(features, seed))));
  if (uses(reckoning.id)) seats.push(seat(reckoning, (state.members.reckoning ??= reckoning.make(features, seed))));
  const names = [...seats.map(({ id }) => id), ...outside];
  const voices = [...seats.map(({ voice }) => voice), ...outside.map(() => outsideVoice)];
  for (let i = state.pulses.length; i < voices.length; i++) state.pulses.push(makePulse(voices[i]));
  const x = new Float64Array(features);

  function judge(scores: readonly number[]): { readonly raw: readonly number[]; readonly surprises: readonly (number | null)[] } {
    const raw = names.map((_, i) => (i < seats.length ? seats[i].judge(x) : (scores[i - seats.length] ?? NaN)));
    return { raw, surprises: raw.map((score, i) => beat(state.pulses[i], voices[i], score)) };
  }

  return {
    step(values, present, { outside: scores = [], learn = 'guarded', explain = false } = {}) {
      standardise(state.standard, values, present, x);
      const { raw, surprises } = judge(scores);
      const score = combine(voices, surprises);
      const p = score === null ? null : tailProbability(state.tail, score);
      learnBlame(state.blame, seats, raw, x);
      const contributors = explain || (p !== null && p < agreeBelow) ? contributorsOf(state.blame) : [];
      const weight = learn === 'guarded' ? weigh(state, score ?? 0) : learn === 'all' ? 1 : 0;
      if (weight > 0) learnStandard(state.standard, values, present, weight);
      if (score !== null && learn === 'all') learnTail(state.tail, score);
      if (score !== null && learn === 'guarded') learnScore(state, score, weight);
      state.pulses.forEach((pulse, i) => learnPulse(pulse, raw[i], weight));
      for (const member of seats) member.learn(x, weight);
      state.panes++;
      return { p, score: score ?? 0, votes: names.map((detector, i) => toVote(detector, voices[i], surprises[i])), contributors: explain ? contributors : contributors.slice(0, contributorsMax) };
    },
    save: () => state,
  };
}

/** A member with its state. */
interface Seat {
  readonly id: string;
  readonly voice: Voice;
  judge(x: Float64Array): number;
  explain(x: Float64Array, shares: Float64Array): void;
  learn(x: Float64Array, weight: number): void;
}

function seat<State>(member: JointMember<State>, state: State): Seat {
  return {
    id: member.id, voice: member.voice, judge: (x) => member.judge(state, x), explain: (x, shares) => member.explain(state, x, shares), learn: (x, weight) => member.learn(state, x, weight),
  };
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

function toVote(detector: string, { spans }: Voice, surprise: number | null): JointVote {
  // The most surprising of several spans was chosen (Bonferroni).
  const p = surprise === null ? null : Math.min(1, spans.length * Math.exp(-surprise));
  return { detector, p, surprise, agrees: p !== null && p < agreeBelow };
}

/** Each member's score, dealt out to the features. */
function learnBlame(blame: Float64Array, seats: readonly Seat[], raw: readonly number[], x: Float64Array): void {
  const own = new Float64Array(x.length);
  const parts = new Float64Array(x.length);
  const isAnyHeard = seats.some(({ voice }) => voice.blame > 0);
  seats.forEach(({ voice, explain }, i) => {
    const count = isAnyHeard ? voice.blame : 1;
    if (count === 0 || !Number.isFinite(raw[i])) return;
    explain(x, own);
    for (let j = 0; j < x.length; j++) parts[j] += count * own[j] * raw[i] * x.length;
  });
  for (let j = 0; j < x.length; j++) blame[j] += (2 / (blamePanes + 1)) * (parts[j] - blame[j]);
}

function contributorsOf(blame: Float64Array): JointStep['contributors'] {
  const shares = Float64Array.from(blame);
  toShares(shares);
  return Array.from(shares, (share, feature) => ({ feature, share, part: blame[feature] })).filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
}

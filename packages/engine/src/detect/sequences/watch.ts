import { amounts } from './amounts.ts';
import type { Amounts } from './amounts.ts';
import { learnChance, makeChance, surpriseOf } from './chance.ts';
import type { Chance } from './chance.ts';
import type { SessionMember } from './member.ts';
import { order } from './order.ts';
import type { Order } from './order.ts';
import { relations } from './relations.ts';
import type { Relations } from './relations.ts';
import { toSession } from './session.ts';
import type { Session } from './session.ts';

export interface SessionVote {
  readonly detector: string;
  /** Null: it cannot know yet. */
  readonly p: number | null;
  readonly agrees: boolean;
}

export interface SessionVerdict {
  /** Probability of sessions at least this unusual while nothing is wrong; null while nobody knows. */
  readonly p: number | null;
  /** Surprise (−ln p) of the members together, without a floor: for ranking. */
  readonly score: number;
  readonly votes: readonly SessionVote[];
  /** Templates that make it unusual, largest share first; empty while p is above `agreeBelow`. Missing: the session has none of them. */
  readonly contributors: readonly { readonly template: string; readonly share: number; readonly isMissing: boolean }[];
}

interface MemberStates { amounts?: Amounts; order?: Order; relations?: Relations }

/** Plain data. */
export interface SequenceState {
  readonly members: MemberStates;
  readonly chances: Chance[];
  readonly together: Chance;
}

/** Watches over sessions of one kind (traces of one operation, runs of one job): ids of log templates in the order written. */
export interface SequenceWatch {
  /** Learns nothing. */
  judge(events: readonly string[]): SessionVerdict;
  /** Judges as it was before, then learns the session; `isLearnt`: whether it does. */
  step(events: readonly string[], isLearnt?: (verdict: SessionVerdict) => boolean): SessionVerdict;
  /** The state itself, not a copy. */
  save(): SequenceState;
}

/** What a member calls unusual. */
const agreeBelow = 0.01;
const contributorsMax = 5;

export const sequenceMembers: readonly string[] = [amounts.id, order.id, relations.id];

export function openSequenceWatch({ members }: { readonly members?: readonly string[] } = {}, saved?: SequenceState): SequenceWatch {
  const state: SequenceState = saved ?? { members: {}, chances: [], together: makeChance() };
  const uses = (id: string): boolean => members === undefined || members.includes(id);
  const seats: Seat[] = [];
  if (uses(amounts.id)) seats.push(seat(amounts, (state.members.amounts ??= amounts.make())));
  if (uses(order.id)) seats.push(seat(order, (state.members.order ??= order.make())));
  if (uses(relations.id)) seats.push(seat(relations, (state.members.relations ??= relations.make())));
  while (state.chances.length < seats.length) state.chances.push(makeChance());

  function look(session: Session): { readonly raw: readonly number[]; readonly verdict: SessionVerdict } {
    const raw = seats.map((each) => each.judge(session));
    const surprises = raw.map((score, i) => surpriseOf(state.chances[i], score));
    const known = surprises.filter((surprise) => surprise !== null);
    const score = combine(known);
    const surprise = known.length === 0 ? null : surpriseOf(state.together, score);
    const p = surprise === null ? null : Math.exp(-surprise);
    const votes = seats.map(({ id }, i): SessionVote => toVote(id, surprises[i]));
    return { raw, verdict: { p, score, votes, contributors: p !== null && p < agreeBelow ? blame(seats, surprises, session) : [] } };
  }

  return {
    judge: (events) => look(toSession(events)).verdict,
    step(events, isLearnt = () => true) {
      const session = toSession(events);
      const { raw, verdict } = look(session);
      if (!isLearnt(verdict)) return verdict;
      raw.forEach((score, i) => learnChance(state.chances[i], score));
      if (verdict.votes.some(({ p }) => p !== null)) learnChance(state.together, verdict.score);
      for (const each of seats) each.learn(session);
      return verdict;
    },
    save: () => state,
  };
}

/** A member with its state. */
interface Seat {
  readonly id: string;
  judge(session: Session): number;
  explain(session: Session, blame: Map<string, number>): void;
  learn(session: Session): void;
}

function seat<State>(member: SessionMember<State>, state: State): Seat {
  return {
    id: member.id, judge: (session) => member.judge(state, session), explain: (session, blame) => member.explain(state, session, blame), learn: (session) => member.learn(state, session),
  };
}

/** Root mean square: between the mean, which wants all to agree, and the largest, which listens to one alone. */
function combine(surprises: readonly number[]): number {
  return surprises.length === 0 ? 0 : Math.sqrt(surprises.reduce((sum, surprise) => sum + surprise * surprise, 0) / surprises.length);
}

function toVote(detector: string, surprise: number | null): SessionVote {
  const p = surprise === null ? null : Math.exp(-surprise);
  return { detector, p, agrees: p !== null && p < agreeBelow };
}

function blame(seats: readonly Seat[], surprises: readonly (number | null)[], session: Session): SessionVerdict['contributors'] {
  const sums = new Map<string, number>();
  seats.forEach((each, i) => {
    const own = new Map<string, number>();
    each.explain(session, own);
    const total = [...own.values()].reduce((sum, value) => sum + value, 0);
    if (total > 0) for (const [template, value] of own) sums.set(template, (sums.get(template) ?? 0) + (value / total) * (surprises[i] ?? 0));
  });
  const all = [...sums.values()].reduce((sum, value) => sum + value, 0);
  return [...sums].map(([template, value]) => ({ template, share: value / all, isMissing: !session.counts.has(template) })).sort((a, b) => b.share - a.share || (a.template < b.template ? -1 : 1)).slice(0, contributorsMax);
}

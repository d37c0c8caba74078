import { change } from './change.ts';
import { forecast } from './forecast.ts';
import { habit, longHabit } from './habit.ts';
import { height } from './height.ts';
import { lean } from './lean.ts';
import type { Member } from './member.ts';
import { roughness } from './roughness.ts';
import { seasonal } from './seasonal.ts';
import { shape } from './shape.ts';
import { shift } from './shift.ts';
import { spread } from './spread.ts';
import { learnTail, makeTail, tailProbability } from './tail.ts';
import type { Tail } from './tail.ts';
import { weights } from './weights.ts';

/** Every member there is, in the order in which they vote. */
export const members: readonly Member<unknown>[] = [seasonal, lean, height, shift, spread, roughness, change, habit, longHabit, forecast, shape];

/**
 * Those that sit by default. Forecast does not: beside the seasonal baseline, which knows the same rhythms, it finds little more and
 * tells much (on the Numenta series two false words in three), and its place in memory is worth more to others.
 */
const seated: readonly string[] = members.filter((member) => member !== forecast).map(({ id }) => id);

/** What one member knows of one series: its own state, and the tails that its scores are judged by. Plain data. */
export interface Seat {
  readonly id: string;
  readonly state: unknown;
  readonly up: Tail;
  /** Null when low scores are never unusual. */
  readonly down: Tail | null;
}

export interface PanelVote {
  readonly id: string;
  /** As the member gave it: NaN is unknown. */
  readonly score: number;
  /** On the series' own past; null is unknown. */
  readonly p: number | null;
}

export interface PanelVerdict {
  /** The votes combined; null while no member knows. */
  readonly p: number | null;
  readonly votes: readonly PanelVote[];
}

/** A seat for each member asked for. */
export function makePanel(seed: number, ids: readonly string[] = seated): Seat[] {
  return ids.map((id, index) => {
    const member = memberOf(id);
    if (member.follows !== undefined && !ids.slice(0, index).includes(member.follows)) throw new Error(`${id} follows ${member.follows}, which is not seated before it`);
    return { id, state: member.make(seed), up: makeTail(), down: member.sides === 'both' ? makeTail() : null };
  });
}

/** Judges the next value. Learns nothing: what it returns is handed to `learnPanel` if the value is to be learned. */
export function judgePanel(panel: readonly Seat[], atMs: number, y: number): PanelVerdict {
  const votes: PanelVote[] = [];
  for (const seat of panel) {
    const member = memberOf(seat.id);
    const heard = heardBy(member, votes, y);
    const score = Number.isNaN(heard) ? NaN : member.judge(seat.state, atMs, heard);
    votes.push({ id: seat.id, score, p: probabilityOf(seat, score) });
  }
  return { p: combine(votes), votes };
}

export function learnPanel(panel: readonly Seat[], atMs: number, y: number, { votes }: PanelVerdict): void {
  panel.forEach((seat, index) => {
    const { score } = votes[index];
    learnTail(seat.up, score);
    if (seat.down !== null) learnTail(seat.down, -score);
    const member = memberOf(seat.id);
    const heard = heardBy(member, votes, y);
    if (!Number.isNaN(heard)) member.learn(seat.state, atMs, heard);
  });
}

/** What the member looks at: the value, or what the one that it follows said of it. */
function heardBy({ follows }: Member<unknown>, votes: readonly PanelVote[], y: number): number {
  return follows === undefined ? y : (votes.find(({ id }) => id === follows)?.score ?? NaN);
}

/** What would be normal at this moment, by the first member that has an idea of it. */
export function expectOf(panel: readonly Seat[], atMs: number): { readonly mid: number; readonly deviation: number } | null {
  for (const seat of panel) {
    const expected = memberOf(seat.id).expect(seat.state, atMs);
    if (expected !== null) return expected;
  }
  return null;
}

function probabilityOf({ up, down }: Seat, score: number): number | null {
  const above = tailProbability(up, score);
  if (down === null || above === null) return above;
  return Math.min(1, 2 * Math.min(above, tailProbability(down, -score) ?? 1));
}

/** Members that do not know, or were not asked, leave their share of the budget to the others. */
function combine(votes: readonly PanelVote[]): number | null {
  let known = 0;
  let least = Infinity;
  for (const { id, p } of votes) {
    if (p === null) continue;
    known += weightOf(id);
    least = Math.min(least, p / weightOf(id));
  }
  return known === 0 ? null : Math.min(1, least * known);
}

function weightOf(id: string): number {
  const weight = weights[id];
  if (weight === undefined) throw new Error(`BUG: no weight for member ${id}`);
  return weight;
}

const byId = new Map(members.map((member) => [member.id, member]));

function memberOf(id: string): Member<unknown> {
  const member = byId.get(id);
  if (member === undefined) throw new Error(`BUG: no member ${id}`);
  return member;
}

import { expectOf, judgePanel, learnPanel, makePanel, members } from './members/panel.ts';
import type { PanelVote, Seat } from './members/panel.ts';

/**
 * One series, watched by itself: the members' panel and a rule that tells one event once. Strictly online, of any sampling
 * interval; nothing is known of it beforehand.
 */
export interface Watch {
  /** Judges a value, then learns it. Times must not go back. */
  step(atMs: number, value: number): Sight;
  /** Plain data, for `openWatch` to go on from. */
  save(): WatchState;
}

export interface Sight {
  /** The members' probabilities combined; null while nothing is known. A value that is no number is not judged. */
  readonly p: number | null;
  /** 0..1: how much the value is news. During an event that has been told, only what is clearly worse scores again. */
  readonly score: number;
  readonly expected: { readonly mid: number; readonly deviation: number } | null;
  readonly votes: readonly PanelVote[];
}

export interface WatchOptions {
  readonly seed: number;
  readonly intervalMs: number;
  /** Ids of the members to ask; all but one by default (panel.ts says which). */
  readonly members?: readonly string[];
}

export interface WatchState {
  readonly panel: Seat[];
  points: number;
  /** When the first value came; NaN before. */
  firstMs: number;
  /** Points since the event that was told last began, and how strong it was. */
  quiet: number;
  told: number;
  /** Events told, the older the less they count. */
  tells: number;
}

export const memberIds: readonly string[] = members.map(({ id }) => id);

/** An event begins, and is told, at this evidence (−log₁₀ p, less what youth takes). */
const eventEvidence = 2.1;
/**
 * Points for which an event goes on since it was told; meanwhile only what is thirty times as unlikely is news. Less than that comes
 * of itself: the strongest point of an event is seldom its first.
 */
const eventPoints = 85;
const worseBy = 1.5;
/**
 * A series seen for so many points, or so many days, is believed half: what it will turn out to do by itself has mostly not been
 * seen yet, neither its noise, which comes by the point, nor its days and weekends. This is about news alone; p stays what it says.
 */
const youngPoints = 300;
const youngDays = 2;
const dayMs = 86_400_000;
/**
 * A series that was told of so many times, over about as many points as it remembers, is believed half: who cries often is listened
 * to less. The price of an alarm rises with those before it, as in online control of false discoveries (Foster & Stine 2008), and
 * falls again with time.
 */
const manyTells = 20;
const tellPoints = 10_000;
/** Evidence that scores 1. */
const fullEvidence = 6;

export function openWatch(options: WatchOptions, saved?: WatchState): Watch {
  const state = saved ?? { panel: makePanel(options.seed, options.members), points: 0, firstMs: NaN, quiet: eventPoints, told: 0, tells: 0 };
  return {
    step(atMs, value) {
      const expected = expectOf(state.panel, atMs);
      if (!Number.isFinite(value)) return { p: null, score: 0, expected, votes: [] };
      const verdict = judgePanel(state.panel, atMs, value);
      learnPanel(state.panel, atMs, value, verdict);
      return { ...verdict, score: news(state, verdict.p, atMs), expected };
    },
    save: () => structuredClone(state),
  };
}

function news(state: WatchState, p: number | null, atMs: number): number {
  if (state.points === 0) state.firstMs = atMs;
  state.quiet++;
  state.points++;
  state.tells *= 1 - 1 / tellPoints;
  const young = youngPoints / state.points + (youngDays * dayMs) / Math.max(1, atMs - state.firstMs);
  const believed = p === null ? 1 : p * (1 + young) * (1 + state.tells / manyTells);
  const evidence = Math.min(fullEvidence, Math.max(0, -Math.log10(Math.max(believed, 1e-300))));
  if (evidence >= eventEvidence) {
    if (state.quiet < eventPoints && evidence < state.told + worseBy) return 0;
    state.told = evidence;
    state.quiet = 0;
    state.tells++;
  }
  return evidence / fullEvidence;
}

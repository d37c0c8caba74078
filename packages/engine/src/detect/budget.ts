import { momentMs } from '../base/moment.ts';
import type { EntityId } from '../model/index.ts';

/**
 * One number for the whole installation: false alarms a day. Each series gets a share of it, by weight; the height that its
 * evidence must reach is the inverse of that share a pane (evidence.ts says why those rates add up). What a fifth of the budget
 * and confirmed discoveries bring in is a reserve that is spent near open symptoms: evidence about a known trouble may be
 * weaker (alpha-wealth, Foster & Stine 2008; online FDR with rewards, Javanmard & Montanari 2018). Departure: the reward is
 * spent in the neighbourhood of the discovery, not on whatever comes next.
 */
export interface Budget {
  /** Weight of all series that are judged, as counted in the last pane. */
  weight: number;
  series: number;
  tests: number;
  reserve: number;
  /** Part of the reserve that discoveries brought; what is spent of it is not charged. */
  earned: number;
  /** Series near an open symptom in the last pane. */
  near: number;
  /** Expected false findings by hour, oldest first, at most 24; and the hour of the last. */
  readonly hours: number[];
  hourMs: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Shares of the budget: full panes, looks into open panes, what fails altogether, reserve. */
const paneShare = 0.5;
const lookShare = 0.25;
const failingShare = 0.05;
const reserveShare = 0.2;
/** Looks into one pane at most, which share `lookShare`. */
export const looksPerPane = 8;
/** The reserve is spent over five minutes. */
const reservePanes = 30;
/** Expected false findings that a confirmed discovery pays for; and the most that can be saved up. */
const reward = 0.1;
const reserveMax = 1;
/**
 * The bound is generous: distances below 3 are no evidence and no pane alone is enough (track.ts), which throws away most of
 * what an e-value may have on average. On streams of five kinds of noise false findings came less than a twentieth as often
 * as it allows; a sixteenth is promised (budget.test.ts holds it).
 */
const slack = Math.log(16);
/** Fewer series than this share the budget as if they were so many: an installation grows. */
const leastWeight = 100;

export function makeBudget(perDay: number): Budget {
  return { weight: 0, series: 0, tests: 0, reserve: perDay * reserveShare, earned: 0, near: 0, hours: [0], hourMs: 0 };
}

/** What people feel weighs more: it is what wakes them. Nodes of many series share by feature, so no service outvotes another by its operations. */
export function weightOf(symptom: boolean, entity: EntityId, node: EntityId): number {
  return (symptom ? 2 : 0.5) * (entity === node ? 2 : 1);
}

export interface Bars {
  /** Natural logarithm of the evidence that a series of this weight must reach. */
  readonly pane: (weight: number) => number;
  readonly look: (weight: number) => number;
  /** For a stretch of failures that may begin at any moment. */
  readonly failing: (weight: number) => number;
  /** Near an open symptom; never more than elsewhere. */
  readonly near: (weight: number) => number;
}

/** The heights for one pane. */
export function barsOf(budget: Budget, perDay: number, paneMs: number): Bars {
  const panes = dayMs / paneMs;
  const base = Math.log((panes * Math.max(leastWeight, budget.weight)) / perDay) - slack;
  const nearRate = budget.reserve / reservePanes / Math.max(budget.near, 10);
  return {
    pane: (weight) => base - Math.log(weight * paneShare),
    look: (weight) => base - Math.log((weight * lookShare) / looksPerPane),
    failing: (weight) => base - Math.log((weight * failingShare * momentMs) / paneMs),
    near: (weight) => Math.min(base - Math.log(weight * paneShare), -Math.log(Math.max(nearRate, 1e-300))),
  };
}

/** What a pane has cost. */
export function spend(budget: Budget, perDay: number, paneMs: number, endMs: number, seen: { readonly weight: number; readonly series: number; readonly tests: number; readonly near: number }): void {
  const perPane = (perDay * paneMs) / dayMs;
  const tested = Math.min(1, seen.weight / Math.max(leastWeight, budget.weight));
  const nearby = seen.near === 0 ? 0 : Math.min(budget.reserve, (budget.reserve / reservePanes) * Math.min(1, seen.near / Math.max(budget.near, 10)));
  const paid = Math.min(budget.earned, nearby);
  budget.earned -= paid;
  budget.reserve = Math.min(Math.max(reserveMax, perDay * reserveShare), budget.reserve - nearby + perPane * reserveShare);
  charge(budget, endMs, perPane * (paneShare + lookShare + failingShare) * tested + nearby - paid);
  budget.weight = seen.weight;
  budget.series = seen.series;
  budget.tests = seen.tests;
  budget.near = seen.near;
}

/** A symptom that lasted, or that a person called real. */
export function earn(budget: Budget): void {
  const gained = Math.min(reward, Math.max(0, reserveMax - budget.reserve));
  budget.reserve += gained;
  budget.earned += gained;
}

function charge(budget: Budget, endMs: number, amount: number): void {
  const hour = Math.floor(endMs / hourMs) * hourMs;
  if (budget.hourMs === 0) budget.hourMs = hour;
  for (let steps = 0; budget.hourMs < hour && steps < 24; budget.hourMs += hourMs, steps++) {
    budget.hours.push(0);
    if (budget.hours.length > 24) budget.hours.shift();
  }
  budget.hourMs = hour;
  budget.hours[budget.hours.length - 1] += amount;
}

/** Expected false findings of the last day, never more than the budget. */
export function spentOf(budget: Budget, perDay: number): number {
  return Math.min(perDay, budget.hours.reduce((sum, each) => sum + each, 0));
}

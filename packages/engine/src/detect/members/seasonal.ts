import type { Member } from './member.ts';

/**
 * Robust seasonal baseline. Three ways to say what is normal compete: the running level, the same time of day, the same time
 * of the week. Each is scored on what it said in the past, and they are averaged by that (prediction with expert advice, Vovk
 * 1990), so that a profile counts only once it has shown to be better: before the first day is over the level speaks alone, and
 * a series without a rhythm never gets one. Values are cleaned with Huber's ψ before they move anything (Gelper, Fried & Croux
 * 2010). The score is the signed distance from normal.
 */
export interface SeasonalState {
  points: number;
  level: number;
  /** Mean by time of day and by time of the week, less the running shift; visits are different days or weeks, NaN is never seen. */
  readonly daily: Float32Array;
  readonly dailyVisits: Uint8Array;
  readonly weekly: Float32Array;
  readonly weeklyVisits: Uint8Array;
  /** How far the series is off each profile lately: a level shift moves the whole profile. */
  dailyShift: number;
  weeklyShift: number;
  /** Mean absolute errors of level, day, week. */
  readonly errors: Float32Array;
  deviation: number;
  lastDaily: number;
  lastWeekly: number;
}

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const dailySlots = 48;
const weeklySlots = 84;
/** Points that the level, the shift of a profile, the errors and the deviation remember. */
const levelPoints = 30;
const shiftPoints = 60;
const errorPoints = 500;
const deviationPoints = 300;
const huber = 3;
const warmPoints = 5;

export const seasonal: Member<SeasonalState> = {
  id: 'seasonal',
  sides: 'both',
  make: () => ({
    points: 0, level: 0, daily: new Float32Array(dailySlots), dailyVisits: new Uint8Array(dailySlots),
    weekly: new Float32Array(weeklySlots), weeklyVisits: new Uint8Array(weeklySlots), dailyShift: 0, weeklyShift: 0,
    errors: new Float32Array(3), deviation: 0, lastDaily: -1, lastWeekly: -1,
  }),
  judge(state, atMs, y) {
    return state.points < warmPoints ? NaN : y - midOf(state, atMs);
  },
  expect(state, atMs) {
    return state.points < warmPoints ? null : { mid: midOf(state, atMs), deviation: state.deviation };
  },
  learn(state, atMs, y) {
    if (state.points === 0) state.level = y;
    const residual = y - midOf(state, atMs);
    state.points++;
    const size = Math.abs(residual);
    const young = 1 / state.points;
    state.deviation += Math.max(young, 1 / deviationPoints) * (Math.min(size, state.points < warmPoints ? size : 4 * state.deviation + 1e-9) * 1.2533 - state.deviation);
    const bound = Math.max(huber * state.deviation, 1e-9);
    learnProfiles(state, atMs, y, bound);
    state.level += Math.max(young, 1 / levelPoints) * clip(y - state.level, bound);
  },
};

/** Where each profile stands at this moment: slots are joined by straight lines between their middles. */
function profileAt(profile: Float32Array, visits: Uint8Array, share: number): number {
  const position = share * profile.length - 0.5;
  const left = (Math.floor(position) + profile.length) % profile.length;
  const right = (left + 1) % profile.length;
  if (visits[left] === 0 || visits[right] === 0) return visits[left] > 0 ? profile[left] : visits[right] > 0 ? profile[right] : NaN;
  const part = position - Math.floor(position);
  return profile[left] * (1 - part) + profile[right] * part;
}

function opinions(state: SeasonalState, atMs: number): readonly [number, number, number] {
  const daily = profileAt(state.daily, state.dailyVisits, (atMs % dayMs) / dayMs) + state.dailyShift;
  const weekly = profileAt(state.weekly, state.weeklyVisits, (atMs % weekMs) / weekMs) + state.weeklyShift;
  return [state.level, Number.isNaN(daily) ? state.level : daily, Number.isNaN(weekly) ? (Number.isNaN(daily) ? state.level : daily) : weekly];
}

function midOf(state: SeasonalState, atMs: number): number {
  const said = opinions(state, atMs);
  let sum = 0;
  let weights = 0;
  for (let way = 0; way < said.length; way++) {
    const weight = 1 / Math.max(state.errors[way], 1e-9) ** 4;
    sum += weight * said[way];
    weights += weight;
  }
  return sum / weights;
}

function learnProfiles(state: SeasonalState, atMs: number, y: number, bound: number): void {
  const said = opinions(state, atMs);
  const gain = Math.max(1 / state.points, 1 / errorPoints);
  for (let way = 0; way < said.length; way++) state.errors[way] += gain * (Math.min(Math.abs(y - said[way]), 3 * bound) - state.errors[way]);
  const day = Math.floor(((atMs % dayMs) / dayMs) * dailySlots);
  const week = Math.floor(((atMs % weekMs) / weekMs) * weeklySlots);
  state.dailyShift += clip(y - said[1], bound) / shiftPoints;
  state.weeklyShift += clip(y - said[2], bound) / shiftPoints;
  learnSlot(state.daily, state.dailyVisits, day, day !== state.lastDaily, y - state.dailyShift, bound);
  learnSlot(state.weekly, state.weeklyVisits, week, week !== state.lastWeekly, y - state.weeklyShift, bound);
  state.lastDaily = day;
  state.lastWeekly = week;
}

/** The first visit is taken as it comes; later ones move the slot by about 1 ÷ visits in all, and never by less than a fifth. */
function learnSlot(profile: Float32Array, visits: Uint8Array, slot: number, isNew: boolean, y: number, bound: number): void {
  if (visits[slot] === 0) profile[slot] = y;
  if (isNew) visits[slot] = Math.min(visits[slot] + 1, 5);
  profile[slot] += (0.25 / visits[slot]) * clip(y - profile[slot], bound);
}

function clip(value: number, bound: number): number {
  return Math.max(-bound, Math.min(bound, value));
}

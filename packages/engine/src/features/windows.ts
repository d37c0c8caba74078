import type { EngineSettings, EntityId, FeatureWindow } from '../model/index.ts';
import { count, followedOthersMax, levelsPerEntityMax } from './bounds.ts';
import type { Counters } from './bounds.ts';
import { addLevel, levelKey, makeSlice, mergeSlice, packSlice, partsOf, unpackSlice } from './partials.ts';
import type { Packed, Slice } from './partials.ts';

const minuteMs = 60_000;
/** An hour of minutes: 60, one of which is the present one. */
const minuteSlots = 60;
const paneWindowMs = 300_000;

interface Slot { readonly startMs: number; readonly packed: Packed }

/** What is held of one entity: the panes of five minutes and the minutes of an hour. Merged only when somebody asks. */
export interface Followed {
  readonly sinceMs: number;
  lastMs: number;
  /** Feature and subject → number of its level in every slice of this entity. */
  readonly levelIndex: Map<string, number>;
  /** By pane number and by minute number, round and round. A slot without anything is absent. */
  readonly panes: Map<number, Slot>;
  readonly minutes: Map<number, Slot>;
}

export interface WindowsState {
  readonly followed: Map<EntityId, Followed>;
  /** Those that are no services. */
  others: number;
}

export function openWindows(): WindowsState {
  return { followed: new Map(), others: 0 };
}

/** The entity's rings; services always have some, others while there is room (`entities_not_followed`). */
export function follow(state: WindowsState, entity: EntityId, startMs: number, counters: Counters): Followed | null {
  const known = state.followed.get(entity);
  if (known !== undefined) return known;
  const isService = entity.startsWith('service:');
  if (!isService && state.others >= followedOthersMax) {
    count(counters, 'entities_not_followed');
    return null;
  }
  if (!isService) state.others++;
  const made: Followed = { sinceMs: startMs, lastMs: startMs, levelIndex: new Map(), panes: new Map(), minutes: new Map() };
  state.followed.set(entity, made);
  return made;
}

/** Adds a metric's value in a pane to a slice that is not kept yet. */
export function noteLevel(followed: Followed, slice: Slice, feature: string, subject: string, unit: string, value: number, counters: Counters): void {
  const key = levelKey(feature, subject);
  let at = followed.levelIndex.get(key);
  if (at === undefined) {
    if (followed.levelIndex.size >= levelsPerEntityMax) {
      count(counters, 'levels_over_limit');
      return;
    }
    at = followed.levelIndex.size;
    followed.levelIndex.set(key, at);
  }
  addLevel(slice, at, value, partsOf(unit));
}

/** The slice of one closed pane. */
export function keepSlice(followed: Followed, startMs: number, slice: Slice, { paneMs }: EngineSettings): void {
  followed.lastMs = startMs;
  const packed = packSlice(slice);
  followed.panes.set(Math.floor(startMs / paneMs) % paneSlots(paneMs), { startMs, packed });
  const minuteStartMs = Math.floor(startMs / minuteMs) * minuteMs;
  const number = Math.floor(startMs / minuteMs) % minuteSlots;
  const minute = followed.minutes.get(number);
  if (minute?.startMs !== minuteStartMs) {
    followed.minutes.set(number, { startMs: minuteStartMs, packed });
    return;
  }
  const whole = unpackSlice(minute.packed);
  mergeSlice(whole, slice);
  followed.minutes.set(number, { startMs: minuteStartMs, packed: packSlice(whole) });
}

function paneSlots(paneMs: number): number {
  return Math.max(1, Math.ceil(paneWindowMs / paneMs));
}

/** Lets go of those that have nothing left within the hour. */
export function sweepWindows(state: WindowsState, nowMs: number): void {
  for (const [entity, { lastMs }] of state.followed) {
    if (nowMs - lastMs <= (minuteSlots + 1) * minuteMs) continue;
    state.followed.delete(entity);
    if (!entity.startsWith('service:')) state.others--;
  }
}

/** Begin of a window that ends at `endMs`. Windows of panes are exact; those of minutes begin with a minute. */
export function windowStartMs(window: FeatureWindow, endMs: number, paneMs: number): number {
  switch (window) {
    case 'pane': case 'since the point before': case 'point': return endMs - paneMs;
    case '1m': return endMs - Math.max(paneMs, minuteMs);
    case '5m': return endMs - Math.max(paneMs, paneWindowMs);
    case '15m': return presentMinuteMs(endMs) - 14 * minuteMs;
    case '1h': return presentMinuteMs(endMs) - 59 * minuteMs;
  }
}

/** Start of the minute that the last closed pane is in. */
function presentMinuteMs(endMs: number): number {
  return Math.floor((endMs - 1) / minuteMs) * minuteMs;
}

/** All slices of a window merged. */
export function sliceOf(followed: Followed, window: FeatureWindow, endMs: number, paneMs: number): Slice {
  const startMs = windowStartMs(window, endMs, paneMs);
  const slots = window === '15m' || window === '1h' ? followed.minutes : followed.panes;
  const merged = makeSlice();
  for (const slot of slots.values()) if (slot.startMs >= startMs && slot.startMs < endMs) mergeSlice(merged, unpackSlice(slot.packed));
  return merged;
}

/** The whole minute that is `back` minutes before the last whole one; null before the entity was followed for all of it. */
export function minuteOf(followed: Followed, endMs: number, back: number): { readonly slice: Slice; readonly endMs: number } | null {
  const startMs = Math.floor(endMs / minuteMs) * minuteMs - (back + 1) * minuteMs;
  if (startMs < followed.sinceMs || startMs < presentMinuteMs(endMs) - (minuteSlots - 1) * minuteMs) return null;
  const slot = followed.minutes.get(Math.floor(startMs / minuteMs) % minuteSlots);
  return { slice: slot?.startMs === startMs ? unpackSlice(slot.packed) : makeSlice(), endMs: startMs + minuteMs };
}

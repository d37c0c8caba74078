import { calendarOf } from '../base/calendar.ts';
import type { Calendar, CalendarContext, Change, EntityId } from '../model/index.ts';
import { localTime, momentOf } from './calendar.ts';
import type { Moment } from './calendar.ts';
import type { Series } from './series.ts';
import { widerBy } from './strata.ts';
import { disturbanceOf, noteChanges } from './unsettled.ts';
import type { Disturbance, Unsettled } from './unsettled.ts';

/** What the calendar says of a pane, for every series of it. */
export interface Expected {
  /** Null while no calendar is set: then nothing of it has a part in any verdict. */
  readonly moment: Moment | null;
  readonly of: (series: Series) => Expectation;
  /** The node was changed a moment ago and may shake: what its numbers do together now is neither told nor learned. */
  readonly isChanged: (node: EntityId) => boolean;
}

/** What of that is about one series. */
export interface Expectation {
  /** Null: nothing is expected to shake. */
  readonly disturbance: Disturbance | null;
  /** What a finding that opens now says of it. */
  readonly context: () => CalendarContext | null;
}

interface Span { readonly startMs: number; readonly endMs: number }

const unexpected: Expectation = { disturbance: null, context: () => null };
const minuteMs = 60_000;

export function openExpected(unsettled: Unsettled, calendar: Calendar, pane: Span): Expected {
  const moment = momentOf(pane.startMs, calendar);
  if (moment === null) return { moment, of: () => unexpected, isChanged: () => false };
  return {
    moment,
    isChanged: (node) => (disturbanceOf(unsettled, moment, { entity: node, node }, pane)?.change ?? null) !== null,
    of(series) {
      const disturbance = disturbanceOf(unsettled, moment, series, pane);
      return { disturbance, context: () => contextOf(pane.startMs, calendar, moment, disturbance, widerBy(series.strata, series.level, series.noise)) };
    },
  };
}

/** The same of panes that are not over: their changes are known of, and not kept. */
export function glanceExpected(unsettled: Unsettled, calendar: Calendar, panes: readonly { readonly startMs: number; readonly changes?: readonly Change[] }[], nowMs: number): Expected {
  const kept: Unsettled = new Map(unsettled);
  for (const { startMs, changes } of panes) noteChanges(kept, changes ?? [], startMs, calendar);
  return openExpected(kept, calendar, { startMs: panes[0]?.startMs ?? nowMs, endMs: nowMs });
}

function contextOf(atMs: number, calendar: Calendar, { hours, deployWindow }: Moment, disturbance: Disturbance | null, wider: number): CalendarContext {
  return {
    weekday: calendarOf(calendar, 'weekday', atMs), minute: Math.floor(localTime(atMs, calendar).dayMs / minuteMs), hours, wider,
    deployWindow, change: disturbance?.change ?? null, heldPanes: disturbance?.heldPanes ?? 0,
  };
}

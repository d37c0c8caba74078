import { calendarOf } from '../base/calendar.ts';
import type { Calendar, HourKind } from '../model/index.ts';

/** Where a moment lies in people's week. Time of day is local, and off days are learned apart from workdays. */
export interface LocalTime {
  /** Milliseconds since local midnight. */
  readonly dayMs: number;
  readonly isWorkday: boolean;
}

/** What a calendar that somebody set says of a moment: an input of every verdict of its pane. */
export interface Moment {
  /** Null while nobody has set which hours are which. */
  readonly hours: HourKind | null;
  readonly deployWindow: Calendar['deployWindows'][number] | null;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

export function localTime(atMs: number, calendar: Calendar): LocalTime {
  const local = atMs + calendar.utcOffsetMinutes * minuteMs;
  const day = Math.floor(local / dayMs);
  return { dayMs: local - day * dayMs, isWorkday: isWorkday(day, calendar) };
}

/** `day`: days since 1 January 1970 of local time, which was a Thursday. */
function isWorkday(day: number, { workdays, holidays }: Calendar): boolean {
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  if (!workdays.includes(weekday)) return false;
  return holidays.length === 0 || !holidays.includes(new Date(day * dayMs).toISOString().slice(0, 10));
}

/** Null while nobody has set a calendar: then no verdict rests on one. */
export function momentOf(atMs: number, calendar: Calendar): Moment | null {
  if (!calendar.hoursSet && calendar.deployWindows.length === 0 && calendar.deploySettleMs === 0) return null;
  return { hours: calendar.hoursSet ? hoursAt(atMs, calendar) : null, deployWindow: deployWindowAt(atMs, calendar) };
}

function hoursAt(atMs: number, calendar: Calendar): HourKind {
  if (!localTime(atMs, calendar).isWorkday) return 'offDay';
  if (calendarOf(calendar, 'peakHour', atMs) === 1) return 'peak';
  return calendarOf(calendar, 'businessHour', atMs) === 1 ? 'business' : 'off';
}

export function deployWindowAt(atMs: number, calendar: Calendar): Moment['deployWindow'] {
  if (calendar.deployWindows.length === 0) return null;
  const weekday = calendarOf(calendar, 'weekday', atMs);
  const hour = calendarOf(calendar, 'hour', atMs);
  return calendar.deployWindows.find(({ day, fromHour, toHour }) => day === weekday && hour >= fromHour && hour < toHour) ?? null;
}

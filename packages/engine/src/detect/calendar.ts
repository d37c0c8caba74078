import type { Calendar } from '../model/index.ts';

/** Where a moment lies in people's week. Time of day is local, and off days are learned apart from workdays. */
export interface LocalTime {
  /** Milliseconds since local midnight. */
  readonly dayMs: number;
  readonly isWorkday: boolean;
}

const dayMs = 86_400_000;

export function localTime(atMs: number, calendar: Calendar): LocalTime {
  const local = atMs + calendar.utcOffsetMinutes * 60_000;
  const day = Math.floor(local / dayMs);
  return { dayMs: local - day * dayMs, isWorkday: isWorkday(day, calendar) };
}

/** `day`: days since 1 January 1970 of local time, which was a Thursday. */
function isWorkday(day: number, { workdays, holidays }: Calendar): boolean {
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  if (!workdays.includes(weekday)) return false;
  return holidays.length === 0 || !holidays.includes(new Date(day * dayMs).toISOString().slice(0, 10));
}

/** What the settings say of people's week. Local time. */
interface Week {
  readonly utcOffsetMinutes: number;
  readonly businessHours: readonly [number, number];
  readonly peakHours: readonly (readonly [number, number])[];
  readonly workdays: readonly number[];
  readonly holidays: readonly string[];
  readonly deployWindows: readonly { readonly day: number; readonly fromHour: number; readonly toHour: number }[];
}
type Part = 'hour' | 'weekday' | 'day' | 'month' | 'weekend' | 'holiday' | 'businessHour' | 'peakHour' | 'deployWindow';

/** What the calendar says of a moment, local time. Hours 0–23, weekdays 1 (Monday) – 7, days 1–31, months 1–12; the rest 0 or 1. */
export function calendarOf(calendar: Week, part: Part, atMs: number): number {
  const local = new Date(atMs + calendar.utcOffsetMinutes * 60_000);
  const hour = local.getUTCHours();
  const weekday = (local.getUTCDay() + 6) % 7 + 1;
  const isHoliday = calendar.holidays.includes(local.toISOString().slice(0, 10));
  const isWorkday = calendar.workdays.includes(weekday) && !isHoliday;
  const isWithin = ([from, to]: readonly [number, number]): boolean => hour >= from && hour < to;
  switch (part) {
    case 'hour': return hour;
    case 'weekday': return weekday;
    case 'day': return local.getUTCDate();
    case 'month': return local.getUTCMonth() + 1;
    case 'weekend': return calendar.workdays.includes(weekday) ? 0 : 1;
    case 'holiday': return isHoliday ? 1 : 0;
    case 'businessHour': return isWorkday && isWithin(calendar.businessHours) ? 1 : 0;
    case 'peakHour': return isWorkday && calendar.peakHours.some(isWithin) ? 1 : 0;
    case 'deployWindow': return calendar.deployWindows.some(({ day, fromHour, toHour }) => day === weekday && isWithin([fromHour, toHour])) ? 1 : 0;
  }
}

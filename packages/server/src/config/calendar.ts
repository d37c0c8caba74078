import { defaultSettings } from '@clew/engine/tables';
import type { Calendar } from '@clew/engine';

/** The texts in which people say their calendar. What cannot be read is told with what was wanted. */
export type CalendarPart = 'utcOffset' | 'hours' | 'hourRanges' | 'days' | 'dates' | 'windows';
type Hours = readonly [from: number, to: number];
type Window = Calendar['deployWindows'][number];
type Read<Value> = { readonly value: Value } | { readonly wanted: string };

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
/** A list that is longer than this is refused: it would be read for every pane. */
const itemsMax = 200;
const hourMax = 24;

const wanted: Readonly<Record<CalendarPart, string>> = {
  utcOffset: 'an offset from -14:00 to +14:00, such as +08:00',
  hours: 'two whole hours from 0 to 24, the first before the second, such as 9-18',
  hourRanges: 'hours such as 10-12, 14-16, none overlapping, or none',
  days: 'days such as mon-fri or mon, wed, sun',
  dates: 'dates such as 2026-12-25, 2027-01-01, or none',
  windows: 'a day and hours each, such as tue 14-16, thu 14-16, or none',
};

/** Whether the text says what this part of the calendar needs. */
export function readCalendarPart(part: CalendarPart, given: unknown): Read<unknown> {
  const read = typeof given === 'string' ? readers[part](given.trim().toLowerCase()) : null;
  return read === null ? { wanted: wanted[part] } : { value: read };
}

export interface CalendarTexts { readonly utcOffset: string; readonly businessHours: string; readonly peakHours: string; readonly workdays: string; readonly holidays: string; readonly deployWindows: string }
export interface CalendarSettings extends CalendarTexts { readonly deploySettleMs: number; readonly expectHours: string }

/** The calendar that checked texts say. */
export function readCalendar(texts: CalendarSettings): Calendar {
  const take = <Value>(read: (text: string) => Value | null, text: string): Value => {
    const value = read(text.trim().toLowerCase());
    if (value === null) throw new Error(`BUG: a calendar text was not checked: ${text}`);
    return value;
  };
  const read = {
    utcOffsetMinutes: take(readOffset, texts.utcOffset), businessHours: take(readHours, texts.businessHours), peakHours: take(readHourRanges, texts.peakHours),
    workdays: take(readDays, texts.workdays), holidays: take(readDates, texts.holidays),
  };
  const { expectHours, deploySettleMs } = texts;
  return { ...read, hoursSet: expectHours === 'on' || (expectHours === 'auto' && differs(read)), deployWindows: take(readWindows, texts.deployWindows), deploySettleMs };
}

/** Somebody said something of the hours and days: a calendar that nobody touched is nobody's. */
function differs(read: Pick<Calendar, 'utcOffsetMinutes' | 'businessHours' | 'peakHours' | 'workdays' | 'holidays'>): boolean {
  const { calendar } = defaultSettings;
  return Object.entries(read).some(([name, value]) => JSON.stringify(value) !== JSON.stringify(calendar[name as keyof typeof read]));
}

function readOffset(text: string): number | null {
  if (text === 'z' || text === 'utc') return 0;
  const match = /^([+-])(\d{1,2}):?([0-5]\d)?$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  if (minutes > 14 * 60) return null;
  return match[1] === '-' && minutes > 0 ? -minutes : minutes;
}

function readHours(text: string): Hours | null {
  const match = /^(\d{1,2})\s*-\s*(\d{1,2})$/.exec(text);
  if (match === null) return null;
  const [from, to] = [Number(match[1]), Number(match[2])];
  return from < to && to <= hourMax ? [from, to] : null;
}

function readHourRanges(text: string): Hours[] | null {
  const ranges = readList(text, readHours);
  if (ranges === null) return null;
  const sorted = ranges.toSorted((a, b) => a[0] - b[0]);
  return sorted.some(([from], at) => at > 0 && from < sorted[at - 1][1]) ? null : sorted;
}

/** Monday is 1. A range may go over the end of the week: sun-thu. */
function readDays(text: string): number[] | null {
  if (text === 'none' || text === '') return null;
  const days = readList(text, (item) => {
    const [first, last, ...rest] = item.split('-').map((name) => dayNames.findIndex((day) => day === name.trim().slice(0, 3)));
    if (first === undefined || first === -1 || last === -1 || rest.length > 0) return null;
    const count = last === undefined ? 1 : ((last - first + 7) % 7) + 1;
    return Array.from({ length: count }, (_, step) => ((first + step) % 7) + 1);
  });
  return days === null ? null : [...new Set(days.flat())].sort((a, b) => a - b);
}

function readDates(text: string): string[] | null {
  const dates = readList(text, (item) => (/^\d{4}-\d{2}-\d{2}$/.test(item) && isDate(item) ? item : null));
  return dates === null ? null : [...new Set(dates)].sort();
}

/** `2026-02-30` looks like a date and is none. */
function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function readWindows(text: string): Window[] | null {
  return readList(text, (item) => {
    const match = /^([a-z]{3,9})\s+(.+)$/.exec(item);
    const days = match === null ? null : readDays(match[1]);
    const hours = match === null ? null : readHours(match[2]);
    return days === null || hours === null ? null : { day: days[0], fromHour: hours[0], toHour: hours[1] };
  });
}

/** Parted by commas; `none` is the empty list. */
function readList<Item>(text: string, read: (item: string) => Item | null): Item[] | null {
  if (text === 'none' || text === '') return [];
  const items = text.split(',').map((item) => read(item.trim()));
  return items.length > itemsMax || items.some((item) => item === null) ? null : items.filter((item) => item !== null);
}

const readers: Readonly<Record<CalendarPart, (text: string) => unknown>> = { utcOffset: readOffset, hours: readHours, hourRanges: readHourRanges, days: readDays, dates: readDates, windows: readWindows };

import type { CalendarContext, Finding } from '@clew/engine';
import { sayPlain } from './name.ts';
import { sayNumber, saySpan } from './quantity.ts';

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
const hourWords = { peak: 'peak hours', business: 'business hours', off: 'off hours', offDay: 'a day off' } as const;
/** A range that is hardly wider is not spoken of. */
const widerLeast = 1.05;

/** What the calendar had to do with a finding: `Tuesday 14:10, in the deploy window tue 14-16: asked for one pane more out of range`. */
export function sayCalendar({ calendar, onsetMs }: Pick<Finding, 'calendar' | 'onsetMs'>): string {
  if (calendar === null) return '';
  const { hours, wider, deployWindow, change, heldPanes } = calendar;
  const when = [
    `${days[calendar.weekday - 1] ?? ''} ${String(Math.floor(calendar.minute / 60)).padStart(2, '0')}:${String(calendar.minute % 60).padStart(2, '0')}`,
    hours === null ? '' : hourWords[hours],
    deployWindow === null ? '' : `in the deploy window ${sayWindow(deployWindow)}`,
    change === null ? '' : sayChange(change, onsetMs),
  ].filter((part) => part !== '').join(', ');
  const did = [
    heldPanes === 0 ? '' : `asked for ${heldPanes === 1 ? 'one pane' : `${heldPanes} panes`} more out of range`,
    wider < widerLeast ? '' : `expected range ${sayNumber(wider)} times as wide as its own past says, for it has seen few such hours`,
  ].filter((part) => part !== '').join('; ');
  return did === '' ? when : `${when}: ${did}`;
}

function sayWindow({ day, fromHour, toHour }: NonNullable<CalendarContext['deployWindow']>): string {
  return `${(days[day - 1] ?? '').slice(0, 3).toLowerCase()} ${fromHour}-${toHour}`;
}

function sayChange({ what, atMs }: NonNullable<CalendarContext['change']>, onsetMs: number): string {
  const apart = onsetMs - atMs;
  return `${Math.abs(apart) < 1_000 ? 'with' : `${saySpan(Math.abs(apart))} ${apart > 0 ? 'after' : 'before'}`} the change ${sayPlain(what, 80)}`;
}

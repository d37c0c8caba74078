import { expect, test } from 'vitest';
import type { CalendarContext } from '@clew/engine';
import { onsetMs } from '../api/fixture/world.ts';
import { sayCalendar } from './calendar.ts';

const plain: CalendarContext = { weekday: 2, minute: 850, hours: null, wider: 1, deployWindow: null, change: null, heldPanes: 0 };
const said = (rest: Partial<CalendarContext>): string => sayCalendar({ onsetMs, calendar: { ...plain, ...rest } });

test('what the calendar had to do with a finding is said, and nothing while none is set', () => {
  expect(sayCalendar({ onsetMs, calendar: null })).toBe('');
  expect(said({ hours: 'peak' })).toBe('Tuesday 14:10, peak hours');
  expect(said({ deployWindow: { day: 2, fromHour: 14, toHour: 16 }, heldPanes: 1 })).toBe('Tuesday 14:10, in the deploy window tue 14-16: asked for one pane more out of range');
  expect(said({ change: { what: '2.4.0 → 2.4.1', atMs: onsetMs - 40_000 }, heldPanes: 3 })).toBe('Tuesday 14:10, 40 s after the change 2.4.0 → 2.4.1: asked for 3 panes more out of range');
  expect(said({ weekday: 7, minute: 5, hours: 'offDay', wider: 2.4 })).toBe('Sunday 00:05, a day off: expected range 2.4 times as wide as its own past says, for it has seen few such hours');
});

test('a change is said as text, whatever was sent', () => {
  expect(said({ change: { what: '\u001b[31mred\u0007', atMs: onsetMs }, heldPanes: 3 })).toBe('Tuesday 14:10, with the change [31mred: asked for 3 panes more out of range');
});

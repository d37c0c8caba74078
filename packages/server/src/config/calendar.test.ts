import { expect, test } from 'vitest';
import { readCalendar, readCalendarPart } from './calendar.ts';
import type { CalendarPart } from './calendar.ts';

const defaults = { utcOffset: '+00:00', businessHours: '9-18', peakHours: 'none', workdays: 'mon-fri', holidays: 'none', deployWindows: 'none', deploySettleMs: 0, expectHours: 'auto' };

test('what people say is what the engine gets', () => {
  expect(readCalendar({ ...defaults, utcOffset: '+05:30', businessHours: '8-17', peakHours: '14-16, 10-12', workdays: 'Sun-Thu', holidays: '2027-01-01, 2026-12-25', deployWindows: 'tue 14-16, Friday 9-10' })).toEqual({
    hoursSet: true, deploySettleMs: 0, utcOffsetMinutes: 330, businessHours: [8, 17], peakHours: [[10, 12], [14, 16]], workdays: [1, 2, 3, 4, 7], holidays: ['2026-12-25', '2027-01-01'],
    deployWindows: [{ day: 2, fromHour: 14, toHour: 16 }, { day: 5, fromHour: 9, toHour: 10 }],
  });
  expect(readCalendar(defaults)).toMatchObject({ utcOffsetMinutes: 0, peakHours: [], workdays: [1, 2, 3, 4, 5], holidays: [], deployWindows: [] });
  expect(readCalendar({ ...defaults, utcOffset: '-3' }).utcOffsetMinutes).toBe(-180);
});

test.each<[CalendarPart, unknown]>([
  ['utcOffset', 'Europe/Berlin'], ['utcOffset', '+15:00'], ['utcOffset', '+08:75'], ['hours', '18-9'], ['hours', '9-25'], ['hours', '9'], ['hours', 9], ['hourRanges', '9-12, 11-13'], ['hourRanges', '9-12,'],
  ['days', 'weekdays'], ['days', ''], ['days', 'mon-'], ['dates', '2026-02-30'], ['dates', '25.12.2026'], ['windows', 'tue'], ['windows', 'tue 16-14'], ['windows', '14-16'], ['dates', Array.from({ length: 201 }, () => '2026-12-25').join()],
])('%s does not take %j, and says what it wants', (part, given) => {
  expect(readCalendarPart(part, given)).toEqual({ wanted: expect.stringMatching(/such as/) });
});

test('verdicts rest on the hours once somebody set one of them, or always, or never', () => {
  const asIs = { ...defaults, peakHours: '10-12, 14-16' };
  const isSet = (rest: Partial<typeof defaults>): boolean => readCalendar({ ...asIs, ...rest }).hoursSet;
  expect(isSet({})).toBe(false);
  expect(isSet({ deployWindows: 'tue 14-16', deploySettleMs: 60_000 })).toBe(false);
  for (const rest of [{ businessHours: '8-17' }, { peakHours: 'none' }, { workdays: 'sun-thu' }, { holidays: '2026-12-25' }, { utcOffset: '+08:00' }]) {
    expect(isSet(rest)).toBe(true);
    expect(isSet({ ...rest, expectHours: 'off' })).toBe(false);
  }
  expect(isSet({ expectHours: 'on' })).toBe(true);
});

import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import { localTime } from './calendar.ts';
import { learnProfile, makeProfile, profileCells, profileDrift } from './profile.ts';
import { makeRooms, takeRoom } from './rooms.ts';

const { calendar } = defaultSettings;
const minute = 60_000;
const empty = (): ReturnType<typeof makeProfile> => makeProfile(takeRoom(makeRooms(profileCells)));

test('local time, workdays and holidays', () => {
  const berlin = { ...calendar, utcOffsetMinutes: 60, holidays: ['2026-12-25'] };
  expect(localTime(Date.UTC(2026, 10, 22, 23, 30), berlin)).toEqual({ dayMs: 30 * minute, isWorkday: true });
  expect(localTime(Date.UTC(2026, 10, 22, 12), berlin).isWorkday).toBe(false);
  expect(localTime(Date.UTC(2026, 11, 25, 12), berlin).isWorkday).toBe(false);
  expect(localTime(Date.UTC(2026, 11, 24, 12), berlin).isWorkday).toBe(true);
});

/** Work mornings rise by 10 at nine; days off stay flat. */
function learned(days: number): ReturnType<typeof makeProfile> {
  const profile = empty();
  for (let atMs = Date.UTC(2026, 0, 5); atMs < Date.UTC(2026, 0, 5 + days); atMs += minute) {
    const at = localTime(atMs, calendar);
    learnProfile(profile, at, at.isWorkday && at.dayMs >= 9 * 60 * minute ? 10 : 0, minute);
  }
  return profile;
}

const drift = (profile: ReturnType<typeof makeProfile>, day: number): number =>
  profileDrift(profile, localTime(Date.UTC(2026, 0, day, 8, 50), calendar), localTime(Date.UTC(2026, 0, day, 9, 10), calendar), 20 * minute);

test('a day of one kind borrows from the other kind until it has been seen, then goes its own way', () => {
  const week = learned(5);
  const fortnight = learned(14);
  expect(drift(week, 12)).toBeGreaterThan(4);
  expect(drift(week, 10)).toBeGreaterThan(0);
  expect(drift(week, 10)).toBeLessThan(drift(week, 12));
  expect(drift(fortnight, 24)).toBeLessThan(drift(week, 10));
  expect(drift(empty(), 12)).toBe(0);
});

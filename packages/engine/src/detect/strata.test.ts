import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Calendar, Finding, Observation } from '../model/index.ts';
import { bell, makeDice, poisson, sketchGraph } from '../model/sketch.ts';
import { openDetect } from './detect.ts';
import type { Detect } from './detect.ts';

const paneMs = 10_000;
const hour = 360;
/** A Monday, midnight. */
const startMs = Date.UTC(2026, 0, 5);
const at = (pane: number): number => startMs + pane * paneMs;
const nothing = sketchGraph({ operations: [] }, at(100_000));
const unset: Calendar = { ...defaultSettings.calendar, businessHours: [9, 18], peakHours: [[10, 12], [14, 16]] };
const set: Calendar = { ...unset, hoursSet: true };

type Rate = (hourOfWeek: number, dice: () => number) => number;
interface Story { readonly rate: Rate; readonly fromHour: number; readonly hours: number; readonly calendar: Calendar; readonly seed?: number; readonly feature?: 'request_rate' | 'latency_p50' }

function play({ rate, fromHour, hours, calendar, seed = 5, feature = 'request_rate' }: Story): Finding[] {
  const dice = makeDice(seed);
  const found = new Map<string, Finding>();
  const detect: Detect = openDetect({ ...defaultSettings, calendar });
  for (let pane = Math.round(fromHour * hour); pane < (fromHour + hours) * hour; pane++) {
    const value = rate(pane / hour, dice);
    const about = { series: `service:a ${feature} `, entity: 'service:a', node: 'service:a', feature, subject: '', symptom: true, exemplars: [] };
    const count = feature === 'request_rate' ? poisson(dice, value * 10) : 200;
    const seen: Observation = feature === 'request_rate' ? { ...about, scale: 'rate', unit: '1/s', value: count / 10, weight: count } : { ...about, scale: 'latency', unit: 'ms', value: value * Math.exp(bell(dice) * 0.05), weight: count };
    for (const finding of detect.step({ startMs: at(pane), endMs: at(pane + 1), observations: [seen], red: new Map(), attributions: [], templates: [], changes: [] }, nothing)) found.set(finding.id, finding);
  }
  return [...found.values()];
}

/** Traffic of people at work: so many times that of the night from nine on, twice that again in peak hours, both at once. */
const office = (times: number): Rate => (hours) => {
  const [day, time] = [Math.floor(hours / 24) % 7, hours % 24];
  if (day >= 5 || time < 9 || time >= 18) return 20;
  return 20 * times * ((time >= 10 && time < 12) || (time >= 14 && time < 16) ? 2 : 1);
};

describe('hours that nobody has seen', () => {
  test('a series that has seen only the night does not cry at nine; without a calendar it does', () => {
    const story = { rate: office(3), fromHour: 4, hours: 5.5 };
    expect(play({ ...story, calendar: unset }).map(({ direction, detectedMs }) => [direction, detectedMs >= at(9 * hour)])).toEqual([['up', true]]);
    expect(play({ ...story, calendar: set })).toEqual([]);
  });

  test('nor in the evening, nor at the second peak, nor on the first Saturday', () => {
    expect(play({ rate: office(3), fromHour: 4, hours: 24, calendar: set })).toEqual([]);
    const weekend: Rate = (hours) => (hours >= 24 ? 8 : 30);
    expect(play({ rate: (hours, dice) => weekend(hours - 96, dice), fromHour: 110, hours: 12, calendar: unset })).not.toEqual([]);
    expect(play({ rate: (hours, dice) => weekend(hours - 96, dice), fromHour: 110, hours: 12, calendar: set })).toEqual([]);
  });

  test('are no mute: all requests gone at nine, or a hundredfold traffic, is found within a minute', () => {
    for (const times of [0, 100]) {
      const [finding] = play({ rate: (hours) => (hours < 9 ? 20 : 20 * times), fromHour: 4, hours: 5.2, calendar: set });
      expect(finding.direction).toBe(times === 0 ? 'absent' : 'up');
      expect(finding.detectedMs).toBeLessThanOrEqual(at(9 * hour + 6));
      expect(finding.calendar).toMatchObject({ weekday: 1, hours: 'business', heldPanes: 0 });
    }
  });

  test('a slow service is found at nine as well, though its range is wider; the finding says so', () => {
    const [finding] = play({ rate: (hours) => (hours < 9 ? 40 : 120), fromHour: 4, hours: 5.2, calendar: set, feature: 'latency_p50' });
    expect(finding.detectedMs).toBeLessThanOrEqual(at(9 * hour + 6));
    expect(finding.calendar!.wider).toBeGreaterThan(1);
  });
});

describe('hours that it knows', () => {
  test('are judged by its own past again: threefold traffic at eleven is found, on the first day and on the third', () => {
    for (const day of [0, 2]) {
      const from = day * 24 + 11.5;
      const found = play({ rate: (hours, dice) => office(3)(hours, dice) * (hours >= from ? 3 : 1), fromHour: 4, hours: from - 4 + 0.1, calendar: set }).filter(({ detectedMs }) => detectedMs >= at(from * hour));
      expect(found.map(({ direction }) => direction)).toEqual(['up']);
      expect(found[0].detectedMs).toBeLessThanOrEqual(at(from * hour + 6));
    }
  });

  test('widen nothing after two days', () => {
    const [finding] = play({ rate: (hours, dice) => office(3)(hours, dice) * (hours >= 59 ? 3 : 1), fromHour: 4, hours: 56, calendar: set }).slice(-1);
    expect(finding.calendar).toMatchObject({ weekday: 3, hours: 'peak' });
    expect(finding.calendar!.wider).toBeLessThan(1.1);
  });
});

test('a series that has never left one kind of hours is judged as without a calendar', () => {
  for (let seed = 1; seed <= 3; seed++) {
    const story = { rate: (hours: number) => (hours >= 3.4 ? 20 * (1.5 + seed) : 20), fromHour: 1, hours: 2.5, seed };
    const plain = play({ ...story, calendar: unset });
    expect(play({ ...story, calendar: set }).map((each) => ({ ...each, calendar: null }))).toEqual(plain);
    expect(plain.length).toBeGreaterThan(0);
  }
});

test('failures have no hours: a share is judged alike at nine and at eight', () => {
  const share = (calendar: Calendar): Finding[] => {
    const dice = makeDice(7);
    const found: Finding[] = [];
    const detect = openDetect({ ...defaultSettings, calendar });
    for (let pane = 8 * hour; pane < 9 * hour + 10; pane++) {
      const value = poisson(dice, pane >= 9 * hour ? 12 : 0.3) / 100;
      found.push(...detect.step({ startMs: at(pane), endMs: at(pane + 1), observations: [{ series: 's', entity: 'service:a', node: 'service:a', feature: 'error_share', subject: '', scale: 'share', unit: '1', value, weight: 100, symptom: true, exemplars: [] }], red: new Map(), attributions: [], templates: [], changes: [] }, nothing));
    }
    return found.map((each) => ({ ...each, calendar: null }));
  };
  expect(share(set)).toEqual(share(unset));
  expect(share(set).length).toBeGreaterThan(0);
});

test('while nobody has set the hours, they make no difference, to the last byte', () => {
  for (let seed = 1; seed <= 3; seed++) {
    const story = { rate: office(2 + seed), fromHour: 7, hours: 4, seed };
    const plain = play({ ...story, calendar: defaultSettings.calendar });
    expect(play({ ...story, calendar: { ...unset, businessHours: [8, 20], peakHours: [[9, 10]] } })).toEqual(plain);
    expect(plain.length).toBeGreaterThan(0);
  }
});

test('saved and opened again within the hours in doubt gives the same', () => {
  const run = (reopen: boolean): Finding[] => {
    const dice = makeDice(9);
    const settings = { ...defaultSettings, calendar: set };
    let detect = openDetect(settings);
    const found: Finding[] = [];
    for (let pane = 7 * hour; pane < 9.5 * hour; pane++) {
      if (reopen && pane % 97 === 0) detect = openDetect(settings, structuredClone(detect.save()));
      const count = poisson(dice, 200 * (pane >= 9 * hour ? 3 : 1) * (pane >= 9.3 * hour ? 6 : 1));
      found.push(...detect.step({ startMs: at(pane), endMs: at(pane + 1), observations: [{ series: 's', entity: 'service:a', node: 'service:a', feature: 'request_rate', subject: '', scale: 'rate', unit: '1/s', value: count / 10, weight: count, symptom: true, exemplars: [] }], red: new Map(), attributions: [], templates: [], changes: [] }, nothing));
    }
    return found;
  };
  expect(run(false).length).toBeGreaterThan(0);
  expect(run(true)).toEqual(run(false));
});

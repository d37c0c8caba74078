import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Calendar, Change, EngineSettings, Finding, Observation, Pane } from '../model/index.ts';
import { bell, makeDice, poisson, sketchGraph } from '../model/sketch.ts';
import { openDetect } from './detect.ts';
import type { Detect } from './detect.ts';
import { openExpected } from './expected.ts';
import { noteChanges } from './unsettled.ts';
import type { Unsettled } from './unsettled.ts';

const paneMs = 10_000;
/** A Tuesday, 13:30. */
const startMs = Date.UTC(2026, 0, 6, 13, 30);
const at = (pane: number): number => startMs + pane * paneMs;
const nothing = sketchGraph({ operations: [] }, at(10_000));
/** The change, and the window: from 14:00 on. */
const changePane = 200;
const windows: Calendar = { ...defaultSettings.calendar, deployWindows: [{ day: 2, fromHour: 14, toHour: 16 }] };
const settle: Calendar = { ...defaultSettings.calendar, deploySettleMs: 120_000 };

interface Fault { readonly fromPane: number; readonly panes: number; readonly failing: number; readonly slower?: number; readonly feature?: 'error_share' | 'latency_p50'; readonly entity?: string; readonly againAt?: number }
const change = (kind: Change['kind'], pane: number, entity = 'service:a'): Change => ({ id: `${kind}${pane}`, kind, entity, atMs: at(pane) + 2_000, what: '2.4.0 → 2.4.1', from: '2.4.0', to: '2.4.1' });

function observe({ feature = 'error_share', fromPane, panes, failing, slower = 1, entity = 'service:a', againAt = Infinity }: Fault, pane: number, dice: () => number): Observation {
  const isFaulty = pane >= fromPane && pane < fromPane + panes || pane >= againAt;
  const about = { series: `${entity} ${feature} `, entity, node: 'service:a', feature, subject: '', weight: 100, symptom: true, exemplars: [] };
  return feature === 'error_share'
    ? { ...about, scale: 'share', unit: '1', value: Math.min(100, poisson(dice, isFaulty ? 100 * failing : 0.3)) / 100 }
    : { ...about, scale: 'latency', unit: 'ms', value: 40 * (isFaulty ? slower : 1) * Math.exp(bell(dice) * 0.05) };
}

interface Story { readonly fault: Fault; readonly changes?: readonly Change[]; readonly calendar?: Calendar; readonly seed?: number; readonly panes?: number; readonly reopenAt?: number; readonly near?: boolean }
function play({ fault, changes = [], calendar = defaultSettings.calendar, seed = 3, panes = 260, reopenAt = -1 }: Story): Finding[] {
  const settings: EngineSettings = { ...defaultSettings, calendar };
  const dice = makeDice(seed);
  const found = new Map<string, Finding>();
  let detect: Detect = openDetect(settings);
  for (let pane = 0; pane < panes; pane++) {
    if (pane === reopenAt) detect = openDetect(settings, structuredClone(detect.save()));
    const own: Pane = { startMs: at(pane), endMs: at(pane + 1), observations: [observe(fault, pane, dice)], red: new Map(), attributions: [], templates: [], changes: changes.filter(({ atMs }) => atMs >= at(pane) && atMs < at(pane + 1)) };
    for (const finding of detect.step(own, nothing)) found.set(finding.id, finding);
  }
  return [...found.values()];
}

const blip: Fault = { fromPane: changePane, panes: 2, failing: 0.3 };
const lasting: Fault = { fromPane: changePane, panes: 60, failing: 0.3 };
const deploy = [change('version', changePane)];
const delayOf = (story: Story): number => (play(story)[0].detectedMs - play({ ...story, calendar: defaultSettings.calendar })[0].detectedMs) / paneMs;

describe('a change that was expected', () => {
  test('shakes its own service for a moment, and that is no finding; without a calendar it is one', () => {
    expect(play({ fault: blip, changes: deploy })).toHaveLength(1);
    expect(play({ fault: blip, changes: deploy, calendar: windows })).toEqual([]);
    expect(play({ fault: blip, changes: deploy, calendar: settle })).toEqual([]);
    expect(play({ fault: { ...blip, feature: 'latency_p50', slower: 6 }, changes: deploy })).toHaveLength(1);
    expect(play({ fault: { ...blip, feature: 'latency_p50', slower: 6 }, changes: deploy, calendar: windows })).toEqual([]);
  });

  test('is no excuse for what lasts: it is found at most three panes later, and says why it waited', () => {
    const [finding, ...rest] = play({ fault: lasting, changes: deploy, calendar: windows });
    expect(rest).toEqual([]);
    expect(finding).toMatchObject({ onsetMs: at(changePane), calendar: { weekday: 2, hours: null, wider: 1, deployWindow: { day: 2, fromHour: 14, toHour: 16 }, change: { what: '2.4.0 → 2.4.1' }, heldPanes: 3 } });
    expect(finding.calendar!.minute).toBe(Math.floor((finding.detectedMs - paneMs - Date.UTC(2026, 0, 6)) / 60_000));
    const delay = delayOf({ fault: lasting, changes: deploy, calendar: windows });
    expect([delay > 0, delay <= 3]).toEqual([true, true]);
  });

  test('whatever the fault, while it stays out of range, and the noise: never earlier than without, never more than three panes later', () => {
    for (let seed = 1; seed <= 12; seed++) {
      for (const fault of [{ ...lasting, failing: 0.12 }, lasting, { ...lasting, failing: 0.9 }, { ...lasting, feature: 'latency_p50', slower: 1.6 }, { ...lasting, feature: 'latency_p50', slower: 8 }] as const) {
        for (const calendar of [windows, settle]) {
          const delay = delayOf({ fault, changes: deploy, calendar, seed });
          expect([delay >= 0, delay <= 3]).toEqual([true, true]);
        }
      }
    }
  });

  test('is that of the service itself and of calls to it, and no one else', () => {
    const calls = { ...blip, entity: 'edge:service:a→service:b' };
    expect(play({ fault: calls, changes: [change('version', changePane, 'service:b')], calendar: settle })).toEqual([]);
    expect(play({ fault: blip, changes: [change('version', changePane, 'service:b')], calendar: settle })).toHaveLength(1);
  });

  test('once: what restarts again and again is a fault, and a restart outside of every window is one at once', () => {
    const restarts = [change('restart', changePane), change('restart', changePane + 40)];
    expect(play({ fault: { ...blip, fromPane: changePane + 40 }, changes: restarts, calendar: windows })).toHaveLength(1);
    expect(play({ fault: blip, changes: restarts, calendar: windows })).toEqual([]);
    expect(play({ fault: blip, changes: restarts, calendar: settle })).toHaveLength(1);
  });
});

test('an announced window alone asks for one pane more, of everybody', () => {
  expect(delayOf({ fault: lasting, calendar: windows })).toBe(1);
  expect(delayOf({ fault: { ...lasting, fromPane: 100 }, calendar: windows })).toBe(0);
});

test('nothing is learned of a disturbance: the fault after it is as far from normal as if there had been none', () => {
  const [after, ...rest] = play({ fault: { ...blip, againAt: changePane + 60 }, changes: deploy, calendar: windows, panes: 280 });
  expect(rest).toEqual([]);
  expect(after.onsetMs).toBe(at(changePane + 60));
  expect(after.expected.mid).toBeCloseTo(play({ fault: { ...lasting, fromPane: changePane + 60 }, calendar: windows, panes: 280 })[0].expected.mid, 3);
});

test('what the numbers of a changed service do together is left out for as long, and of no other', () => {
  const unsettled: Unsettled = new Map();
  noteChanges(unsettled, deploy, at(changePane), settle);
  const isChanged = (pane: number, node: string, calendar = settle): boolean => openExpected(unsettled, calendar, { startMs: at(pane), endMs: at(pane + 1) }).isChanged(node);
  expect([changePane - 1, changePane, changePane + 12, changePane + 13].map((pane) => isChanged(pane, 'service:a'))).toEqual([false, true, true, false]);
  expect(isChanged(changePane, 'service:b')).toBe(false);
  expect(isChanged(changePane, 'service:a', defaultSettings.calendar)).toBe(false);
});

test('saved and opened again while a finding is held back gives the same', () => {
  const story = { fault: lasting, changes: deploy, calendar: windows };
  const [finding] = play(story);
  for (const reopenAt of [changePane + 1, changePane + 2, changePane + 3]) expect(play({ ...story, reopenAt })).toEqual([finding]);
});

test('while no calendar is set, changes and hours make no difference, to the last byte', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const dice = makeDice(seed);
    const hours = { businessHours: [Math.floor(dice() * 8), 12 + Math.floor(dice() * 12)], peakHours: [[Math.floor(dice() * 11), 12]] } as const;
    const story = { fault: { ...lasting, failing: 0.05 + dice() * 0.5 }, seed };
    const plain = play(story);
    expect(play({ ...story, changes: deploy })).toEqual(plain);
    expect(play({ ...story, changes: deploy, calendar: { ...defaultSettings.calendar, ...hours } })).toEqual(plain);
    expect(plain.every(({ calendar }) => calendar === null)).toBe(true);
  }
});

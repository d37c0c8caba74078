import { expect, test } from 'vitest';
import { addToFlow, historyOf, makeFlow, ratesOf, slotMs } from './flow.ts';

const t0 = 1_790_000_010_000;

test('a steady flow has the same rate over 1, 5 and 15 minutes', () => {
  const flow = makeFlow();
  for (let atMs = t0; atMs < t0 + 1_200_000; atMs += slotMs) addToFlow(flow, 'accepted', 50, atMs);
  for (const rate of Object.values(ratesOf(flow, 'accepted', t0, t0 + 1_200_000 - 1))) expect(rate).toBeCloseTo(5, 2);
  expect(ratesOf(flow, 'refused', t0, t0 + 1_200_000)).toEqual({ m1: 0, m5: 0, m15: 0 });
});

test('a source that is younger than the window is not divided by time that it did not have', () => {
  const flow = makeFlow();
  addToFlow(flow, 'accepted', 300, t0);
  expect(ratesOf(flow, 'accepted', t0, t0 + 30_000)).toEqual({ m1: 10, m5: 10, m15: 10 });
});

test('what is older than the window is forgotten, also after a long silence', () => {
  const flow = makeFlow();
  addToFlow(flow, 'accepted', 600, t0);
  expect(ratesOf(flow, 'accepted', t0, t0 + 120_000).m1).toBe(0);
  expect(ratesOf(flow, 'accepted', t0, t0 + 120_000).m5).toBeGreaterThan(4);
  expect(ratesOf(flow, 'accepted', t0, t0 + 86_400_000)).toEqual({ m1: 0, m5: 0, m15: 0 });
  expect(historyOf(flow, t0 + 86_400_000).accepted.every((items) => items === 0)).toBe(true);
});

test('the history holds every item of the last quarter of an hour once, oldest first', () => {
  const flow = makeFlow();
  for (let i = 0; i < 85; i++) addToFlow(flow, i % 2 === 0 ? 'accepted' : 'refused', i, t0 + i * slotMs);
  const history = historyOf(flow, t0 + 84 * slotMs);
  expect(history.accepted).toHaveLength(30);
  expect([...history.accepted, ...history.refused].reduce((a, b) => a + b, 0)).toBe((84 * 85) / 2);
  expect(history.fromMs + 30 * history.stepMs).toBeGreaterThan(t0 + 84 * slotMs);
  expect(history.accepted.at(-1)).toBeGreaterThan(history.accepted[3]);
});

test('a clock that goes back loses nothing', () => {
  const flow = makeFlow();
  addToFlow(flow, 'accepted', 1, t0);
  addToFlow(flow, 'accepted', 1, t0 - 3_600_000);
  expect(historyOf(flow, t0).accepted.reduce((a, b) => a + b, 0)).toBe(2);
});

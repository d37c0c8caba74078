import { expect, test } from 'vitest';
import { keepHistory, makeHistory, redOf, samplesOf } from './history.ts';
import { defaultSettings } from './model/index.ts';
import type { Pane, Red } from './model/index.ts';

const settings = { ...defaultSettings, limits: { ...defaultSettings.limits, historyPanes: 6 } };
const { paneMs } = settings;

function pane(number: number, count: number, used: number): Pane {
  const startMs = number * paneMs;
  const red = { paneMs: startMs, count, errors: 1, p50Ms: 5, p95Ms: 9, p99Ms: 10 } as Red;
  const observation = { series: 'used', entity: 'service:a', node: 'service:a', feature: 'metric', subject: 'used', unit: 'By', value: used };
  return { startMs, endMs: startMs + paneMs, red: new Map([['service:a', red]]), observations: [observation] } as unknown as Pane;
}

test('the last panes are kept in order, those without a report left out, and older ones forgotten', () => {
  const history = makeHistory();
  for (const number of [100, 101, 103, 104, 107]) keepHistory(history, pane(number, number, 2 * number), settings);
  expect(redOf(history, 'service:a', settings).map((red) => [red.paneMs / paneMs, red.count])).toEqual([[103, 103], [104, 104], [107, 107]]);
  const samples = [...history.resources.values()].flatMap((resource) => samplesOf(resource, paneMs));
  expect(samples.map(({ paneMs: at, value }) => [at / paneMs, value])).toEqual([[103, 206], [104, 208], [107, 214]]);
});

test('after a silence longer than what is kept only the new pane is left, and what stays silent is forgotten', () => {
  const history = makeHistory();
  for (const number of [100, 101, 140]) keepHistory(history, pane(number, number, number), settings);
  expect(redOf(history, 'service:a', settings).map(({ count }) => count)).toEqual([140]);
  keepHistory(history, { ...pane(150, 0, 0), red: new Map(), observations: [] }, settings);
  expect(history.red.size + history.resources.size).toBe(0);
});

import { expect, test } from 'vitest';
import { toStamp } from '../base/stamp.ts';
import type { Observation } from '../model/index.ts';
import { isFeltOwnTime } from './own-time.ts';
import { makeRooms, takeRoom } from './rooms.ts';
import { levelCells, makeSeries } from './series.ts';
import type { Active, Series } from './series.ts';

const observation: Observation = { series: 'service:a self_time ', entity: 'service:a', node: 'service:a', feature: 'self_time', subject: '', scale: 'latency', unit: 'ms', value: 4, weight: 30, symptom: false, exemplars: [] };

function seriesWith(change: Partial<Active>, about: Partial<Observation> = {}): Series {
  const series = makeSeries({ ...observation, ...about }, () => takeRoom(makeRooms(levelCells)));
  series.active = {
    id: `fnd-${toStamp(0)}`, direction: 'up', onsetMs: 0, detectedMs: 0, detectors: [], p: null, votes: [], version: '', verdict: null, calendar: null, symptom: false, observed: 28, expected: { low: 2, mid: 4, high: 6 },
    score: 12, lastMs: 0, panes: 3, calmPanes: 0, run: { panes: 0, excess: 0, squared: 0 }, harmed: false, exemplars: [], ...change,
  };
  return series;
}

test('own work seven times as long is felt where it is a good part of what a request takes', () => {
  expect(isFeltOwnTime(seriesWith({}), 50)).toBe(true);
  expect(isFeltOwnTime(seriesWith({}), 500)).toBe(false);
  expect(isFeltOwnTime(seriesWith({}), null)).toBe(false);
});

test('faint, young, over or of an instance, it is not', () => {
  expect(isFeltOwnTime(seriesWith({ score: 4 }), 50)).toBe(false);
  expect(isFeltOwnTime(seriesWith({ score: 5 }), 50)).toBe(true);
  expect(isFeltOwnTime(seriesWith({ score: 5, observed: 14 }), 30)).toBe(false);
  expect(isFeltOwnTime(seriesWith({ panes: 0 }), 50)).toBe(false);
  expect(isFeltOwnTime(seriesWith({ calmPanes: 1 }), 50)).toBe(false);
  expect(isFeltOwnTime(seriesWith({ observed: 6 }), 5)).toBe(false);
  expect(isFeltOwnTime(seriesWith({}, { entity: 'instance:a#1' }), 50)).toBe(false);
});

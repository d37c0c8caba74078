import { expect, test } from 'vitest';
import { makeDice } from '../model/sketch.ts';
import type { Observation } from '../model/index.ts';
import { findFailing } from './failing.ts';
import type { Failing } from './failing.ts';
import { detectLimits as limits } from './limits.ts';
import { learnProportion } from './proportion.ts';
import { makeSeries } from './series.ts';
import type { Series } from './series.ts';
import { learnSurprise } from './surprise.ts';

const observation: Observation = { series: 'service:a error_share ', entity: 'service:a', node: 'service:a', feature: 'error_share', subject: '', scale: 'share', unit: '1', value: 0, weight: 0, symptom: true, exemplars: [] };
const bar = 15;

/** A share known from an hour of panes. */
function known(share: number, perPane = 300): Series {
  const series = makeSeries(observation, () => { throw new Error('BUG: a share has no room'); });
  for (let pane = 0; pane < 360; pane++) if (series.proportion !== null) learnProportion(series.proportion, share * perPane, perPane);
  return series;
}

/** Moments, oldest first, as requests and failures. */
function look(series: Series, moments: readonly (readonly [number, number])[], height = bar): Failing | null {
  return findFailing(series, { fromMs: 1_000_000, requests: moments.map(([requests]) => requests), failures: moments.map(([, failures]) => failures) }, height);
}

const calm = Array.from({ length: 20 }, (): [number, number] => [15, 0]);

test('three moments running are enough where nearly nothing failed, two are not, and the stretch begins where failing did', () => {
  const found = look(known(0.002), [...calm, [15, 15], [15, 15], [15, 15]]);
  expect(found?.sinceMs).toBe(1_000_000 + 20 * 500);
  expect(found?.judgement).toMatchObject({ observed: 1, ownWeight: 45 });
  expect(look(known(0.002), [...calm, [15, 15], [15, 15]])).toBeNull();
  expect(look(known(0.002), [...calm, [15, 15], [15, 15], [15, 15], [15, 1]])).toBeNull();
});

test('moments without a request say nothing, and few requests take longer', () => {
  const failing = (moments: number): [number, number][] => Array.from({ length: moments }, (_, at) => (at % 2 === 0 ? [1, 1] : [0, 0]));
  expect(look(known(0.002), failing(7))).toBeNull();
  expect(look(known(0.002), failing(15))).not.toBeNull();
});

test('where a tenth fails anyway, in a young series and in one that knows such bursts it waits for the pane', () => {
  const burst: [number, number][] = [...calm, [15, 15], [15, 15], [15, 15]];
  expect(look(known(0.15), burst)).toBeNull();
  const young = makeSeries(observation, () => { throw new Error('BUG: a share has no room'); });
  expect(look(young, burst)).toBeNull();
  const bursty = known(0.002);
  for (let pane = 0; pane < 300; pane++) learnSurprise(bursty.up.surprise, pane % 20 === 0 ? 14 : 0);
  expect(look(bursty, burst)).toBeNull();
});

test('independent failures, a look each half second: seldomer than the height promises, at any rate and share', () => {
  const dice = makeDice(29);
  const low = Math.log(1_000) / limits.plainMargin;
  const moments = 20_000;
  for (const requests of [1, 3, 10]) for (const share of [0.002, 0.02, 0.08]) {
    const series = known(share);
    const stream: [number, number][] = [];
    let found = 0;
    for (let at = 0; at < moments; at++) {
      stream.push([requests, Array.from({ length: requests }, dice).filter((each) => each < share).length]);
      if (stream.length > 32) stream.shift();
      if (look(series, stream, low) !== null) {
        found++;
        stream.length = 0;
      }
    }
    expect(found).toBeLessThanOrEqual(moments / 1_000);
  }
});

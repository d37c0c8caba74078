import { expect, test } from 'vitest';
import { openDemo, type DemoState } from './demo.ts';
import type { Telemetry } from './model/records.ts';
import type { Fleet } from './sdk/fleet.ts';

/** A fleet that only remembers what it was handed. */
function openRecorder(): { readonly fleet: Fleet; readonly past: Telemetry[]; readonly live: Telemetry[] } {
  const past: Telemetry[] = [];
  const live: Telemetry[] = [];
  return {
    past, live,
    fleet: {
      sendPast: (telemetry) => Promise.resolve(void past.push(telemetry)),
      sendLive: (telemetry) => void live.push(telemetry),
      failures: { count: 0, last: '' },
      shutdown: () => Promise.resolve(),
    },
  };
}

test('openDemo sends the past in order and without gaps, then goes live, takes a fault and lets it go', async () => {
  const { fleet, past, live } = openRecorder();
  const states: DemoState[] = [];
  const seen = (test: (state: DemoState) => boolean): boolean => states.some(test);
  let beganMs = 0;
  const demo = openDemo({ seed: 1, requestsPerSecond: 10, historyMs: 60_000, firstFault: null, faultMs: 60_000 }, fleet, Date.now, (state) => {
    states.push(state);
    if (state.phase === 'live' && beganMs === 0) {
      beganMs = Date.now();
      demo.fault('cache-down');
      demo.fault('no-such-fault');
    } else if (state.active.length > 0) demo.clear();
    else if (seen(({ active }) => active.length > 0)) demo.stop();
  });
  await demo.run();

  expect(past.length).toBeGreaterThanOrEqual(12);
  const ends = past.map(({ spans }) => [spans[0].endMs, spans[spans.length - 1].endMs]);
  for (let i = 1; i < ends.length; i++) expect(ends[i][0]).toBeGreaterThanOrEqual(ends[i - 1][1]);
  expect(ends[ends.length - 1][1]).toBeGreaterThan(beganMs - 10_000);
  expect(live.length).toBeGreaterThan(0);
  expect(states.filter(({ phase }) => phase === 'history').map(({ progress }) => progress)).toEqual(states.filter(({ phase }) => phase === 'history').map(({ progress }) => progress).sort((a, b) => a - b));
  expect(states.flatMap(({ active }) => active.map(({ name }) => name)).at(0)).toBe('cache-down');
  expect(states[states.length - 1]).toMatchObject({ phase: 'live', progress: 1, active: [] });
});

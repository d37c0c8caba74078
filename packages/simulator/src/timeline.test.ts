import { expect, test } from 'vitest';
import { compare, probe } from './probe.ts';
import { makeSystem } from './system/topology.ts';
import { planTimeline } from './timeline.ts';

const startMs = Date.UTC(2026, 4, 12, 9);
const options = { spansPerSecond: 120, startMs, warmUpMs: 60_000, calmMinutes: [13, 20] as const, touchedPerMinute: 20, twists: ['second_fault'] as const, twistShare: 1 };

test('a second fault is one that is felt while the first one lasts: where nobody comes any more, nobody is slower', () => {
  let told = 0;
  for (const seed of [21, 22, 23]) {
    const system = makeSystem({ seed, services: 12 });
    const { planted } = planTimeline(system, { ...options, faultSeed: seed, kinds: ['traffic_lost', 'service_errors', 'service_down'] });
    for (const [index, second] of planted.entries()) {
      const first = planted[index - 1];
      if (second.truth.twist !== 'second_fault' || first === undefined || first.truth.endMs <= second.truth.onsetMs || second.truth.kind === 'queue_stuck') continue;
      told++;
      const beforeMs = second.truth.onsetMs - first.truth.onsetMs;
      const both = { ...second.strike, apply: (ageMs: number, factors: number[]): void => { first.strike.apply(ageMs + beforeMs, factors); second.strike.apply(ageMs, factors); } };
      const felt = compare(system, second.strike.from, probe(system, 120, second.truth.onsetMs, first.strike, beforeMs), probe(system, 120, second.truth.visibleMs + 60_000, both, second.truth.visibleMs - second.truth.onsetMs + 60_000));
      expect(felt[0]?.perMinute, `${seed} ${first.truth.kind} then ${second.truth.kind}`).toBeGreaterThan(5);
    }
  }
  expect(told).toBeGreaterThan(3);
});

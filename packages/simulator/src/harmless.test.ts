import { expect, test } from 'vitest';
import { compare, probe } from './probe.ts';
import { planHarmless } from './harmless.ts';
import { makeSystem } from './system/topology.ts';

const startMs = Date.UTC(2026, 4, 12);
const dayMs = 86_400_000;

test.each([1, 2, 3])('nobody suffers from what is called harmless: seed %i, each event at its height', (seed) => {
  const system = makeSystem({ seed, services: 30 });
  const events = planHarmless(system, startMs, startMs + dayMs, 4);
  expect(new Set(events.map(({ kind }) => kind)).size).toBeGreaterThan(5);
  const seen = new Set<string>();
  for (const event of events) {
    if (event.job !== null || seen.has(event.kind)) continue;
    seen.add(event.kind);
    const lastsMs = event.untilMs - event.fromMs;
    const ageMs = event.kind === 'deploy' ? 41_000 : event.kind === 'surge' ? lastsMs / 2 : 20_000;
    const atMs = event.fromMs + ageMs;
    const from = event.entity === 'user' ? system.services : system.services.filter(({ id }) => id === event.entity);
    const strike = { entities: [event.entity], detail: '', from, apply: (age: number, factors: number[]) => event.apply(age, factors) };
    const suffering = compare(system, from, probe(system, 300, atMs, null, 0), probe(system, 300, atMs, strike, ageMs));
    // A fresh instance is a little slower for half a minute.
    expect(suffering.filter(({ perMinute, how }) => perMinute > 30 && !(event.kind === 'deploy' && how === 'slower')).map(({ service, how, perMinute }) => `${event.kind} of ${event.entity}: ${service.id} ${how} ${perMinute}`)).toEqual([]);
  }
});

test('the same seed gives the same day; more often gives more', () => {
  const system = makeSystem({ seed: 5, services: 60 });
  const told = (often: number): string[] => planHarmless(system, startMs, startMs + dayMs, often).map(({ kind, entity, fromMs }) => `${kind} ${entity} ${fromMs}`);
  expect(told(1)).toEqual(told(1));
  expect(told(5).length).toBeGreaterThan(told(1).length);
});

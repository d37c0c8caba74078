import { defaultSettings, openEngine } from '@clew/engine';
import { readRequest } from '@clew/otlp';
import { openSimulation } from '@clew/simulator';
import { expect, test } from 'vitest';
import { planFaultRuns, planQuietRuns, type FieldOptions } from './plan.ts';

const options: FieldOptions = { seed: 3, services: 10, faults: 20, quietDays: 2, budget: 1, quietBudgets: [1], rate: 50, touched: 5, only: null, twists: [] };

test('the truth names services, stores, queues, third parties and machines as the engine does', () => {
  const simulation = openSimulation({ seed: 8, services: 25, spansPerSecond: 250, minutes: 3, harmless: 0 });
  const engine = openEngine(defaultSettings);
  for (let tick = simulation.step(); tick !== null; tick = simulation.step()) {
    for (const signal of ['metrics', 'logs', 'traces'] as const) {
      const body = tick[signal];
      if (body !== null) engine.feed(readRequest(signal, body), tick.receivedMs);
    }
  }
  const { nodes } = engine.world();
  const known = new Set(nodes.map(({ node }) => node.id));
  const { services, backends, topics, hosts } = simulation.system;
  const ours = new Set([...services, ...backends, ...topics].map(({ id }) => id));
  expect([...known].filter((id) => id !== 'user' && id !== 'service:queue-exporter' && !ours.has(id))).toEqual([]);
  expect(services.filter(({ id }) => known.has(id)).length).toBeGreaterThan(20);
  const seen = new Set(nodes.flatMap(({ node }) => node.hosts));
  expect([...seen].filter((id) => !hosts.some((host) => host.id === id))).toEqual([]);
});

test('faults are dealt out in runs of eight, each kind in its turn; quiet days follow each other', () => {
  const runs = planFaultRuns(options);
  expect(runs.map(({ simulation }) => simulation.faults?.length)).toEqual([8, 8, 4]);
  expect(new Set(runs.flatMap(({ simulation }) => simulation.faults)).size).toBe(20);
  expect(new Set(runs.map(({ simulation }) => simulation.seed)).size).toBe(3);
  const [first, second] = planQuietRuns(options);
  expect((second.simulation.startMs ?? 0) - (first.simulation.startMs ?? 0)).toBe(86_400_000);
});

test('only the kinds that were asked for', () => {
  expect(new Set(planFaultRuns({ ...options, only: ['disk_full'] }).flatMap(({ simulation }) => simulation.faults))).toEqual(new Set(['disk_full']));
});

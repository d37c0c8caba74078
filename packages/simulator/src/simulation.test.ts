import { readRequest, type StableSignal } from '@clew/otlp';
import { expect, test } from 'vitest';
import { openSimulation, type Simulation, type SimulationOptions, type Tick } from './simulation.ts';

const signals: readonly StableSignal[] = ['traces', 'metrics', 'logs'];
const small: Partial<SimulationOptions> = { services: 12, spansPerSecond: 80, minutes: 2, harmless: 20 };

function play(simulation: Simulation, most = Infinity): Tick[] {
  const ticks: Tick[] = [];
  for (let tick = simulation.step(); tick !== null && ticks.length < most; tick = simulation.step()) ticks.push(tick);
  return ticks;
}

/** FNV-1a over every body. */
function digest(ticks: readonly Tick[]): number {
  let hash = 0x811c9dc5;
  for (const tick of ticks) for (const signal of signals) for (const byte of tick[signal] ?? []) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

test('the same seed gives the same bytes and the same truth, another seed others', () => {
  const made = (seed: number): unknown => {
    const simulation = openSimulation({ ...small, seed, faults: ['service_errors'], warmUpMinutes: 1, touchedPerMinute: 5 });
    return { truth: simulation.truth, leftOut: simulation.leftOut, digest: digest(play(simulation, 100)) };
  };
  expect(made(4)).toEqual(made(4));
  expect(made(4)).not.toEqual(made(5));
});

test('every request is understood whole: nothing is refused, and ids and times are such as programs send', () => {
  const simulation = openSimulation({ ...small, seed: 2, minutes: 3 });
  const counts = { traces: 0, metrics: 0, logs: 0 };
  for (const tick of play(simulation)) {
    for (const signal of signals) {
      const body = tick[signal];
      if (body === null) continue;
      const batch = readRequest(signal, body);
      expect(batch.refusals.count).toBe(0);
      counts[signal] += batch.count;
      if (batch.signal !== 'traces') continue;
      for (let row = 0; row < batch.count; row++) {
        expect(Number(batch.endNs[row] / 1_000_000n)).toBeLessThanOrEqual(tick.receivedMs);
      }
    }
  }
  expect(counts.traces).toBeGreaterThan(2_000);
  expect(counts.metrics).toBeGreaterThan(500);
  expect(counts.logs).toBeGreaterThan(50);
});

test('parents are sent too: whoever is named as a parent ends after its children or is another process', () => {
  const ids = new Set<bigint>();
  const parents: bigint[] = [];
  const ticks = play(openSimulation({ ...small, seed: 3, harmless: 0 }));
  for (const tick of ticks) {
    if (tick.traces === null) continue;
    const batch = readRequest('traces', tick.traces);
    for (let row = 0; row < batch.count; row++) {
      ids.add(batch.spanId[row]);
      if (batch.parentId[row] !== 0n) parents.push(batch.parentId[row]);
    }
  }
  const lost = parents.filter((parent) => !ids.has(parent)).length;
  // Only at the very end are there children whose parents have not been sent yet.
  expect(lost / parents.length).toBeLessThan(0.06);
});

test('traffic follows the hour: less by night than in the evening, and as much as was asked for at its peak', () => {
  const spansAt = (hour: number): number => {
    let spans = 0;
    for (const tick of play(openSimulation({ ...small, seed: 6, services: 30, spansPerSecond: 200, harmless: 0, startMs: Date.UTC(2026, 4, 12, hour) }))) if (tick.traces !== null) spans += readRequest('traces', tick.traces).count;
    return spans / 120;
  };
  const evening = spansAt(19);
  expect(spansAt(4)).toBeLessThan(0.6 * evening);
  expect(evening).toBeGreaterThan(80);
  expect(evening).toBeLessThan(320);
});

test.each([5, 40, 500])('%i services: every one is reached, and no deeper than eight layers', (services) => {
  const { system } = openSimulation({ seed: 9, services, minutes: 1 });
  expect(system.services).toHaveLength(services);
  expect(new Set(system.services.map(({ id }) => id)).size).toBe(services);
  expect(Math.max(...system.services.map(({ layer }) => layer))).toBeLessThan(8);
  expect(system.services.filter((service) => service.operations.every(({ visits }) => visits === 0)).length).toBeLessThanOrEqual(services * 0.05);
  expect(system.spansPerRequest).toBeLessThan(120);
});

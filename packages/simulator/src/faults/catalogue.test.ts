import { readFileSync } from 'node:fs';
import { readRequest } from '@clew/otlp';
import { describe, expect, test } from 'vitest';
import { openSimulation, type Simulation } from '../simulation.ts';
import { twists } from '../truth.ts';
import { faultKinds } from './catalogue.ts';

const options = { seed: 12, services: 25, spansPerSecond: 250, warmUpMinutes: 4, touchedPerMinute: 25, harmless: 0 } as const;

test('the page of the simulator shows the same rows', () => {
  const page = readFileSync(new URL('../../../../docs/guides/simulator.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  expect(rows).toEqual(faultKinds.map(({ kind, about, causes, inside, gradual }) => [`\`${kind}\``, about, causes.join(', '), inside ? 'yes' : 'no', gradual ? 'builds up' : 'at once']));
});

test('kinds are many and named once', () => {
  expect(faultKinds.length).toBeGreaterThanOrEqual(30);
  expect(new Set(faultKinds.map(({ kind }) => kind)).size).toBe(faultKinds.length);
});

describe('the truth about', () => {
  test.each(faultKinds.map(({ kind }) => kind))('%s is whole, wherever it finds a place', (kind) => {
    let found = 0;
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { truth } = openSimulation({ ...options, services: 14, touchedPerMinute: 20, seed, faults: [kind] });
      const fault = truth.faults.at(0);
      if (fault === undefined) continue;
      found++;
      expect(fault.entities[0]).toMatch(/^(?:service|database|external|queue|host|zone|edge|user)(?::|$)/);
      expect(fault.onsetMs).toBe(truth.startMs + 4 * 60_000);
      expect(fault.visibleMs).toBeGreaterThanOrEqual(fault.onsetMs);
      expect(fault.visibleMs).toBeLessThan(fault.endMs);
      expect(fault.touchedPerMinute).toBeGreaterThanOrEqual(20);
      expect(truth.services).toEqual(expect.arrayContaining(fault.symptoms.map(({ entity }) => entity)));
      expect(fault.path[0]).toBe(fault.entities[0]);
      break;
    }
    expect(found).toBeGreaterThan(0);
  });
});

describe('twists', () => {
  const twisted = (twist: (typeof twists)[number]) => openSimulation({ ...options, services: 15, touchedPerMinute: 15, faults: ['service_errors', 'service_down', 'database_errors'], twists: [twist] }).truth;

  test('a misleading release is another service, just before', () => {
    const truth = twisted('misleading_deploy');
    const faults = truth.faults.filter(({ twist }) => twist !== '');
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) {
      const decoy = truth.harmless.find(({ kind, fromMs }) => kind === 'deploy' && fromMs < fault.onsetMs && fromMs >= fault.onsetMs - 60_000);
      expect(decoy).toBeDefined();
      expect(fault.entities).not.toContain(decoy?.entity);
    }
  });

  test('lost telemetry covers the whole fault', () => {
    const truth = twisted('telemetry_lost');
    const fault = truth.faults.find(({ twist }) => twist !== '')!;
    expect(truth.harmless.some(({ kind, fromMs, untilMs }) => kind === 'spans_lost' && fromMs < fault.onsetMs && untilMs > fault.endMs)).toBe(true);
  });

  test('a second fault begins while the first lasts', () => {
    const faults = twisted('second_fault').faults.filter(({ twist }) => twist !== '');
    expect(faults.length).toBeGreaterThanOrEqual(2);
    expect(faults[1].onsetMs).toBeLessThan(faults[0].endMs);
  });
});

/** Requests, failed ones and their median duration at a service, before the onset and from a while after it. */
function fareOf(simulation: Simulation, name: string): { before: Fare; after: Fare } {
  const fault = simulation.truth.faults[0];
  const fares: { before: number[]; after: number[]; failed: { before: number; after: number } } = { before: [], after: [], failed: { before: 0, after: 0 } };
  for (let tick = simulation.step(); tick !== null && tick.receivedMs < fault.onsetMs + 150_000; tick = simulation.step()) {
    if (tick.traces === null) continue;
    const batch = readRequest('traces', tick.traces);
    const services = Array.from({ length: batch.resources.count }, (_, owner) => serviceAt(batch, owner));
    for (let row = 0; row < batch.count; row++) {
      if (services[batch.resource[row]] !== name || (batch.kind[row] !== 2 && batch.kind[row] !== 5)) continue;
      const endMs = Number(batch.endNs[row] / 1_000_000n);
      const when = endMs < fault.onsetMs ? 'before' : 'after';
      if (when === 'after' && endMs < fault.onsetMs + 10_000) continue;
      fares[when].push(batch.durationNs[row] / 1e6);
      if (batch.status[row] === 2) fares.failed[when]++;
    }
  }
  const tell = (when: 'before' | 'after'): Fare => ({ failed: fares.failed[when] / fares[when].length, medianMs: fares[when].sort((a, b) => a - b)[fares[when].length >> 1] });
  return { before: tell('before'), after: tell('after') };
}
interface Fare { readonly failed: number; readonly medianMs: number }

function serviceAt(batch: ReturnType<typeof readRequest>, owner: number): string {
  const { attributes } = batch.resources;
  const text = (code: number): string => new TextDecoder().decode(batch.strings.bytes.subarray(batch.strings.starts[code], batch.strings.starts[code] + batch.strings.lengths[code]));
  for (let entry = attributes.offsets[owner]; entry < attributes.offsets[owner + 1]; entry++) if (text(attributes.keys[entry]) === 'service.name') return text(attributes.numbers[entry]);
  return '';
}

test.each(['bad_deploy_errors', 'database_down', 'poison_message'])('%s can be counted in what is sent', (kind) => {
  const simulation = openSimulation({ ...options, faults: [kind] });
  const worst = simulation.truth.faults[0].symptoms.find(({ how }) => how === 'fails');
  const name = simulation.system.services.find(({ id }) => id === worst?.entity)?.name ?? '';
  const { before, after } = fareOf(simulation, name);
  expect(before.failed).toBeLessThan(0.03);
  expect(after.failed).toBeGreaterThan(0.05);
});

test.each(['service_slow', 'slow_consumer'])('%s can be timed in what is sent', (kind) => {
  const simulation = openSimulation({ ...options, faults: [kind] });
  const worst = simulation.truth.faults[0].symptoms.find(({ how }) => how === 'slower');
  const name = simulation.system.services.find(({ id }) => id === worst?.entity)?.name ?? '';
  const { before, after } = fareOf(simulation, name);
  expect(after.medianMs).toBeGreaterThan(1.15 * before.medianMs);
});

import { expect, test } from 'vitest';
import { kindOf } from './timeline.ts';
import { compare, probe } from './probe.ts';
import { Random } from './random.ts';
import { makeSystem } from './system/topology.ts';

const atMs = Date.UTC(2026, 4, 12, 11);
const system = makeSystem({ seed: 17, services: 60 });

test('a probe leaves nothing behind: the next one finds the same, and nobody suffers', () => {
  const first = probe(system, 300, atMs, null, 0);
  const second = probe(system, 300, atMs, null, 0);
  expect(compare(system, system.services, first, second)).toEqual([]);
  expect([...first.tally.operations()].map((operation) => first.tally.of(operation))).toEqual([...second.tally.operations()].map((operation) => second.tally.of(operation)));
});

test('at other moments of the same calm hour almost nobody seems to suffer', () => {
  const calm = probe(system, 300, atMs, null, 0);
  const seeming = [1, 2, 3, 4].map((minute) => compare(system, system.services, calm, probe(system, 300, atMs + minute * 60_000, null, 0)).length);
  expect(Math.max(...seeming)).toBeLessThanOrEqual(2);
});

test('who suffers is who the cause can reach, and the cause itself is among them', () => {
  const random = new Random(1);
  const strike = kindOf('service_errors').plan({ system, random, lastsMs: 300_000, least: 0.3, perSecond: (operation) => operation.visits * 4 });
  if (strike === null) throw new Error('no place');
  const suffering = compare(system, strike.from, probe(system, 300, atMs, null, 0), probe(system, 300, atMs + 20_000, strike, 20_000));
  expect(suffering.map(({ service }) => service.id)).toContain(strike.entities[0]);
});

import { expect, test } from 'vitest';
import { incident, world } from '../api/fixture/world.ts';
import { namesOf, type Tongue } from '@clew/words';
import { compareTellings } from './replay-incident.ts';

const tongue: Tongue = { language: 'en', names: namesOf(world.nodes), nowMs: 0, zone: 'UTC' };

test('both tellings stand side by side, and what differs is marked', () => {
  const [best, ...others] = incident.explanation.causes;
  const today = { ...incident, explanation: { ...incident.explanation, causes: [{ ...best, entity: 'service:gateway', kind: 'overload' as const, evidence: [], confidence: 0.6 }, ...others], unknown: 0.35 } };
  const lines = compareTellings({ kept: incident, today, isWhole: true }, tongue).split('\n');
  expect(lines.filter((line) => line.includes('differs')).map((line) => line.split(' ')[0])).toEqual(['cause', 'sure', 'unknown']);
  expect(lines.find((line) => line.startsWith('sure'))).toMatch(/93 % +60 % +← differs/);
  expect(compareTellings({ kept: incident, today: incident, isWhole: false }, tongue)).not.toContain('differs');
  expect(compareTellings({ kept: incident, today: null, isWhole: false }, tongue)).toContain('opens no incident for it; the log does not hold all of its time');
});

import { expect, test } from 'vitest';
import { incident } from '../api/fixture/world.ts';
import { counterpart } from './counterpart.ts';

const other = { ...incident, id: 'inc-other', onsetMs: incident.onsetMs + 30_000 };
const elsewhere = { ...other, id: 'inc-elsewhere', blast: { ...incident.blast, affected: ['service:mail'] }, explanation: { ...incident.explanation, causes: [] } };

test('the same id, else the nearest that shares a node, else none', () => {
  expect(counterpart(incident, [other, { ...incident, severity: 'low' }])).toMatchObject({ id: incident.id, severity: 'low' });
  expect(counterpart(incident, [elsewhere, { ...other, id: 'inc-later', onsetMs: incident.onsetMs + 300_000 }, other])?.id).toBe('inc-other');
  expect(counterpart(incident, [elsewhere, { ...other, onsetMs: incident.onsetMs + 3_600_000 }])).toBeNull();
});

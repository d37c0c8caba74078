import { expect, test } from 'vitest';
import type { Explanation, Finding } from '../model/index.ts';
import { incidentId, join, openCase, tell } from './case.ts';
import { decideLimits as limits } from './limits.ts';

const finding = (id: string, active: boolean): Finding => ({ id, node: 'service:a', symptom: true, active, onsetMs: 1_000 }) as Finding;

test('at its limits an incident forgets what is over before what goes on, and never what happened to itself', () => {
  const one = openCase('inc', 1_000, { causes: [] } as unknown as Explanation, [finding('first', false)]);
  for (let index = 1; index < limits.findingsPerIncident; index++) join(one, finding(`over-${index}`, index > 1), 2_000);
  join(one, finding('new', true), 3_000);
  expect([one.findings.has('first'), one.findings.has('over-1'), one.findings.has('new'), one.findingsShed]).toEqual([true, false, true, 1]);
  join(one, finding('newer', true), 3_000);
  expect([one.findings.has('newer'), one.findings.size, one.findingsShed]).toEqual([false, limits.findingsPerIncident, 2]);
  tell(one, 4_000, 'resolved', '');
  expect(one.timeline).toHaveLength(limits.timelineEvents);
  expect([one.timeline[0].kind, one.timeline.at(-1)?.kind]).toEqual(['opened', 'resolved']);
});

test('an id is readable and unique', () => {
  const atMs = Date.UTC(2026, 10, 22, 10, 15, 23);
  const none = (): boolean => false;
  expect(incidentId(atMs, 'service:shop/payment@prod', none)).toBe('inc-20261122-101523-shop-payment-prod');
  expect(incidentId(atMs, 'service:<b>支付</b>', none)).toBe('inc-20261122-101523-b-b');
  expect(incidentId(atMs, 'service:支付', none)).toBe('inc-20261122-101523-unnamed');
  expect(incidentId(atMs, 'service:a', (id) => id.endsWith('-a') || id.endsWith('-2'))).toBe('inc-20261122-101523-a-3');
});

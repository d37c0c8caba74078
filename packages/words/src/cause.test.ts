import type { Cause, Evidence } from '@clew/engine';
import { expect, test } from 'vitest';
import { causeText } from './cause.ts';
import type { Tongue } from './piece.ts';

const series = (entity: string, feature: string, observed: number, expected: number): Evidence => ({ kind: 'series', findingId: feature, entity, feature, subject: '', unit: feature === 'request_rate' ? '1/s' : '1', observed, expected, onsetMs: 0 });
const overload = (entity: string): Cause => ({ entity, kind: 'overload', detail: entity === 'user' ? 'service:gateway' : '', confidence: 0.9, against: [], path: [], evidence: [series('service:gateway', 'request_rate', 40, 10), series('service:stock', 'cpu_utilization', 0.98, 0.3)] });
const tongue: Tongue = { language: 'en', names: new Map(), nowMs: 0, zone: 'UTC' };

test('too many people are told by how many requests come where, a service with too much to do by what ran short', () => {
  expect(causeText(overload('user'), tongue)).toBe('users, far more requests than the system can serve: gateway (request rate 40/s, normally 10/s)');
  expect(causeText(overload('service:stock'), tongue)).toMatch(/^stock, overloaded, .*98/);
});

import { describe, expect, test } from 'vitest';
import { evidenceOf, serversOf } from './alert-evidence.ts';
import type { AlertCase, CallAlert } from './alert-evidence.ts';
import { fitAlertRanking, rankAlerts } from './alert-ranking.ts';
import type { ToldCase } from './alert-ranking.ts';

const slow = (caller: string, callee: string, operation: string): CallAlert => ({ caller, callee, operation, kind: 'slow' });
const none: AlertCase = { instances: ['web-0', 'pay-0', 'bank-0'], alerts: [], calls: [] };

describe('evidenceOf', () => {
  test('knows no names: the same incident in other words is the same evidence', () => {
    const one: AlertCase = { ...none, alerts: [{ instance: 'pay-0', kind: 'cpu up', of: 'metric' }, { instance: 'pay-0', kind: 'pay-0-17', of: 'log' }] };
    const other: AlertCase = { instances: ['a-0', 'b-0', 'c-0'], alerts: [{ instance: 'b-0', kind: 'cpu up', of: 'metric' }, { instance: 'b-0', kind: 'b-0-17', of: 'log' }], calls: [] };
    expect([...evidenceOf(one, new Map()).values()]).toEqual([...evidenceOf(other, new Map()).values()]);
  });
  test('numbers within a metric do not make it another one', () => {
    const own = evidenceOf({ ...none, alerts: [{ instance: 'pay-0', kind: 'core_8_pct up', of: 'metric' }] }, new Map()).get('pay-0');
    expect(own?.get('metric core_#_pct up')).toBe(1);
    expect(own?.get('alone with metric core_#_pct up')).toBe(1);
  });
  test('slow for its caller and not where it is served: the way', () => {
    const servers = serversOf([{ ...none, calls: [slow('web-0', 'pay-0', '/pay')] }]);
    const way = evidenceOf({ ...none, calls: [slow('web-0', 'web-0', '/pay')] }, servers);
    expect([way.get('pay-0')?.get('way in'), way.get('web-0')?.get('way out share'), way.get('bank-0')?.get('way in')]).toEqual([1, 1, undefined]);
    const work = evidenceOf({ ...none, calls: [slow('web-0', 'web-0', '/pay'), slow('web-0', 'pay-0', '/pay')] }, servers);
    expect([work.get('pay-0')?.get('way in'), work.get('pay-0')?.get('slow itself')]).toEqual([undefined, Math.log1p(1)]);
  });
});

/** Whoever has the memory alert alone is the cause; the caller of it alarms too. */
const told = (cause: string, bystander: string, failure: string, kind: string): ToldCase => ({
  ...none, cause, failure,
  alerts: [{ instance: cause, kind, of: 'metric' }, { instance: bystander, kind: 'latency up', of: 'metric' }, { instance: bystander, kind: 'queue up', of: 'metric' }],
  calls: [slow(bystander, cause, '/x')],
});
const past = [
  told('pay-0', 'web-0', 'memory', 'memory up'), told('bank-0', 'pay-0', 'memory', 'memory up'), told('web-0', 'bank-0', 'memory', 'memory up'),
  told('pay-0', 'bank-0', 'disk', 'disk up'), told('bank-0', 'web-0', 'disk', 'disk up'), told('web-0', 'pay-0', 'disk', 'disk up'),
];

describe('fitAlertRanking', () => {
  test('learns which alerts are of the cause and which of its victims, and which failure they are of', () => {
    const model = fitAlertRanking(past);
    const { instances, failures } = rankAlerts(model, told('web-0', 'bank-0', 'disk', 'disk up'));
    expect(instances[0].instance).toBe('web-0');
    expect(failures[0].failure).toBe('disk');
    expect(instances.reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(1, 9);
    expect(failures.reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(1, 9);
  });
  test('the same cases give the same bits', () => {
    expect(fitAlertRanking(past).weights).toEqual(fitAlertRanking(past).weights);
  });
  test('nothing learnt, nothing known: all alike', () => {
    const { instances, failures } = rankAlerts(fitAlertRanking([]), none);
    expect(instances.map(({ p }) => p)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(failures).toEqual([]);
  });
  test('a case whose cause is not among its instances teaches nothing', () => {
    expect(fitAlertRanking([{ ...past[0], cause: 'gone-0' }]).weights.every((weight) => weight === 0)).toBe(true);
  });
});

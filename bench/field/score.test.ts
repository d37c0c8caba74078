import type { FaultTruth } from '@clew/simulator';
import { expect, test } from 'vitest';
import { score, settlingMs, total } from './score.ts';
import { nodesOf, type Alarm } from './watch.ts';

const fault = (over: Partial<FaultTruth> = {}): FaultTruth => ({
  kind: 'service_errors', entities: ['service:b'], causes: ['errors'], detail: '', onsetMs: 100_000, endMs: 400_000, visibleMs: 130_000,
  symptoms: [{ entity: 'service:a', perMinute: 60, how: 'fails' }], path: ['service:b', 'service:a'], inside: true, twist: '', touchedPerMinute: 60, ...over,
});
const alarm = (saidMs: number, over: Partial<Alarm> = {}): Alarm => ({ id: 'x', saidMs, reopened: false, mergedInto: null, entities: ['service:a'], causes: [], answer: null, headline: '', ...over });

test('an alarm in time about a service that suffers is true; before, long after, or about another it is false', () => {
  const { cases, falseAlarms } = score('run', [fault()], [alarm(99_999), alarm(120_000, { entities: ['service:z'] }), alarm(160_000), alarm(400_001 + settlingMs)]);
  expect(cases[0]).toMatchObject({ found: true, detectS: 60, detectVisibleS: 30, duplicates: 0 });
  expect(falseAlarms).toHaveLength(3);
});

test('an alarm about the cause alone is true, and more of them are told as duplicates', () => {
  const { cases, falseAlarms } = score('run', [fault()], [alarm(150_000, { entities: ['service:b'] }), alarm(180_000)]);
  expect(cases[0]).toMatchObject({ found: true, duplicates: 1 });
  expect(falseAlarms).toEqual([]);
});

test('of two faults at a time an alarm goes to the one that was not told yet', () => {
  const { cases } = score('run', [fault(), fault({ kind: 'other', onsetMs: 110_000 })], [alarm(150_000), alarm(160_000)]);
  expect(cases.map(({ found }) => found)).toEqual([true, true]);
});

test('of two that were not told yet it goes to the one whose cause it names', () => {
  const faults = [fault(), fault({ kind: 'other', onsetMs: 110_000, entities: ['service:c'] })];
  const named = alarm(150_000, { causes: [{ entity: 'service:c', kind: 'errors', confidence: 0.9 }] });
  expect(score('run', faults, [named]).cases).toMatchObject([{ found: false }, { found: true, top1: true }]);
  expect(score('run', faults, [alarm(150_000)]).cases.map(({ found }) => found)).toEqual([true, false]);
});

test('an alarm that was merged later is still one, and it is told when two faults were mixed up', () => {
  const faults = [fault(), fault({ kind: 'other', onsetMs: 110_000, entities: ['service:c'], symptoms: [{ entity: 'service:d', perMinute: 60, how: 'fails' }] })];
  const first = alarm(150_000, { id: 'first' });
  const same = score('run', faults, [first, alarm(170_000, { id: 'second', mergedInto: 'first' })]);
  expect(same).toMatchObject({ alarms: 2, merged: 1, mixed: 0, cases: [{ duplicates: 1 }, { found: false }] });
  expect(score('run', faults, [first, alarm(170_000, { id: 'second', mergedInto: 'first', entities: ['service:d'] })])).toMatchObject({ merged: 1, mixed: 1 });
});

test('only the user at the front door is about nothing in particular', () => {
  expect(score('run', [fault({ entities: ['user'] })], [alarm(150_000, { entities: ['user'] })]).cases[0].found).toBe(false);
});

test('right answers are counted by place', () => {
  const said = (causes: Alarm['causes']): Alarm => alarm(150_000, { causes });
  const cause = (entity: string, kind: string) => ({ entity, kind, confidence: 0.5 });
  expect(score('run', [fault()], [said([cause('service:b', 'errors')])]).cases[0]).toMatchObject({ top1: true, top3: true, kindRight: true });
  expect(score('run', [fault()], [said([cause('service:a', 'errors'), cause('service:b', 'slow')])]).cases[0]).toMatchObject({ top1: false, top3: true, kindRight: false });
  expect(score('run', [fault()], [said([])]).cases[0]).toMatchObject({ top1: false, said: 'unknown' });
});

test('totals: what was missed counts in the recall and not in the times', () => {
  const found = score('a', [fault()], [alarm(110_000), alarm(90_000)]);
  const missed = score('b', [fault()], []);
  expect(total([found, missed])).toMatchObject({ faults: 2, found: 1, alarms: 2, falseAlarms: 1, precision: 0.5, recall: 0.5, detectS: { median: 10, p95: 10 } });
});

test('entities stand for the nodes that they belong to', () => {
  expect(nodesOf('operation:shop/a@prod|server|GET /x|y')).toEqual(['service:shop/a@prod']);
  expect(nodesOf('instance:a#pod-1')).toEqual(['service:a']);
  expect(nodesOf('edge:service:a→database:mysql/b')).toEqual(['service:a', 'database:mysql/b']);
  expect(nodesOf('host:n1')).toEqual(['host:n1']);
});

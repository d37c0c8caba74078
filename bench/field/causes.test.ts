import type { FaultTruth } from '@clew/simulator';
import { expect, test } from 'vitest';
import { judgeCauses } from './causes.ts';
import type { Alarm, Answer } from './watch.ts';

const fault = (over: Partial<FaultTruth> = {}): FaultTruth => ({
  kind: 'service_errors', entities: ['service:b'], causes: ['errors'], detail: '', onsetMs: 100_000, endMs: 400_000, visibleMs: 130_000,
  symptoms: [{ entity: 'service:a', perMinute: 60, how: 'fails' }], path: ['service:b', 'service:a', 'user'], inside: true, twist: '', touchedPerMinute: 60, ...over,
});
const answer = (unknown: number, ...causes: readonly (readonly [string, number])[]): Answer => ({ unknown, causes: causes.map(([entity, confidence]) => ({ entity, kind: 'errors', confidence, path: ['user', 'service:a', entity] })) });
const alarm = (given: Answer): Alarm => ({ id: 'x', saidMs: 150_000, reopened: false, mergedInto: null, entities: ['service:a'], causes: [], answer: given, headline: '' });
const judge = (faults: readonly FaultTruth[], ...alarms: readonly Alarm[]): ReturnType<typeof judgeCauses> =>
  judgeCauses([{ spec: { name: 'run', budgets: [1], simulation: { services: 12 } }, faults, alarms: [alarms] }]);

test('the right cause first, by the right way', () => {
  const { cases, totals } = judge([fault()], alarm(answer(0.1, ['service:b', 0.7], ['service:c', 0.2])));
  expect(cases[0]).toMatchObject({ place: 1, isKindRight: true, isPathRight: true, saysUnknown: false, isRight: true, share: 0.7, baselinePlace: null });
  expect(totals).toMatchObject({ faults: 1, top1: 1, pathRight: 1, notFound: 0, calibrationError: 0.3 });
});
test('right in the second place is not first, and another way is not the way', () => {
  const { cases } = judge([fault({ path: ['service:b', 'service:x', 'service:a'] })], alarm(answer(0.1, ['service:c', 0.5], ['service:b', 0.4])));
  expect(cases[0]).toMatchObject({ place: 2, isRight: false, isPathRight: false });
});
test('a way over a caller that suffers alike is told apart from the exact one, and a third one is neither', () => {
  const alike = fault({ path: ['service:b', 'service:x', 'user'], alike: [['service:b', 'service:a', 'user']] });
  expect(judge([alike], alarm(answer(0.1, ['service:b', 0.9]))).totals).toMatchObject({ pathRight: 0, pathAlike: 1 });
  expect(judge([{ ...alike, alike: [['service:b', 'service:y']] }], alarm(answer(0.1, ['service:b', 0.9]))).totals).toMatchObject({ pathRight: 0, pathAlike: 0 });
});
test('an alarm that was told to be the same as another one is judged by what that one says, for better or worse', () => {
  const [right, wrong] = [answer(0.1, ['service:b', 0.9]), answer(0.1, ['service:c', 0.9])];
  const pair = (early: Answer, late: Answer) => [{ ...alarm(early), id: 'early', mergedInto: 'late' }, { ...alarm(late), id: 'late', saidMs: 160_000 }];
  expect(judge([fault()], ...pair(wrong, right)).totals.top1).toBe(1);
  expect(judge([fault()], ...pair(right, wrong)).totals.top1).toBe(0);
  expect(judge([fault()], { ...alarm(right), mergedInto: 'forgotten' }).totals.top1).toBe(1);
});
test('unknown is right when the cause is outside of the telemetry, and only then', () => {
  const said = answer(0.6, ['service:b', 0.4]);
  expect(judge([fault({ inside: false })], alarm(said)).totals).toMatchObject({ outside: 1, unknownSaid: 1, top1: null });
  expect(judge([fault()], alarm(said)).totals).toMatchObject({ unknownSaidWrongly: 1, top1: 0, top3: 1 });
});
test('a fault that was not found is told apart', () => {
  expect(judge([fault(), fault({ onsetMs: 900_000, endMs: 1_000_000 })], alarm(answer(0.1, ['service:b', 0.9]))).totals).toMatchObject({ faults: 1, notFound: 1 });
});
test('of two faults at a time each is given the answer that names it', () => {
  const second = fault({ entities: ['service:z'], symptoms: [{ entity: 'service:a', perMinute: 9, how: 'slow' }] });
  const { cases } = judge([fault(), second], alarm(answer(0.1, ['service:b', 0.9])), alarm(answer(0.1, ['service:z', 0.9])));
  expect(cases.map(({ place }) => place)).toEqual([1, 1]);
});

import { expect, test } from 'vitest';
import { draw } from './draw.ts';
import { jointMembers, openJointWatch } from './watch.ts';
import type { JointStep, JointWatch } from './watch.ts';

const features = 5;
const all = new Uint8Array(features).fill(1);

/** Requests, CPU, memory traffic and latency that follow the load, and one of its own. Units differ by orders of magnitude. */
function pane(i: number): Float64Array {
  const load = 100 + 40 * Math.sin(i / 60) + 6 * (draw(1, i) - 0.5);
  const noise = (j: number): number => 1 + 0.05 * (draw(2 + j, i) - 0.5);
  return Float64Array.of(load * noise(0), (load / 250) * noise(1), load * 1e6 * noise(2), 20 + load * 0.1 * noise(3), 3 * noise(4));
}

function run(watch: JointWatch, from: number, to: number, change: (values: Float64Array, i: number) => void = () => undefined): JointStep[] {
  const steps: JointStep[] = [];
  for (let i = from; i < to; i++) {
    const values = pane(i);
    change(values, i);
    steps.push(watch.step(values, all));
  }
  return steps;
}

test('two features that part company are found, and they are named, although each value is possible', () => {
  const watch = openJointWatch({ seed: 1, features });
  run(watch, 0, 2_000);
  const [step] = run(watch, 2_000, 2_030, (values) => { values[1] = 0.4 - (values[1] - 0.4); }).slice(-1);
  expect(step.p).toBeLessThan(0.001);
  expect(step.contributors[0].feature).toBe(1);
  expect(step.votes.filter(({ agrees }) => agrees).length).toBeGreaterThan(0);
});

test('ordinary panes are as rarely unlikely as p says', () => {
  const watch = openJointWatch({ seed: 1, features });
  run(watch, 0, 2_000);
  const steps = run(watch, 2_000, 8_000);
  expect(steps.filter(({ p }) => p !== null && p < 0.01).length / steps.length).toBeLessThan(0.02);
  expect(steps.filter(({ p }) => p !== null && p < 0.001).length / steps.length).toBeLessThan(0.003);
});

test('it says unknown before it can know, and while nothing is reported', () => {
  const watch = openJointWatch({ seed: 1, features });
  expect(run(watch, 0, 1)[0].p).toBeNull();
  run(watch, 1, 1_000);
  const step = watch.step(pane(1_000), new Uint8Array(features));
  expect(step.votes.find(({ detector }) => detector === 'balance')?.p).toBeNull();
  expect(step.p === null || step.p > 0.01).toBe(true);
});

test('one feature that is no longer reported makes no finding', () => {
  const watch = openJointWatch({ seed: 1, features });
  run(watch, 0, 1_500);
  const without = Uint8Array.of(1, 1, 0, 1, 1);
  for (let i = 1_500; i < 1_700; i++) expect(watch.step(pane(i), without).p ?? 1).toBeGreaterThan(1e-6);
});

test('a new normal is taken over after some hours, and not before', () => {
  const watch = openJointWatch({ seed: 1, features });
  run(watch, 0, 2_000);
  const steps = run(watch, 2_000, 8_000, (values) => { values[4] *= 2; });
  expect(steps[300].p).toBeLessThan(0.001);
  expect(steps.at(-1)?.p).toBeGreaterThan(0.01);
});

test('a saved state goes on as if nothing had happened', () => {
  const whole = openJointWatch({ seed: 4, features });
  const half = openJointWatch({ seed: 4, features });
  run(whole, 0, 700);
  run(half, 0, 700);
  const resumed = openJointWatch({ seed: 4, features }, structuredClone(half.save()));
  expect(run(resumed, 700, 900)).toEqual(run(whole, 700, 900));
});

test('a score from outside votes like a member, and unknown when it is missing', () => {
  const watch = openJointWatch({ seed: 1, features, members: ['course'], outside: ['autoencoder'] });
  for (let i = 0; i < 500; i++) watch.step(pane(i), all, { outside: [draw(8, i)] });
  const step = watch.step(pane(500), all, { outside: [1e3] });
  expect(step.votes.map(({ detector, agrees }) => [detector, agrees])).toEqual([['course', false], ['autoencoder', true]]);
  expect(watch.step(pane(501), all).votes[1].p).toBeNull();
});

test('fitted without learning on, it judges the same vector the same', () => {
  const watch = openJointWatch({ seed: 1, features });
  for (let i = 0; i < 1_000; i++) watch.step(pane(i), all, { learn: 'all' });
  const saved = structuredClone(watch.save());
  for (let i = 1_000; i < 1_200; i++) watch.step(pane(i), all, { learn: 'none' });
  expect(watch.save().standard).toEqual(saved.standard);
  expect(watch.save().tail).toEqual(saved.tail);
  expect(jointMembers).toEqual(['balance', 'course', 'forest', 'neighbours', 'reckoning']);
});

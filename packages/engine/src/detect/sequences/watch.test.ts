import { expect, test } from 'vitest';
import { openSequenceWatch, sequenceMembers } from './watch.ts';

function ordinary(i: number): string[] {
  const rounds = 1 + ((i * 7) % 5);
  return ['open', ...Array.from({ length: rounds }, () => ['read', 'done']).flat(), ...(i % 6 === 0 ? ['note'] : []), 'close'];
}

/** One session in twenty breaks off: faults are in what is learnt from. */
function fitted(sessions = 1_000): ReturnType<typeof openSequenceWatch> {
  const watch = openSequenceWatch();
  for (let i = 0; i < sessions; i++) watch.step(i % 20 === 13 ? ['open', 'read'] : ordinary(i));
  return watch;
}

test('a kind of fault that was among what was learnt is still unlikely, and says which lines', () => {
  const verdict = fitted().judge(['open', 'read']);
  expect(verdict.p).toBeLessThan(0.01);
  expect(verdict.contributors.map(({ template }) => template)).toContain('close');
  expect(verdict.contributors.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1.000001);
});

test('a line that was never written makes a session unlikely', () => {
  const verdict = fitted().judge(['open', 'read', 'done', 'panic', 'close']);
  expect(verdict.p).toBeLessThan(0.01);
  expect(verdict.contributors[0].template).toBe('panic');
});

test('ordinary sessions are called no more often than p says', () => {
  const watch = fitted();
  const ps = Array.from({ length: 300 }, (_, i) => watch.judge(ordinary(i + 7)).p ?? 0);
  expect(ps.filter((p) => p < 0.01).length).toBeLessThanOrEqual(3);
});

test('it says unknown before it can know', () => {
  const watch = openSequenceWatch();
  expect(watch.judge(['open']).p).toBeNull();
  expect(watch.step(['open']).votes.map(({ detector, p }) => [detector, p])).toEqual(sequenceMembers.map((id) => [id, null]));
});

test('a saved state goes on as if nothing had happened', () => {
  const watch = fitted(400);
  const resumed = openSequenceWatch({}, structuredClone(watch.save()));
  for (let i = 400; i < 500; i++) expect(resumed.step(ordinary(i))).toEqual(watch.step(ordinary(i)));
});

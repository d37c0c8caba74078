import { expect, test } from 'vitest';
import { makeTurns, turnWaitMsMax } from './turns.ts';

const settle = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test('sources take turns, however many requests each has', async () => {
  const turns = makeTurns();
  const order: string[] = [];
  const take = async (source: string): Promise<void> => { await turns.take(source); order.push(source); };
  await Promise.all([...Array.from({ length: 6 }, () => take('eager')), take('quiet'), take('other'), take('quiet')]);
  expect(order.join(' ')).toBe('eager quiet other eager quiet eager eager eager eager');
  expect(turns.waiting()).toBe(0);
});

test('nobody waits when nobody is before', async () => {
  const turns = makeTurns();
  for (let i = 0; i < 3; i++) await turns.take('a');
  expect(turns.waiting()).toBe(0);
});

test('while work holds the thread, one request is let in at a time, and sockets are looked at between', async () => {
  let nowMs = 0;
  const turns = makeTurns(() => nowMs);
  let done = 0;
  const running = Array.from({ length: 5 }, async () => { await turns.take('a'); nowMs += 50; done += 1; });
  const seen: number[] = [];
  while (done < 5) { await settle(); seen.push(done); }
  await Promise.all(running);
  expect(seen.length).toBeGreaterThanOrEqual(3);
});

test('what has waited too long is told to come again', async () => {
  let nowMs = 0;
  const turns = makeTurns(() => nowMs);
  const settled = await Promise.allSettled([
    turns.take('a').then(() => { nowMs += turnWaitMsMax + 1; }),
    turns.take('a'),
  ]);
  expect(settled.map((each) => (each.status === 'fulfilled' ? 'in' : each.reason.code))).toEqual(['in', 'overload']);
  await expect(turns.take('a')).resolves.toBeUndefined();
});

import { expect, test } from 'vitest';
import { makeBudget } from './budget.ts';
import { makeArrivalClock, makeJournal } from './journal.ts';

test('the arrival clock never goes back, also not behind the log', () => {
  const times = [5, 900, 800, 901.7];
  const clock = makeArrivalClock(() => times.shift() ?? 0, 700);
  expect([clock.nowMs(), clock.nowMs(), clock.nowMs(), clock.nowMs()]).toEqual([700, 900, 900, 901]);
});

test('a record is handed on only when it is durable, and not when it could not be made so', async () => {
  const handed: unknown[] = [];
  let position = 0;
  const journal = makeJournal({
    log: { append: async ({ body }) => { if (body.length === 0) throw new Error('disk'); return ++position; } },
    clock: { nowMs: () => 7 },
    onDurable: (record, bytes) => handed.push([record, bytes]),
  });
  const record = { kind: 'logs', encoding: 'json', compression: 'identity' } as const;
  await expect(journal.append({ ...record, body: Buffer.alloc(0) }, null, 0, false)).rejects.toThrow('disk');
  expect(await journal.append({ ...record, body: Buffer.alloc(1) }, null, 9, false)).toBe(1);
  expect(handed).toEqual([[{ position: 1, receivedMs: 7, batch: null }, 9]]);
});

test('a notice is durable before the engine hears it', async () => {
  const handed: unknown[] = [];
  const kept: unknown[] = [];
  const journal = makeJournal({ log: { append: async (record, reserve) => kept.push(record.kind, handed.length, reserve) }, clock: { nowMs: () => 7 }, onDurable: (record) => handed.push(record) });
  const notice = { kind: 'finding_verdict', finding: 'f', verdict: 'real', by: '', atMs: 7 } as const;
  expect(await journal.tell(notice)).toBe(3);
  // A word of a person is never crowded out by telemetry.
  expect(kept).toEqual(['notice', 0, true]);
  expect(handed).toEqual([{ position: 3, receivedMs: 7, batch: null, notice }]);
});

test('the budget lets one request through whatever its size, and then refuses what exceeds it', () => {
  const budget = makeBudget(100);
  const [large, small] = [budget.open(), budget.open()];
  large.take(80);
  large.take(500);
  expect(() => small.take(1)).toThrow(expect.objectContaining({ code: 'overload' }));
  large.release();
  large.release();
  small.take(60);
  expect(budget.usedBytes()).toBe(60);
});

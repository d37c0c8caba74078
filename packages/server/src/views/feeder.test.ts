import { expect, test } from 'vitest';
import type { Log, LogRecord, Position } from '@clew/engine';
import { openFeeder } from './feeder.ts';
import type { View, ViewRecord } from './view.ts';

/** A log in memory: the smallest thing that keeps the port's reading half. */
function memoryLog(first = 1): { log: Log; grow(): LogRecord } {
  const records: LogRecord[] = [];
  const bounds = (): { first: Position; last: Position } => ({ first, last: first - 1 + records.length });
  const log: Log = {
    bounds,
    append: () => Promise.reject(new Error('not needed')),
    trim: async () => undefined,
    close: async () => undefined,
    async* read(from) { for (const record of records.slice(from - first)) yield record; },
  };
  return {
    log,
    grow() {
      const record: LogRecord = { position: bounds().last + 1, kind: 'tick', encoding: 'protobuf', compression: 'identity', receivedMs: 1, body: new Uint8Array(10) };
      records.push(record);
      return record;
    },
  };
}

function view(reached = 0): View & { readonly taken: Position[]; hold(): () => void; fail(): void; mend(): void } {
  const taken: Position[] = [];
  let gate = Promise.resolve();
  let isFailing = false;
  return {
    taken,
    reached: () => reached,
    async feed(records: readonly ViewRecord[]) {
      await gate;
      if (isFailing) throw new Error('no more');
      taken.push(...records.map(({ position }) => position));
    },
    flush: async () => undefined,
    close: async () => undefined,
    hold() {
      let release = (): void => undefined;
      gate = new Promise((resolve) => { release = resolve; });
      return release;
    },
    fail() { isFailing = true; },
    mend() { isFailing = false; },
  };
}

const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const failures: string[] = [];
const open = (log: Log, views: Record<string, View>, ringBytesMax = 1_000_000) =>
  openFeeder({ log, views, decode: ({ position, receivedMs }) => ({ position, receivedMs, batch: null }), ringBytesMax, onFailure: (name, reason) => failures.push(`${name}: ${reason}`), onRecovery: (name) => failures.push(`${name}: again`), retryMs: 5 });

test('every view gets every record once, in order', async () => {
  const { log, grow } = memoryLog();
  const [a, b] = [view(), view()];
  const feeder = open(log, { a, b });
  for (let index = 0; index < 300; index++) feeder.offer({ ...grow(), batch: null }, 10);
  await feeder.drained();
  expect(a.taken).toEqual(upTo(300));
  expect(b.taken).toEqual(upTo(300));
  expect(feeder.lags().a).toEqual({ records: 0, reread: 0, missed: 0, hasFailed: false });
  await feeder.close();
});

test('a view that starts behind is caught up from the log, and one that is ahead of it is not fed twice', async () => {
  const { log, grow } = memoryLog();
  for (let index = 0; index < 200; index++) grow();
  const [behind, there] = [view(40), view(200)];
  const feeder = open(log, { behind, there });
  feeder.offer({ ...grow(), batch: null }, 10);
  await feeder.drained();
  expect(behind.taken).toEqual(upTo(201, 41));
  expect(there.taken).toEqual([201]);
  expect(feeder.lags().behind.reread).toBeGreaterThanOrEqual(160);
  await feeder.close();
});

test('a slow view delays nobody and reads again what fell out of the ring', async () => {
  const { log, grow } = memoryLog();
  const [slow, quick] = [view(), view()];
  const release = slow.hold();
  const feeder = open(log, { slow, quick }, 100);
  for (let index = 0; index < 500; index++) {
    feeder.offer({ ...grow(), batch: null }, 10);
    await Promise.resolve();
  }
  while (quick.taken.length < 500) await new Promise(setImmediate);
  expect(slow.taken).toEqual([]);
  expect(feeder.lags().slow.records).toBe(500);
  release();
  await feeder.drained();
  expect(slow.taken).toEqual(upTo(500));
  expect(feeder.lags().slow.reread).toBeGreaterThan(400);
  await feeder.close();
});

test('a view that fails is told of once and tried again; the other goes on meanwhile', async () => {
  const { log, grow } = memoryLog();
  const [bad, good] = [view(), view()];
  const feeder = open(log, { bad, good });
  bad.fail();
  for (let index = 0; index < 10; index++) feeder.offer({ ...grow(), batch: null }, 10);
  await feeder.drained();
  expect(good.taken).toEqual(upTo(10));
  expect(failures).toEqual(['bad: no more']);
  expect(feeder.lags().bad.hasFailed).toBe(true);
  bad.mend();
  while (feeder.lags().bad.hasFailed || feeder.lags().bad.records > 0) await new Promise(setImmediate);
  expect(bad.taken).toEqual(upTo(10));
  expect(failures).toEqual(['bad: no more', 'bad: again']);
  feeder.offer({ ...grow(), batch: null }, 10);
  await feeder.drained();
  expect(bad.taken).toEqual(upTo(11));
  await feeder.close();
});

test('records that were trimmed before a view took them are counted as missed', async () => {
  const { log, grow } = memoryLog(101);
  grow();
  const late = view(40);
  const feeder = open(log, { late });
  await feeder.drained();
  expect(late.taken).toEqual([101]);
  expect(feeder.lags().late.missed).toBe(60);
  await feeder.close();
});

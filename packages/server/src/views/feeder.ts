import type { Log, LogRecord, Position } from '@clew/engine';
import { reasonOf } from '../errors.ts';
import { makeRing } from './ring.ts';
import type { Ring } from './ring.ts';
import type { View, ViewRecord } from './view.ts';

/** One call of View.feed takes at most this much. */
const feedRecordsMax = 64;
const feedBytesMax = 16 * 1024 * 1024;
/** A view that keeps up is fed no more often than this, or when there is enough for one call: waking a thread for each request costs it and us more than reading the request. */
const paceMs = 20;
const retryMsDefault = 2_000;
const retryGrowthMax = 16;

export interface FeederOptions {
  readonly log: Log;
  readonly views: Readonly<Record<string, View>>;
  /** Decodes a record that has left the ring. */
  decode(record: LogRecord): ViewRecord;
  /** Decoded batches that are held for views which are not there yet; what falls out is read from the log again. */
  readonly ringBytesMax: number;
  /** A view fails; the others go on, and it is tried again from where it is. Told once for each reason. */
  onFailure(view: string, reason: string): void;
  /** A view that had failed takes records again. */
  onRecovery(view: string): void;
  /** How long until a view that failed is tried again; each time twice as long, up to 16 times. */
  readonly retryMs?: number;
}

export interface Lag {
  /** Records that are durable but not yet taken by the view. */
  readonly records: number;
  /** Records that were read from the log again because they had left the ring. */
  readonly reread: number;
  /** Records that had been trimmed away before the view took them. */
  readonly missed: number;
  readonly hasFailed: boolean;
}

export interface Feeder {
  /** Hands over a record that has just become durable. Every record of the log, in order. */
  offer(record: ViewRecord, bytes: number): void;
  lags(): Readonly<Record<string, Lag>>;
  /** Resolves when every view that has not failed has taken all that was offered. */
  drained(): Promise<void>;
  /** Stops feeding; what a view has not taken it takes after the next start. */
  close(): Promise<void>;
}

interface Lane {
  readonly name: string;
  readonly view: View;
  taken: Position;
  reread: number;
  missed: number;
  hasFailed: boolean;
  /** Why it failed last; empty when it has not. */
  reason: string;
  waitMs: number;
  /** When it was fed last. */
  fedMs: number;
  wake: () => void;
}

/** What all lanes share. */
interface Hall {
  readonly options: FeederOptions;
  readonly ring: Ring;
  readonly lanes: readonly Lane[];
  readonly idle: Set<() => void>;
  offered: Position;
  isClosed: boolean;
}

/** Feeds each view at its own pace: from a ring of batches just decoded, else from the log. The log is the queue. */
export function openFeeder(options: FeederOptions): Feeder {
  const { first, last } = options.log.bounds();
  const lanes = Object.entries(options.views).map(([name, view]) => makeLane(name, view, first, options.retryMs ?? retryMsDefault));
  const hall: Hall = { options, lanes, ring: makeRing(options.ringBytesMax), idle: new Set(), offered: last, isClosed: false };
  const running = lanes.map((lane) => run(hall, lane));
  const wakeAll = (): void => { for (const lane of lanes) lane.wake(); };
  return {
    offer(record, bytes) {
      if (record.position !== hall.offered + 1) throw new Error(`BUG: record ${record.position} was offered after ${hall.offered}`);
      hall.ring.add(record, bytes);
      hall.offered = record.position;
      wakeAll();
    },
    lags: () => Object.fromEntries(lanes.map(({ name, taken, reread, missed, hasFailed }) => [name, { records: Math.max(0, hall.offered - taken), reread, missed, hasFailed }])),
    drained: () => new Promise((resolve) => { if (isDrained(hall)) resolve(); else hall.idle.add(resolve); }),
    async close() {
      hall.isClosed = true;
      wakeAll();
      await Promise.all(running);
    },
  };
}

function makeLane(name: string, view: View, first: Position, waitMs: number): Lane {
  const lane: Lane = { name, view, taken: 0, reread: 0, missed: 0, hasFailed: false, reason: '', waitMs, fedMs: -Infinity, wake: () => undefined };
  startAgain(lane, first);
  return lane;
}

/** From where the view is, or from where the log begins. */
function startAgain(lane: Lane, first: Position): void {
  const reached = lane.view.reached();
  const missed = Math.max(0, first - 1 - reached);
  lane.taken = reached + missed;
  lane.missed += missed;
}

/** Feeds one view until the end. */
async function run(hall: Hall, lane: Lane): Promise<void> {
  while (!hall.isClosed) {
    try {
      if (lane.taken >= hall.offered) await new Promise<void>((resolve) => { lane.wake = resolve; tellIdle(hall); });
      else if (hall.ring.has(lane.taken + 1) && waitOf(hall, lane) > 0) await sleep(hall, lane, waitOf(hall, lane));
      else if (hall.ring.has(lane.taken + 1)) await feed(hall, lane, hall.ring.take(lane.taken + 1, feedRecordsMax, feedBytesMax));
      else await feedFromLog(hall, lane);
    } catch (error) {
      fail(hall, lane, reasonOf(error));
      await pause(hall, lane);
      startAgain(lane, hall.options.log.bounds().first);
    }
  }
}

function fail(hall: Hall, lane: Lane, reason: string): void {
  lane.hasFailed = true;
  if (reason !== lane.reason) hall.options.onFailure(lane.name, reason);
  lane.reason = reason;
  tellIdle(hall);
  forget(hall);
}

/** Longer each time; the end does not wait for it. */
async function pause(hall: Hall, lane: Lane): Promise<void> {
  const endMs = performance.now() + lane.waitMs;
  lane.waitMs = Math.min(2 * lane.waitMs, retryGrowthMax * (hall.options.retryMs ?? retryMsDefault));
  while (!hall.isClosed && performance.now() < endMs) {
    await sleep(hall, lane, endMs - performance.now());
  }
}

/** Until the lane may be fed again. */
function waitOf(hall: Hall, { taken, fedMs }: Lane): number {
  return hall.offered - taken >= feedRecordsMax ? 0 : fedMs + paceMs - performance.now();
}

/** The end does not wait for it. */
function sleep(hall: Hall, lane: Lane, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(1, ms));
    lane.wake = () => { if (hall.isClosed) { clearTimeout(timer); resolve(); } };
  });
}

function recover(hall: Hall, lane: Lane): void {
  if (!lane.hasFailed) return;
  lane.hasFailed = false;
  lane.reason = '';
  lane.waitMs = hall.options.retryMs ?? retryMsDefault;
  hall.options.onRecovery(lane.name);
}

async function feed(hall: Hall, lane: Lane, records: readonly ViewRecord[]): Promise<void> {
  lane.fedMs = performance.now();
  await lane.view.feed(records);
  recover(hall, lane);
  lane.taken = records[records.length - 1].position;
  forget(hall);
}

/** Reads on until the ring has what comes next, or the log ends. */
async function feedFromLog(hall: Hall, lane: Lane): Promise<void> {
  const { log, decode } = hall.options;
  let records: ViewRecord[] = [];
  let bytes = 0;
  for await (const record of log.read(lane.taken + 1)) {
    if (hall.isClosed) return;
    records.push(decode(record));
    bytes += record.body.length;
    lane.reread += 1;
    if (records.length < feedRecordsMax && bytes < feedBytesMax) continue;
    await feed(hall, lane, records);
    records = [];
    bytes = 0;
    if (hall.ring.has(lane.taken + 1)) return;
  }
  if (records.length > 0) await feed(hall, lane, records);
}

/** Drops what every lane has taken. */
function forget({ ring, lanes, offered }: Hall): void {
  ring.forget(Math.min(...lanes.filter((lane) => !lane.hasFailed).map((lane) => lane.taken + 1), offered + 1));
}

function isDrained({ lanes, offered }: Hall): boolean {
  return lanes.every((lane) => lane.hasFailed || lane.taken >= offered);
}

function tellIdle(hall: Hall): void {
  if (!isDrained(hall)) return;
  for (const resolve of hall.idle) resolve();
  hall.idle.clear();
}

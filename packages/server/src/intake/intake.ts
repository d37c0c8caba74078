import type { Server } from 'node:http';
import type { Settings } from '../config/table.ts';
import type { SegmentLog } from '../log/segment-log.ts';
import type { ViewRecord } from '../views/view.ts';
import { makeBudget } from './budget.ts';
import type { Budget } from './budget.ts';
import { makeCounters } from './counters.ts';
import type { Counters } from './counters.ts';
import { digestOf, makeDedup } from './dedup.ts';
import type { Dedup } from './dedup.ts';
import { makeForeignRoutes } from './foreign/routes.ts';
import { makeGrpcReceiver } from './grpc.ts';
import type { GrpcReceiver } from './grpc.ts';
import { makeHttpReceiver } from './http.ts';
import { makeArrivalClock, makeJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { makeRequestIds } from './request-id.ts';

export interface IntakeOptions {
  readonly settings: Settings;
  readonly log: SegmentLog;
  nowMs(): number;
  onDurable(record: ViewRecord, bytes: number): void;
  onBug(reason: string): void;
}

/** Everything between the sockets and the log. */
export interface Intake {
  readonly http: Server;
  readonly grpc: GrpcReceiver;
  readonly counters: Counters;
  readonly budget: Budget;
  readonly dedup: Dedup;
  readonly journal: Journal;
  /** Arrival of the newest data in the log at open; 0 when there is none in its tail. */
  readonly lastDataMs: number;
  /** From now on requests are told to retry. */
  stop(): void;
}

export async function openIntake({ settings, log, nowMs, onDurable, onBug }: IntakeOptions): Promise<Intake> {
  const clock = makeArrivalClock(nowMs, log.openedLastMs);
  const budget = makeBudget(settings.receivingBytesMax);
  const counters = makeCounters();
  const dedup = makeDedup({ windowMs: settings.dedupWindowMs, requestsMax: settings.dedupRequestsMax });
  const journal = makeJournal({ log, clock, onDurable });
  const lastDataMs = await recoverTail(log, dedup, clock.nowMs(), settings.dedupWindowMs);
  let isStopping = false;
  const options = {
    limits: settings, headersTimeoutMs: settings.headersTimeoutMs, bodyTimeoutMs: settings.bodyTimeoutMs,
    token: settings.token === '' ? null : settings.token,
    takesProfiles: settings.profiles,
    budget, counters, dedup, journal, onBug, requestIds: makeRequestIds(nowMs()),
    foreign: makeForeignRoutes(),
    nowMs: clock.nowMs,
    isStopping: () => isStopping,
  };
  return { http: makeHttpReceiver(options), grpc: makeGrpcReceiver(options), counters, budget, dedup, journal, lastDataMs, stop: () => { isStopping = true; } };
}

/** Reads the end of the log once, so that a request sent again over a restart is known. */
async function recoverTail(log: SegmentLog, dedup: Dedup, nowMs: number, windowMs: number): Promise<number> {
  let lastDataMs = 0;
  for await (const record of log.read(log.positionSince(nowMs - windowMs))) {
    if (record.kind === 'tick' || record.kind === 'notice') continue;
    lastDataMs = record.receivedMs;
    if (record.receivedMs + windowMs > nowMs) dedup.remember(digestOf(record), record.receivedMs, Promise.resolve(record.position));
  }
  return lastDataMs;
}

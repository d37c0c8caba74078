import { randomBytes } from 'node:crypto';
import type { Server as HttpServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import { readCalendar } from '../config/calendar.ts';
import { readOtlpPaths } from '../config/paths.ts';
import type { Settings } from '../config/table.ts';
import { makeDoor, makeDoorCounts } from '../door/door.ts';
import type { DoorCounts } from '../door/door.ts';
import type { Certificates } from '../door/certificates.ts';
import type { CodedError } from '../errors.ts';
import type { SegmentLog } from '../log/segment-log.ts';
import { makePool } from '../memory/lease.ts';
import type { Pool } from '../memory/lease.ts';
import type { ViewRecord } from '../views/view.ts';
import { makeBudget } from './budget.ts';
import type { Budget } from './budget.ts';
import { makeCors } from './cors.ts';
import { makeCounters } from './counters.ts';
import type { Counters } from './counters.ts';
import { makeDedup } from './dedup.ts';
import type { Dedup } from './dedup.ts';
import { makeForeignRoutes } from './foreign/routes.ts';
import { syslogPorts } from './foreign/syslog/ports.ts';
import { makeStanding } from './standing.ts';
import { makeTurns } from './turns.ts';
import { openSyslog } from './foreign/syslog/listener.ts';
import type { Syslog } from './foreign/syslog/listener.ts';
import { makeTokenGate } from './gate.ts';
import type { Gate } from './gate.ts';
import { makeGrpcHandler } from './grpc.ts';
import { makeHttpHandler } from './http.ts';
import { makeHttp1 } from './http1.ts';
import { makeHttp2 } from './http2.ts';
import type { Http2Receiver } from './http2.ts';
import { makeKnownSpans } from './known-spans.ts';
import type { KnownSpans } from './known-spans.ts';
import { makeArrivalClock, makeJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { peerOf } from './peer.ts';
import { recallTail } from './recall.ts';
import { makeRequestIds } from './request-id.ts';
import { sourceOf } from './source.ts';
import { makeWarnings } from './warnings.ts';
import type { Warnings } from './warnings.ts';

const drainLookMs = 20;
const tidyEveryMs = 60_000;

export interface IntakeOptions {
  readonly settings: Settings;
  readonly log: SegmentLog;
  /** Who is let in; without it the setting `token` decides. */
  readonly gate?: Gate;
  /** What is counted; new counters when not given. */
  readonly counters?: Counters;
  nowMs(): number;
  /** Whoever looks at the batch later holds it (memory/lease.ts). */
  onDurable(record: ViewRecord, bytes: number): void;
  onBug(reason: string): void;
}

/** Everything between the sockets and the log. */
export interface Intake {
  /** A port on which gRPC and HTTP are both taken. The caller listens and closes. */
  makeDoor(certificates: Certificates | null): Server;
  readonly doorCounts: DoorCounts;
  /** Counts a connection that came to nothing. */
  onRefusedConnection(error: CodedError, socket: Socket): void;
  readonly counters: Counters;
  readonly budget: Budget;
  readonly pool: Pool;
  readonly dedup: Dedup;
  readonly spans: KnownSpans;
  readonly warnings: Warnings;
  readonly journal: Journal;
  /** Arrival of the newest data in the log at open; 0 when there is none in its tail. */
  readonly lastDataMs: number;
  /** Listens for syslog; null when it is not asked for. The caller closes it, before `stop`. */
  openSyslog(certificates: Certificates | null): Promise<Syslog | null>;
  /** From now on new requests are told to retry. Resolves when those under way are answered, or `drainMs` have passed and the rest was cut. Doors have to be closed by then or at once. */
  stop(drainMs: number): Promise<void>;
}

export async function openIntake({ settings, log, gate, nowMs, onDurable, onBug, counters = makeCounters({ startedMs: nowMs() }) }: IntakeOptions): Promise<Intake> {
  const clock = makeArrivalClock(nowMs, log.openedLastMs);
  const budget = makeBudget(settings.receivingBytesMax);
  const pool = makePool();
  const { dedupWindowMs: windowMs, requestBytesMax } = settings;
  const dedup = makeDedup({ windowMs, requestsMax: settings.dedupRequestsMax });
  const spans = makeKnownSpans({ windowMs, spansMax: settings.dedupSpansMax, seed: [randomBytes(4).readUInt32LE(), randomBytes(4).readUInt32LE()] });
  const journal = makeJournal({ log, clock, onDurable });
  const lastDataMs = await recallTail({ log, dedup, spans, spansMax: settings.dedupSpansMax, nowMs: clock.nowMs(), windowMs, requestBytesMax });
  // While nothing comes, nobody else would give the memory of what is out of the window back.
  const tidying = setInterval(() => spans.tidy(clock.nowMs()), tidyEveryMs);
  tidying.unref();
  const warnings = makeWarnings();
  let isStopping = false;
  const options = {
    limits: settings, headersTimeoutMs: settings.headersTimeoutMs, bodyTimeoutMs: settings.bodyTimeoutMs,
    gate: gate ?? makeTokenGate(settings.token === '' ? null : settings.token),
    cors: makeCors(settings.corsOrigins, settings.corsCredentials),
    paths: readOtlpPaths(settings),
    takesProfiles: settings.profiles,
    budget, pool, counters, dedup, spans, journal, onBug, requestIds: makeRequestIds(nowMs()), warnings, turns: makeTurns(), standing: makeStanding(nowMs),
    foreign: makeForeignRoutes({ takesProfiles: settings.profiles }),
    nowMs: clock.nowMs,
    isStopping: () => isStopping,
  };
  const handleHttp = makeHttpHandler(options);
  const http1 = makeHttp1(options, handleHttp);
  const http2 = makeHttp2(options, makeGrpcHandler(options), handleHttp);
  const doorCounts = makeDoorCounts();
  const onRefusedConnection = (error: CodedError, socket: Socket): void => counters.refusedRequest(null, error, sourceOf(peerOf(socket), undefined, null, { requestId: options.requestIds.of(undefined), via: 'connection' }), 0, clock.nowMs());
  return {
    counters, budget, pool, dedup, spans, warnings, journal, lastDataMs, doorCounts, onRefusedConnection,
    makeDoor: (certificates) => makeDoor({
      http1, http2: http2.server, certificates, counts: doorCounts,
      connectionsMax: settings.connectionsMax, timeoutMs: settings.headersTimeoutMs,
      onRefused: onRefusedConnection,
    }),
    openSyslog: async (certificates) => (settings.syslogPort === 0 && settings.syslogTlsPort === 0 ? null : openSyslog({
      ...options, ...syslogPorts(settings, certificates), host: settings.syslogHost,
      connectionsMax: settings.syslogConnectionsMax, messageBytesMax: settings.syslogMessageBytesMax, utcOffsetMinutes: readCalendar(settings).utcOffsetMinutes,
    })),
    async stop(drainMs) {
      isStopping = true;
      clearInterval(tidying);
      await drain(http1, http2, doorCounts, drainMs);
    },
  };
}

/** Answers carry `Connection: close` and GOAWAY by now, so connections end one by one. */
async function drain(http1: HttpServer, http2: Http2Receiver, counts: DoorCounts, drainMs: number): Promise<void> {
  http2.goAway();
  http1.closeIdleConnections();
  for (let waitedMs = 0; counts.connectionsOpen > 0 && waitedMs < drainMs; waitedMs += drainLookMs) {
    await new Promise((resolve) => { setTimeout(resolve, drainLookMs); });
    http1.closeIdleConnections();
  }
  http1.close();
  http1.closeAllConnections();
  http2.destroy();
}

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openApi } from './api/index.ts';
import type { ApiContext, Problem } from './api/context.ts';
import { isLoopback, toConfigResponse } from './config/config.ts';
import type { Config } from './config/config.ts';
import type { Settings } from './config/table.ts';
import { makeDemo } from './demo.ts';
import { engineSettings } from './engine-settings.ts';
import { CodedError, reasonOf } from './errors.ts';
import { makeEvents } from './events.ts';
import type { Events } from './events.ts';
import { decodeRecord } from './intake/decode.ts';
import { openIntake } from './intake/intake.ts';
import { addressOf, listen } from './listen.ts';
import { lockFolder } from './log/folder-lock.ts';
import { openSegmentLog } from './log/segment-log.ts';
import { makeSelf } from './self.ts';
import { openStopping } from './stopping.ts';
import type { Stopping } from './stopping.ts';
import { openStore } from './stores/store.ts';
import { openTicker, tickerDefaults } from './ticker.ts';
import { makeBrokenEngine, openEngineView } from './views/engine-view.ts';
import { openFeeder } from './views/feeder.ts';
import type { Feeder } from './views/feeder.ts';
import { openKeeper } from './views/keeper.ts';

const ringBytesMax = 64 * 1024 * 1024;
const storeFlushEveryMs = 250;
const engineFlushEveryMs = 30_000;
const trimEveryMs = 5_000;
/** At the end, views may take so long to take what is left; the rest they take from the log after the next start. */
const drainMsMax = 10_000;

export interface Running {
  /** Where it listens, ports as they came out. */
  readonly grpc: string;
  readonly http: string;
  readonly console: string;
  /** Takes in nothing new, finishes what was begun, makes the views durable. May be called twice. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  nowMs(): number;
  /** A line for the people who run the server. */
  report(line: string): void;
}

export const version = (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** Opens everything, in the order in which data flows, and closes what was opened when anything fails. */
export async function openServer(config: Config, { nowMs, report }: ServeOptions): Promise<Running> {
  const { settings } = config;
  const startedMs = nowMs();
  const stopping = openStopping();
  const problems = new Map<string, Problem>();
  const events = makeEvents();
  const onFailure = (what: string, reason: string): void => {
    problems.set(what, { what: `${what}: ${reason}`, next: 'See the lines that the server printed; restart it to go on from the log.' });
    report(`clew: ${what}: ${reason}`);
  };
  try {
    const lock = lockFolder(settings.data);
    stopping.add('lock', async () => lock.release());
    const log = await openSegmentLog({ folder: join(settings.data, 'log'), segmentBytes: settings.logSegmentBytes, bytesMax: settings.logBytesMax, pendingBytesMax: settings.logPendingBytesMax, nowMs });
    stopping.add('log', () => log.close());
    const { store, engine } = await openViews(settings, stopping, events, (reason) => onFailure('The engine did not start', reason));
    if (engine.note !== '') report(`clew: ${engine.note}`);
    const ends = { store: store.reached(), engine: engine.reached() };
    if (Math.max(ends.store, ends.engine) > log.bounds().last) throw new CodedError('log_behind', settings.data, { detail: `It ends with record ${log.bounds().last}, and record ${Math.max(ends.store, ends.engine)} has been read.` });

    const views = { store, engine };
    const feeder = openFeeder({ log, views, ringBytesMax, decode: (record) => decodeRecord(record, settings), onFailure: (view, reason) => onFailure(`The ${view} takes in nothing more`, reason) });
    reportMissed(feeder, onFailure);
    const keeper = openKeeper({
      log, trimEveryMs, replayBytes: settings.logReplayBytes, onFailure,
      views: [{ name: 'store', view: store, flushEveryMs: storeFlushEveryMs }, { name: 'engine', view: engine, flushEveryMs: engineFlushEveryMs }],
      isExpendable: (name) => name === 'engine' && feeder.lags().engine.hasFailed,
    });
    stopping.add('views', async () => {
      await Promise.race([feeder.drained(), sleep(drainMsMax, undefined, { ref: false })]);
      await feeder.close();
      await keeper.close();
      await keeper.flush();
    });
    const intake = await openIntake({
      settings, log, nowMs,
      onBug: (reason) => report(`clew: ${reason}`),
      onDurable(record, bytes) {
        feeder.offer(record, bytes);
        if (record.batch === null) return;
        ticker.sawData(record.receivedMs);
        events.emit('record', record);
      },
    });
    const ticker = openTicker({
      ...tickerDefaults, nowMs, lastDataMs: intake.lastDataMs,
      tick: () => intake.journal.append({ kind: 'tick', encoding: 'protobuf', compression: 'identity', body: new Uint8Array(0) }, null, 0),
    });

    const grpcPort = await listen(intake.grpc.server, settings.grpcHost, settings.grpcPort);
    stopping.addServer(intake.grpc.server, () => intake.grpc.goAway(), () => intake.grpc.destroy());
    const httpPort = await listen(intake.http, settings.httpHost, settings.httpPort);
    stopping.addServer(intake.http, () => intake.http.closeIdleConnections(), () => intake.http.closeAllConnections());
    stopping.add('intake', async () => { ticker.close(); intake.stop(); });
    const demo = makeDemo({
      program: fileURLToPath(new URL('../../shop/src/main.ts', import.meta.url)),
      endpoint: `http://${addressOf(loopbackOf(settings.httpHost), httpPort)}`,
      grpcEndpoint: `http://${addressOf(loopbackOf(settings.grpcHost), grpcPort)}`,
      token: settings.token === '' ? null : settings.token,
      onChange: (state) => events.emit('demo', state),
      onFailure: (reason) => report(`clew: ${reason}`),
    });
    stopping.add('demo', () => demo.close());
    const listening = { grpc: addressOf(settings.grpcHost, grpcPort), http: `http://${addressOf(settings.httpHost, httpPort)}` };
    const self = makeSelf({ log, intake, feeder, store, engine });
    stopping.add('self', async () => self.close());
    const context: ApiContext = {
      version, startedMs, nowMs, rows: store.rows, demo,
      world: engine.world,
      ingest: () => ({ listening, signals: intake.counters.signals(), lastRefused: intake.counters.lastRefused() }),
      hasData: () => log.bounds().last > 0,
      self: self.read,
      config: () => toConfigResponse(config),
      problems: () => [...problems.values()],
      token: settings.token === '' ? null : settings.token,
      allowedHosts: isLoopback(settings.consoleHost) ? new Set(['localhost', '127.0.0.1', '[::1]', settings.consoleHost]) : null,
      consoleFolder: consoleFolder(),
      on: events.on,
    };
    const api = openApi(context);
    const consoleServer = createServer((request, response) => api.handle(request, response));
    const consolePort = await listen(consoleServer, settings.consoleHost, settings.consolePort);
    stopping.addServer(consoleServer, () => consoleServer.closeIdleConnections(), () => consoleServer.closeAllConnections());
    stopping.add('api', () => api.close());
    if (settings.demo) await demo.start();
    return { ...listening, console: `http://${addressOf(settings.consoleHost, consolePort)}`, stop: stopping.run };
  } catch (error) {
    await stopping.run();
    throw error;
  }
}

async function openViews(settings: Settings, stopping: Stopping, events: Events, onEngineFailure: (reason: string) => void) {
  const [store, engine] = await Promise.all([
    openStore({ folder: join(settings.data, 'rows'), memoryBytes: settings.storeMemoryBytes, diskBytesMax: settings.storeBytesMax, retentionDays: settings.retentionDays, partitionMinutes: settings.partitionMinutes })
      .then((opened) => { stopping.add('store', () => opened.close()); return opened; }),
    openEngineView({
      folder: join(settings.data, 'engine'), version, settings: engineSettings(settings),
      onWorld: (world) => events.emit('world', world),
      onStep: ({ incidents }) => { for (const incident of incidents) events.emit('incident', incident); },
    }).catch((error: unknown) => {
      // Data is still taken in and can be looked at; what the engine would say is unknown, and said to be so.
      onEngineFailure(reasonOf(error));
      return makeBrokenEngine(error);
    }).then((opened) => { stopping.add('engine', () => opened.close()); return opened; }),
  ]);
  return { store, engine };
}

function reportMissed(feeder: Feeder, onFailure: (what: string, reason: string) => void): void {
  for (const [view, { missed }] of Object.entries(feeder.lags())) {
    if (missed > 0) onFailure(`The ${view} has a gap`, `${missed} records had been trimmed from the log before it took them`);
  }
}

/** A server that listens on every address is reached by its own child on the loopback address. */
const loopbackOf = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

function consoleFolder(): string | null {
  const folder = fileURLToPath(new URL('../../console/dist', import.meta.url));
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

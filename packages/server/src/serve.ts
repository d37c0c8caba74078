import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApi } from './api/index.ts';
import type { ApiContext, Problem } from './api/context.ts';
import { isLoopback, toConfigResponse } from './config/config.ts';
import type { Config } from './config/config.ts';
import type { Settings } from './config/table.ts';
import { makeDemo } from './demo.ts';
import { engineSettings } from './engine-settings.ts';
import { makeEvents } from './events.ts';
import type { Events } from './events.ts';
import { openIntake } from './intake/intake.ts';
import type { Intake } from './intake/intake.ts';
import { addressOf, listen } from './listen.ts';
import { lockFolder } from './log/folder-lock.ts';
import { openSegmentLog } from './log/segment-log.ts';
import type { SegmentLog } from './log/segment-log.ts';
import { openBacktests } from './replay/backtests.ts';
import { toKnown } from './replay/marks.ts';
import { makeSelf } from './self.ts';
import { openStopping } from './stopping.ts';
import type { Stopping } from './stopping.ts';
import { openTicker, tickerDefaults } from './ticker.ts';
import { makeTell } from './views/tell.ts';
import { openViews } from './views/views.ts';
import type { Views } from './views/views.ts';

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

/** What every part of the server is given. */
interface Hall extends ServeOptions {
  readonly config: Config;
  readonly settings: Settings;
  readonly events: Events;
  readonly stopping: Stopping;
  readonly problems: ReadonlyMap<string, Problem>;
  onFailure(what: string, reason: string): void;
}

/** Opens everything, in the order in which data flows, and closes what was opened when anything fails. */
export async function openServer(config: Config, options: ServeOptions): Promise<Running> {
  const { settings } = config;
  const problems = new Map<string, Problem>();
  const hall: Hall = {
    ...options, config, settings, problems, events: makeEvents(), stopping: openStopping(),
    onFailure(what, reason) {
      problems.set(what, { what: `${what}: ${reason}`, next: 'See the lines that the server printed; restart it to go on from the log.' });
      options.report(`clew: ${what}: ${reason}`);
    },
  };
  const startedMs = hall.nowMs();
  try {
    const lock = lockFolder(settings.data);
    hall.stopping.add('lock', async () => lock.release());
    const log = await openSegmentLog({ folder: join(settings.data, 'log'), segmentBytes: settings.logSegmentBytes, bytesMax: settings.logBytesMax, pendingBytesMax: settings.logPendingBytesMax, nowMs: hall.nowMs });
    hall.stopping.add('log', () => log.close());
    const views = await openViews({ ...hall, version, log });
    const intake = await openFrontDoor(hall, log, views);
    return await openConsole(hall, { startedMs, log, views, ...intake });
  } catch (error) {
    await hall.stopping.run();
    throw error;
  }
}

interface FrontDoor { readonly intake: Intake; readonly grpcPort: number; readonly httpPort: number }

/** The receivers, and the ticks between what they take in. */
async function openFrontDoor({ settings, events, stopping, nowMs, report }: Hall, log: SegmentLog, { feeder }: Views): Promise<FrontDoor> {
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
  stopping.add('ticker', async () => ticker.close());
  const grpcPort = await listen(intake.grpc.server, settings.grpcHost, settings.grpcPort);
  stopping.addServer(intake.grpc.server, () => intake.grpc.goAway(), () => intake.grpc.destroy());
  const httpPort = await listen(intake.http, settings.httpHost, settings.httpPort);
  stopping.addServer(intake.http, () => intake.http.closeIdleConnections(), () => intake.http.closeAllConnections());
  stopping.add('intake', async () => intake.stop());
  return { intake, grpcPort, httpPort };
}

/** The demo shop, the API and the console. */
async function openConsole(hall: Hall, { startedMs, log, views, intake, grpcPort, httpPort }: FrontDoor & { readonly startedMs: number; readonly log: SegmentLog; readonly views: Views }): Promise<Running> {
  const { config, settings, events, stopping, nowMs } = hall;
  const token = settings.token === '' ? null : settings.token;
  const demo = makeDemo({
    program: fileURLToPath(new URL('../../shop/src/main.ts', import.meta.url)),
    endpoint: `http://${addressOf(loopbackOf(settings.httpHost), httpPort)}`,
    grpcEndpoint: `http://${addressOf(loopbackOf(settings.grpcHost), grpcPort)}`,
    token,
    onChange: (state) => events.emit('demo', state),
    onFailure: (reason) => hall.report(`clew: ${reason}`),
  });
  stopping.add('demo', () => demo.close());
  const listening = { grpc: addressOf(settings.grpcHost, grpcPort), http: `http://${addressOf(settings.httpHost, httpPort)}` };
  const self = makeSelf({ log, intake, ...views });
  stopping.add('self', async () => self.close());
  const backtests = openBacktests({ dataFolder: settings.data, limits: settings, settings: engineSettings(settings), nowMs, known: () => views.engine.world().findings.map(toKnown) });
  stopping.add('backtests', () => backtests.close());
  const context: ApiContext = {
    version, startedMs, nowMs, demo, token,
    rows: views.store.rows,
    world: views.engine.world,
    series: views.engine.series, features: views.engine.features,
    tellEngine: makeTell({ journal: intake.journal, engine: views.engine, on: events.on }),
    backtests, budgetPerDay: settings.falseAlarmsPerDay,
    ingest: () => ({ listening, signals: intake.counters.signals(), lastRefused: intake.counters.lastRefused() }),
    hasData: () => log.bounds().last > 0,
    self: self.read,
    config: () => toConfigResponse(config),
    problems: () => [...hall.problems.values()],
    allowedHosts: isLoopback(settings.consoleHost) ? new Set(['localhost', '127.0.0.1', '[::1]', settings.consoleHost]) : null,
    consoleFolder: consoleFolder(),
    on: events.on,
  };
  const api = openApi(context);
  const server = createServer((request, response) => api.handle(request, response));
  const port = await listen(server, settings.consoleHost, settings.consolePort);
  stopping.addServer(server, () => server.closeIdleConnections(), () => server.closeAllConnections());
  stopping.add('api', () => api.close());
  if (settings.demo) await demo.start();
  return { ...listening, console: `http://${addressOf(settings.consoleHost, port)}`, stop: stopping.run };
}

/** A server that listens on every address is reached by its own child on the loopback address. */
const loopbackOf = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

function consoleFolder(): string | null {
  const folder = fileURLToPath(new URL('../../console/dist', import.meta.url));
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

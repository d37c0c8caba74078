import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApi } from './api/index.ts';
import type { ApiContext, Problem } from './api/context.ts';
import { isLoopback, toConfigResponse } from './config/config.ts';
import type { Config } from './config/config.ts';
import type { Settings } from './config/table.ts';
import { makeAccess } from './door/access.ts';
import { makeDemo } from './demo.ts';
import { openConsolePort, openOtlpPorts, openSecured, warningOf } from './door/open-doors.ts';
import type { OtlpPorts, Secured } from './door/open-doors.ts';
import { engineSettings } from './engine-settings.ts';
import { makeEvents } from './events.ts';
import type { Events } from './events.ts';
import type { Counters } from './intake/counters.ts';
import { openCounters } from './intake/counters-file.ts';
import { openIntake } from './intake/intake.ts';
import type { Intake } from './intake/intake.ts';
import { addressOf } from './listen.ts';
import { openKeyring } from './keys/keyring.ts';
import type { Keyring } from './keys/keyring.ts';
import { openUsages } from './keys/usages.ts';
import { lockFolder } from './log/folder-lock.ts';
import { openSegmentLog } from './log/segment-log.ts';
import type { SegmentLog } from './log/segment-log.ts';
import { openBacktests } from './replay/backtests.ts';
import { toKnown } from './replay/marks.ts';
import { makeSelf } from './self.ts';
import { tellIngest } from './tell-ingest.ts';
import { openStopping } from './stopping.ts';
import type { Stopping } from './stopping.ts';
import { openTicker, tickerDefaults } from './ticker.ts';
import { collectWhenQuiet } from './views/quiet.ts';
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
  readonly secured: Secured;
  readonly problems: Map<string, Problem>;
  onFailure(what: string, reason: string): void;
  onRecovery(what: string): void;
}

/** Opens everything, in the order in which data flows, and closes what was opened when anything fails. */
export async function openServer(config: Config, options: ServeOptions): Promise<Running> {
  const { settings } = config;
  const problems = new Map<string, Problem>();
  const stopping = openStopping();
  const hall: Hall = {
    ...options, config, settings, problems, events: makeEvents(), stopping,
    secured: openSecured({
      settings, stopping, nowMs: options.nowMs,
      onProblem: problemOf(problems, options, 'TLS files', 'Put good files in the places of tls-cert, tls-key and those of client authorities; they are read again by themselves.'),
    }),
    onFailure(what, reason) {
      problems.set(what, { what: `${what}: ${reason}`, next: 'It is tried again by itself; see the lines that the server printed, and restart it if it stays.' });
      options.report(`clew: ${what}: ${reason}`);
    },
    onRecovery(what) {
      if (problems.delete(what)) options.report(`clew: over: ${what}`);
    },
  };
  const warning = warningOf(settings);
  if (warning !== null) options.report(`clew: ${warning}`);
  const startedMs = hall.nowMs();
  try {
    const lock = lockFolder(settings.data);
    hall.stopping.add('lock', async () => lock.release());
    const log = await openSegmentLog({ folder: join(settings.data, 'log'), segmentBytes: settings.logSegmentBytes, bytesMax: settings.logBytesMax, pendingBytesMax: settings.logPendingBytesMax, nowMs: hall.nowMs, onDisk: onDisk(hall) });
    hall.stopping.add('log', () => log.close());
    const tellKeys = (line: string): void => options.report(`clew: ${line}`);
    const usages = await openUsages({ folder: settings.data, nowMs: hall.nowMs, report: tellKeys });
    stopping.add('quotas', () => usages.close());
    const keyring = openKeyring({ folder: settings.data, usages, token: settings.token === '' ? null : settings.token, asksCertificates: settings.tlsClientCa !== '', nowMs: options.nowMs, report: tellKeys, onProblem: problemOf(problems, options, 'keys', 'Put a good keys.json in the data folder, readable by its owner alone; it is read again by itself.') });
    stopping.add('keys', async () => keyring.close());
    const accounts = await openCounters({ folder: settings.data, startedMs, report: options.report, onRefused: (refusal) => hall.events.emit('refused', refusal) });
    stopping.add('accounts', () => accounts.close());
    const views = await openViews({ ...hall, version, log, onJudged: accounts.counters.judged });
    const intake = await openFrontDoor(hall, log, views, accounts.counters, keyring);
    return await openConsole(hall, { startedMs, log, views, keyring, ...intake });
  } catch (error) {
    await hall.stopping.run();
    throw error;
  }
}

/** Nothing is acknowledged meanwhile, and no restart is needed. */
const onDisk = ({ problems, report }: Hall) => (failure: string | null): void => {
  const what = 'The log cannot be written';
  if (failure === null) problems.delete(what);
  else problems.set(what, { what: `${what}: ${failure}`, next: 'Free space on the disk of the data folder, or make it writable; senders are told to retry until then.' });
  report(failure === null ? `clew: over: ${what}` : `clew: ${what}: ${failure}`);
};

interface FrontDoor extends OtlpPorts { readonly intake: Intake }

/** The receivers, and the ticks between what they take in. */
async function openFrontDoor({ settings, events, secured, stopping, nowMs, report }: Hall, log: SegmentLog, { feeder }: Views, counters: Counters, keyring: Keyring): Promise<FrontDoor> {
  const intake = await openIntake({
    settings, log, counters, nowMs, gate: keyring.gate,
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
    tick: () => intake.journal.append({ kind: 'tick', encoding: 'protobuf', compression: 'identity', body: new Uint8Array(0) }, null, 0, true),
  });
  stopping.add('ticker', async () => ticker.close());
  const ports = await openOtlpPorts(intake, settings, secured.otlp, stopping);
  const syslog = await intake.openSyslog(secured.syslog);
  if (syslog !== null) stopping.add('syslog', () => syslog.close());
  return { intake, ...ports };
}

/** The demo shop, the API and the console. */
async function openConsole(hall: Hall, { startedMs, log, views, intake, grpcPort, httpPort, ownPort, keyring }: FrontDoor & { readonly startedMs: number; readonly keyring: Keyring; readonly log: SegmentLog; readonly views: Views }): Promise<Running> {
  const { config, settings, events, secured, stopping, nowMs } = hall;
  const scheme = secured.otlp === null ? 'http' : 'https';
  const token = settings.token === '' ? null : settings.token;
  const demo = makeDemo({
    program: fileURLToPath(new URL('../../shop/src/main.ts', import.meta.url)),
    // It trusts no certificate of ours and has none, so beside TLS it is given a port of its own.
    endpoint: `http://${ownPort === null ? addressOf(loopbackOf(settings.httpHost), httpPort) : addressOf('127.0.0.1', ownPort)}`,
    grpcEndpoint: `http://${ownPort === null ? addressOf(loopbackOf(settings.grpcHost), grpcPort) : addressOf('127.0.0.1', ownPort)}`,
    token: keyring.isNeeded('ingest') || settings.tlsClientCa !== '' ? keyring.own('demo') : null,
    story: settings.demoStory,
    onChange: (state) => events.emit('demo', state),
    onFailure: (reason) => hall.report(`clew: ${reason}`),
  });
  stopping.add('demo', () => demo.close());
  const listening = { grpc: addressOf(settings.grpcHost, grpcPort), http: `${scheme}://${addressOf(settings.httpHost, httpPort)}` };
  let consoleAddress = '';
  const self = makeSelf({ log, intake, quotasUnsaved: keyring.quotasUnsaved, ...views });
  stopping.add('self', async () => self.close());
  const quiet = collectWhenQuiet(() => Object.values(intake.counters.totals()).reduce((sum, items) => sum + items, 0));
  stopping.add('quiet', async () => quiet.close());
  const backtests = openBacktests({ dataFolder: settings.data, limits: settings, settings: engineSettings(settings), nowMs, known: () => views.engine.world().findings.map(toKnown), rows: views.store.rows.query });
  stopping.add('backtests', () => backtests.close());
  const context: ApiContext = {
    version, startedMs, nowMs, demo, token,
    access: makeAccess({ settings, secured, keyring, addresses: () => ({ ...listening, console: consoleAddress }) }),
    rows: views.store.rows,
    world: views.engine.world,
    series: views.engine.series, features: views.engine.features,
    tellEngine: makeTell({ journal: intake.journal, engine: views.engine, on: events.on }),
    backtests, budgetPerDay: settings.falseAlarmsPerDay,
    ingest: (filter) => tellIngest({ listening, counters: intake.counters, facts: self.read(), nowMs: nowMs() }, filter),
    accepted: intake.counters.totals,
    hasData: () => log.bounds().last > 0,
    self: self.read,
    config: () => toConfigResponse(config),
    problems: () => [...hall.problems.values()],
    allowedHosts: isLoopback(settings.consoleHost) ? new Set(['localhost', '127.0.0.1', '[::1]', settings.consoleHost]) : null,
    consoleFolder: consoleFolder(),
    on: events.on,
  };
  const api = openApi(context);
  const port = await openConsolePort({ settings, certificates: secured.console, stopping, handle: (request, response) => api.handle(request, response), onRefused: intake.onRefusedConnection });
  stopping.add('api', () => api.close());
  consoleAddress = `${secured.console === null ? 'http' : 'https'}://${addressOf(settings.consoleHost, port)}`;
  if (settings.demo) await demo.start();
  return { ...listening, console: consoleAddress, stop: stopping.run };
}

/** A problem that comes and goes, told in health and once on standard error. */
function problemOf(problems: Map<string, Problem>, { report }: ServeOptions, about: string, next: string): (what: string | null) => void {
  return (what) => {
    if (what === null) problems.delete(about);
    else problems.set(about, { what, next });
    report(`clew: ${about}: ${what ?? 'all is well again'}`);
  };
}

/** A server that listens on every address is reached by its own child on the loopback address. */
const loopbackOf = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);

function consoleFolder(): string | null {
  const folder = fileURLToPath(new URL('../../console/dist', import.meta.url));
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

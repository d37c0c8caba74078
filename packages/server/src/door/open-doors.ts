import type { RequestListener } from 'node:http';
import type { Server, Socket } from 'node:net';
import { isLoopback } from '../config/config.ts';
import { flagOf } from '../config/table.ts';
import type { Settings } from '../config/table.ts';
import type { CodedError } from '../errors.ts';
import type { Intake } from '../intake/intake.ts';
import { listen } from '../listen.ts';
import type { Stopping } from '../stopping.ts';
import { openCertificates } from './certificates.ts';
import type { Certificates } from './certificates.ts';
import { makeDoor, makeDoorCounts } from './door.ts';

// `import` would read every export of node:http, and that of WebSocket loads a whole HTTP client.
const { createServer } = process.getBuiltinModule('node:http');

export interface Secured {
  /** Null without TLS. */
  readonly otlp: Certificates | null;
  readonly console: Certificates | null;
  readonly syslog: Certificates | null;
}

export interface SecuredOptions {
  readonly settings: Settings;
  readonly stopping: Stopping;
  nowMs(): number;
  /** A sentence for health; null when all is well again. */
  onProblem(what: string | null): void;
}

/** Throws `bad_setting` when a file of certificates is no good. */
export function openSecured({ settings, stopping, nowMs, onProblem }: SecuredOptions): Secured {
  if (settings.tlsCert === '') return { otlp: null, console: null, syslog: null };
  const openOne = (clientCa: string): Certificates => {
    const certificates = openCertificates({ files: { cert: settings.tlsCert, key: settings.tlsKey, clientCa: clientCa === '' ? null : clientCa }, nowMs, onProblem });
    stopping.add('certificates', async () => certificates.close());
    return certificates;
  };
  return { otlp: openOne(settings.tlsClientCa), console: openOne(settings.tlsConsoleCa), syslog: settings.syslogTlsPort === 0 ? null : openOne(settings.tlsSyslogCa) };
}

/** What whoever starts the server should know about the ports that others can reach; null when there is nothing to say. */
export function warningOf(settings: Settings): string | null {
  const open = (['grpcHost', 'httpHost', 'consoleHost'] as const).filter((name) => !isLoopback(settings[name]));
  if (open.length === 0 || settings.tlsCert !== '') return null;
  return `${open.map((name) => `--${flagOf(name)} ${settings[name]}`).join(', ')}: others can reach this without TLS, as allow-plaintext says; unless TLS ends in front of Clew, keys and telemetry can be read on the way.`;
}

export interface OtlpPorts {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** On 127.0.0.1 and without TLS, for the demo shop alone; null when the others have no TLS either. */
  readonly ownPort: number | null;
}

/** The ports of OTLP. Every one takes gRPC and HTTP; two settings that name the same address are one port. */
export async function openOtlpPorts(intake: Intake, settings: Settings, certificates: Certificates | null, stopping: Stopping): Promise<OtlpPorts> {
  const doors: Server[] = [];
  const open = async (host: string, port: number, secured: Certificates | null): Promise<number> => {
    const door = intake.makeDoor(secured);
    const listened = await listen(door, host, port);
    doors.push(door);
    return listened;
  };
  // Nothing new is let in, what is under way is answered, and only then does the rest end.
  stopping.add('OTLP ports', async () => {
    const closed = doors.map(closeOf);
    await intake.stop(settings.drainMs);
    await Promise.all(closed);
  });
  const grpcPort = await open(settings.grpcHost, settings.grpcPort, certificates);
  const isShared = settings.grpcHost === settings.httpHost && settings.grpcPort === settings.httpPort && settings.grpcPort !== 0;
  const httpPort = isShared ? grpcPort : await open(settings.httpHost, settings.httpPort, certificates);
  return { grpcPort, httpPort, ownPort: certificates === null ? null : await open('127.0.0.1', 0, null) };
}

export interface ConsolePortOptions {
  readonly settings: Settings;
  readonly certificates: Certificates | null;
  readonly stopping: Stopping;
  handle: RequestListener;
  onRefused(error: CodedError, socket: Socket): void;
}

/** The port of the console and the API: HTTP/1.1, as browsers speak it to a server on one's own machine. */
export async function openConsolePort({ settings, certificates, stopping, handle, onRefused }: ConsolePortOptions): Promise<number> {
  const http1 = createServer({ headersTimeout: settings.headersTimeoutMs, requestTimeout: Math.max(settings.headersTimeoutMs, settings.bodyTimeoutMs) }, handle);
  // It never listens itself, and only from then on does Node look for slow clients.
  http1.emit('listening');
  const door = makeDoor({ http1, http2: null, certificates, connectionsMax: settings.connectionsMax, timeoutMs: settings.headersTimeoutMs, counts: makeDoorCounts(), onRefused });
  stopping.add('console port', () => closeAll(door, () => http1.closeIdleConnections(), () => {
    http1.close();
    http1.closeAllConnections();
  }));
  return listen(door, settings.consoleHost, settings.consolePort);
}

/** Event streams do not end by themselves. */
const consoleGraceMs = 3_000;

async function closeAll(door: Server, ask: () => void, cut: () => void): Promise<void> {
  const timer = setTimeout(cut, consoleGraceMs);
  const closed = closeOf(door);
  ask();
  await closed;
  clearTimeout(timer);
  cut();
}

const closeOf = (door: Server): Promise<void> => new Promise((resolve) => { door.close(() => resolve()); });

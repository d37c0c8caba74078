import type { Server as HttpServer } from 'node:http';
import type { Http2Server } from 'node:http2';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Server as TlsServer } from 'node:tls';
import { CodedError, errorTable, reasonOf } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { Certificates } from './certificates.ts';
import { sniff } from './sniff.ts';
import type { Speech } from './sniff.ts';

/** A peer that vanished without a word is noticed by the system's own probes, which begin after this. */
const probeAfterMs = 60_000;

export interface DoorOptions {
  /** Neither listens itself. */
  readonly http1: HttpServer;
  /** Null where HTTP/2 is not spoken. */
  readonly http2: Http2Server | null;
  /** Null: no TLS. Otherwise nothing but TLS. */
  readonly certificates: Certificates | null;
  readonly connectionsMax: number;
  /** For the first bytes, and for the TLS handshake. */
  readonly timeoutMs: number;
  readonly counts: DoorCounts;
  /** Connections that came to nothing. */
  onRefused(error: CodedError, socket: Socket): void;
}

/** Over all doors that count together. */
export interface DoorCounts {
  connections: number;
  connectionsOpen: number;
  connectionsRefused: number;
}

export const makeDoorCounts = (): DoorCounts => ({ connections: 0, connectionsOpen: 0, connectionsRefused: 0 });

/**
 * One port on which HTTP/1.1 and HTTP/2 are both spoken, in clear (told apart by the first bytes) or in TLS (told apart by
 * ALPN), so that it does not matter to which port a client was pointed. The caller listens and closes.
 */
export function makeDoor(options: DoorOptions): Server {
  const { certificates, counts, onRefused } = options;
  const secure = certificates === null ? null : makeSecure(options, certificates);
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: probeAfterMs });
  server.maxConnections = options.connectionsMax;
  server.on('drop', () => { counts.connectionsRefused += 1; });
  server.on('connection', (socket) => {
    counts.connections += 1;
    counts.connectionsOpen += 1;
    socket.on('close', () => { counts.connectionsOpen -= 1; });
    // Whoever takes the connection over listens as well; this is for the time before.
    socket.on('error', () => undefined);
    sniff(socket, {
      timeoutMs: options.timeoutMs,
      onSpeech: (speech) => hand(options, secure, socket, speech),
      onSilence: () => {
        onRefused(new CodedError('slow_client', 'no first bytes'), socket);
        socket.destroy();
      },
    });
  });
  server.on('close', () => secure?.close());
  return server;
}

function hand({ http1, http2, onRefused }: DoorOptions, secure: TlsServer | null, socket: Socket, speech: Speech): void {
  if (secure !== null) {
    if (speech === 'tls') secure.emit('connection', socket);
    else refuse(socket, 'plain_on_tls', speech, onRefused);
  } else if (speech === 'tls') refuse(socket, 'tls_on_plain', speech, onRefused);
  else if (speech === 'http2' && http2 !== null) http2.emit('connection', socket);
  else http1.emit('connection', socket);
}

function makeSecure({ http1, http2, timeoutMs, onRefused }: DoorOptions, certificates: Certificates): TlsServer {
  const secure = createTlsServer({
    ...certificates.options(),
    ALPNProtocols: http2 === null ? ['http/1.1'] : ['h2', 'http/1.1'],
    handshakeTimeout: timeoutMs,
  });
  const forget = certificates.onChange((changed) => secure.setSecureContext(changed));
  secure.on('close', forget);
  secure.on('tlsClientError', (error, socket) => {
    // A client that leaves in the middle refused us, as one does that does not trust our certificate; it says so or not.
    onRefused(new CodedError('tls_failed', String((error as NodeJS.ErrnoException).code ?? reasonOf(error)).slice(0, 100)), socket);
    socket.destroy();
  });
  secure.on('secureConnection', (socket) => {
    // Checked here and not by Node, which would close without a word to anybody.
    if (certificates.asksClients() && !socket.authorized) {
      onRefused(new CodedError('client_certificate', String(socket.authorizationError).slice(0, 100)), socket);
      socket.destroy();
    } else if (socket.alpnProtocol === 'h2' && http2 !== null) http2.emit('connection', socket);
    else http1.emit('connection', socket);
  });
  return secure;
}

/** A person with curl or a browser gets a sentence. */
function refuse(socket: Socket, code: ErrorCode, speech: Speech, onRefused: DoorOptions['onRefused']): void {
  const { http, what, next } = errorTable[code];
  onRefused(new CodedError(code), socket);
  if (speech !== 'http1') {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ code: 3, message: `${what} ${next}` });
  socket.end(`HTTP/1.1 ${http} Bad Request\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => socket.destroy());
}

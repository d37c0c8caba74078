import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';
import type { Certificates } from '../../../door/certificates.ts';
import { CodedError, reasonOf } from '../../../errors.ts';

export interface SecureOptions {
  readonly certificates: Certificates;
  /** For the handshake. */
  readonly timeoutMs: number;
  onConnection(socket: TLSSocket): void;
  /** Connections that came to nothing. */
  onRefused(error: CodedError, socket: Socket): void;
}

/** A server that speaks nothing but TLS, and follows certificates that are renewed. The caller listens and closes. */
export function makeSecureServer({ certificates, timeoutMs, onConnection, onRefused }: SecureOptions): Server {
  const server = createServer({ ...certificates.options(), handshakeTimeout: timeoutMs });
  server.on('close', certificates.onChange((changed) => server.setSecureContext(changed)));
  server.on('tlsClientError', (error, socket) => {
    onRefused(new CodedError('tls_failed', String((error as NodeJS.ErrnoException).code ?? reasonOf(error)).slice(0, 100)), socket);
    socket.destroy();
  });
  server.on('secureConnection', (socket) => {
    if (!certificates.asksClients() || socket.authorized) onConnection(socket);
    else {
      onRefused(new CodedError('client_certificate', String(socket.authorizationError).slice(0, 100)), socket);
      socket.destroy();
    }
  });
  return server;
}

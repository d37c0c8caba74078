import type { AddressInfo, Server } from 'node:net';
import { CodedError, reasonOf } from './errors.ts';

/**
 * Connections that wait to be accepted; the kernel may allow fewer. Where one source opens hundreds at once, the first packets
 * of others would be dropped behind a short queue, and come again after seconds.
 */
const backlog = 4_096;

/** Resolves with the port that is listened on. Throws `port_taken` or `cannot_listen`, with the address. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const address = `${host}:${port}`;
      reject(error.code === 'EADDRINUSE' ? new CodedError('port_taken', address, { cause: error }) : new CodedError('cannot_listen', address, { detail: `${reasonOf(error)}.`, cause: error }));
    });
    server.listen({ host, port, backlog }, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** `http://host:port` with the brackets that an IPv6 address needs. */
export function addressOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** The other end of a connection. */
export interface Peer {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  /** Common name of the client's certificate, which has been verified; null when it showed none. Untrusted text. */
  readonly certificate: string | null;
  /** It showed a certificate that is trusted, whatever name stands in it. */
  readonly isVerified: boolean;
}

const nameCharsMax = 100;
const known = new WeakMap<object, Peer>();

/** Asked for at each request, found out once a connection. */
export function peerOf(socket: Socket | TLSSocket | undefined): Peer {
  if (socket === undefined) return { certificate: null, isVerified: false };
  const found = known.get(socket);
  if (found !== undefined) return found;
  // The proxy that HTTP/2 puts before a socket answers by name only: `in` and `instanceof` ask the session.
  const { authorized: isVerified = false } = socket as Partial<TLSSocket>;
  const peer = { remoteAddress: socket.remoteAddress, remotePort: socket.remotePort, certificate: isVerified ? nameOf(socket as TLSSocket) : null, isVerified };
  known.set(socket, peer);
  return peer;
}

function nameOf(socket: TLSSocket): string | null {
  // One without any name in it has no subject here, whatever the types say.
  const { subject } = socket.getPeerCertificate() as Partial<ReturnType<TLSSocket['getPeerCertificate']>>;
  const name = [subject?.CN].flat()[0] ?? '';
  return name === '' ? null : name.slice(0, nameCharsMax);
}

import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** The other end of a connection. */
export interface Peer {
  readonly remoteAddress?: string;
  readonly remotePort?: number;
  /** Common name of the client's certificate, which has been verified; null when it showed none. Untrusted text. */
  readonly certificate: string | null;
}

const nameCharsMax = 100;
const known = new WeakMap<object, Peer>();

/** Asked for at each request, found out once a connection. */
export function peerOf(socket: Socket | TLSSocket | undefined): Peer {
  if (socket === undefined) return { certificate: null };
  const found = known.get(socket);
  if (found !== undefined) return found;
  const peer = { remoteAddress: socket.remoteAddress, remotePort: socket.remotePort, certificate: certificateOf(socket) };
  known.set(socket, peer);
  return peer;
}

function certificateOf(socket: Socket | TLSSocket): string | null {
  // The proxy that HTTP/2 puts before a socket has no prototype to ask; what it has is asked for by name.
  if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function' || !socket.authorized) return null;
  // No certificate gives an empty object, which the types leave out.
  const { subject } = socket.getPeerCertificate() as Partial<ReturnType<TLSSocket['getPeerCertificate']>>;
  const name = [subject?.CN].flat()[0] ?? '';
  return name === '' ? null : name.slice(0, nameCharsMax);
}

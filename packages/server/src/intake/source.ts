/** Who sent a request and what it is called, for counters and for people; nothing is decided by it. */
export interface Source {
  /** Name of the credential that was shown, or the peer's IP address when none is needed. */
  readonly name: string;
  /** `ip:port` of the connection. */
  readonly address: string;
  /** User-Agent, cut to `agentCharsMax`; empty when the client names none. Untrusted text. */
  readonly agent: string;
  /** See request-id.ts. */
  readonly requestId: string;
  /** How it came: `grpc`, `http/protobuf`, `http/json`, `http` when the type is not known, or the name of another protocol. */
  readonly via: string;
}

export const agentCharsMax = 200;

interface Peer { readonly remoteAddress?: string; readonly remotePort?: number }

/** The source of a request on this connection; `credential` is null when none was shown or none is needed. */
export function sourceOf(peer: Peer, agent: string | undefined, credential: string | null, { requestId, via }: Pick<Source, 'requestId' | 'via'>): Source {
  const ip = ipOf(peer);
  return { name: credential ?? ip, address: `${ip.includes(':') ? `[${ip}]` : ip}:${peer.remotePort ?? 0}`, agent: (agent ?? '').slice(0, agentCharsMax), requestId, via };
}

/** An IPv4 client of a socket that listens on IPv6 as well is the same client. */
function ipOf({ remoteAddress = 'unknown' }: Peer): string {
  return remoteAddress.startsWith('::ffff:') && remoteAddress.includes('.') ? remoteAddress.slice('::ffff:'.length) : remoteAddress;
}

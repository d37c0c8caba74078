import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, BlockList, Server, Socket } from 'node:net';
import type { Certificates } from '../../../door/certificates.ts';
import { CodedError, reasonOf } from '../../../errors.ts';
import { listen } from '../../../listen.ts';
import { peerOf } from '../../peer.ts';
import { sourceOf } from '../../source.ts';
import type { Source } from '../../source.ts';
import { makeCollector } from './collector.ts';
import type { CollectorCounts, CollectorOptions } from './collector.ts';
import { makeFrames } from './frames.ts';
import { makeSecureServer } from './secure.ts';

export interface SyslogOptions extends CollectorOptions {
  readonly host: string;
  /** Of TCP and UDP both; 0 takes a free one for each, null takes neither. */
  readonly port: number | null;
  /** Null: not over TLS. */
  readonly tls: SecurePort | null;
  /** Of each port. */
  readonly connectionsMax: number;
  readonly messageBytesMax: number;
  /** Who may send; null: anybody who can reach the address. */
  readonly allowed: BlockList | null;
}

export interface SecurePort {
  /** 0 takes a free one. */
  readonly port: number;
  readonly certificates: Certificates;
  /** As `allowed` below. */
  readonly allowed: BlockList | null;
}

/** Ports are 0 where nothing listens. */
export interface Syslog {
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly tlsPort: number;
  counts(): Readonly<CollectorCounts & { readonly connections: number }>;
  /** Takes in nothing new; what has come is made durable. May be called twice. */
  close(): Promise<void>;
}

/** Half-open connections are found by the kernel's probes, since a sender of logs may be silent for days. */
const keepAliveMs = 60_000;
/** First byte of TLS, which begins no message: sent to the plain port it would be kept as a line of rubbish. */
const tlsHandshake = 22;

/**
 * Syslog over TCP (RFC 6587), UDP (RFC 5426) and TLS (RFC 5425). The protocol has no answer: what has come and is not durable yet is
 * lost in a crash, 50 ms of messages while the disk is well. A sender over TCP is made to wait while there is no room; a datagram is dropped and counted.
 */
export async function openSyslog(options: SyslogOptions): Promise<Syslog> {
  const collector = makeCollector(options);
  const sockets = new Set<Socket>();
  collector.onRoom(() => { for (const socket of sockets) socket.resume(); });
  const servers: Server[] = [];
  let udp: UdpSocket | null = null;
  const serve = async (port: number, via: string, server: Server): Promise<number> => {
    server.maxConnections = options.connectionsMax;
    server.on('drop', (peer) => refuse(options, new CodedError('too_many_connections'), toSource({ remoteAddress: peer?.remoteAddress, remotePort: peer?.remotePort }, via)));
    const listened = await listen(server, options.host, port);
    servers.push(server);
    return listened;
  };
  const { port, tls, allowed } = options;
  let closing: Promise<void> | null = null;
  const close = (): Promise<void> => (closing ??= closeAll(servers, udp, sockets, collector));
  try {
    const tcpPort = port === null ? 0 : await serve(port, 'syslog/tcp', createServer((socket) => takeConnection(options, collector, sockets, socket, toSource(socket, 'syslog/tcp'), allowed)));
    udp = port === null ? null : await openUdp(options, port, collector);
    const tlsPort = tls === null ? 0 : await serve(tls.port, 'syslog/tls', makeSecureServer({
      certificates: tls.certificates, timeoutMs: options.headersTimeoutMs,
      onConnection: (socket) => takeConnection(options, collector, sockets, socket, toSource(socket, 'syslog/tls', peerOf(socket).certificate), tls.allowed),
      onRefused: (error, socket) => refuse(options, error, toSource(socket, 'syslog/tls')),
    }));
    return { tcpPort, tlsPort, udpPort: udp === null ? 0 : (udp.address() as AddressInfo).port, counts: () => ({ ...collector.counts(), connections: sockets.size }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function closeAll(servers: readonly Server[], udp: UdpSocket | null, sockets: ReadonlySet<Socket>, collector: Collector): Promise<void> {
  const ended = servers.map((server) => new Promise<void>((resolve) => { server.close(() => resolve()); }));
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => { if (udp === null) resolve(); else udp.close(resolve); });
  await Promise.all(ended);
  await collector.close();
}

type Collector = ReturnType<typeof makeCollector>;

const refuse = ({ counters, nowMs }: SyslogOptions, error: CodedError, source: Source): void => counters.refusedRequest('logs', error, source, 0, nowMs());

function takeConnection(options: SyslogOptions, collector: Collector, sockets: Set<Socket>, socket: Socket, source: Source, allowed: BlockList | null): void {
  socket.on('error', () => undefined);
  if (!isAllowed(allowed, socket.remoteAddress)) {
    refuse(options, new CodedError('forbidden_sender', source.name), source);
    socket.destroy();
    return;
  }
  sockets.add(socket);
  socket.setKeepAlive(true, keepAliveMs);
  const frames = makeFrames(options.messageBytesMax, { onMessage: (bytes, isCut) => collector.add(source, bytes, isCut) });
  // A message that has begun must end; between messages a sender may be silent.
  socket.setTimeout(options.bodyTimeoutMs, () => {
    if (!frames.isInside()) return;
    refuse(options, new CodedError('slow_client'), source);
    socket.destroy();
  });
  let isFirst = true;
  socket.on('data', (chunk) => {
    if (isFirst && source.via === 'syslog/tcp' && chunk[0] === tlsHandshake) {
      refuse(options, new CodedError('tls_on_plain'), source);
      socket.destroy();
      return;
    }
    isFirst = false;
    frames.push(chunk);
    if (collector.isFull()) socket.pause();
  });
  socket.on('end', () => frames.end());
  socket.on('close', () => sockets.delete(socket));
}

async function openUdp(options: SyslogOptions, port: number, collector: Collector): Promise<UdpSocket> {
  const udp = createSocket(options.host.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    udp.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new CodedError('port_taken', `${options.host}:${port} (UDP)`, { cause: error }) : new CodedError('cannot_listen', `${options.host}:${port} (UDP)`, { detail: `${reasonOf(error)}.`, cause: error })));
    udp.bind({ address: options.host, port }, resolve);
  });
  udp.removeAllListeners('error');
  udp.on('error', (error) => options.onBug(`syslog over UDP: ${reasonOf(error)}`));
  udp.on('message', (bytes, peer) => {
    const source = toSource({ remoteAddress: peer.address, remotePort: peer.port }, 'syslog/udp');
    if (!isAllowed(options.allowed, peer.address)) refuse(options, new CodedError('forbidden_sender', source.name), source);
    else if (collector.isFull()) collector.drop(source);
    else if (bytes.length > 0) collector.add(source, bytes.subarray(0, options.messageBytesMax), bytes.length > options.messageBytesMax);
  });
  return udp;
}

const toSource = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>, via: string, certificate: string | null = null): Source =>
  sourceOf({ remoteAddress, remotePort }, undefined, certificate, { requestId: '', via });

/** By address, whatever a certificate says. */
function isAllowed(allowed: BlockList | null, remoteAddress: string | undefined): boolean {
  const { name } = toSource({ remoteAddress, remotePort: 0 }, '');
  return allowed === null || allowed.check(name, name.includes(':') ? 'ipv6' : 'ipv4');
}

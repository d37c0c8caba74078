import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, BlockList, Server, Socket } from 'node:net';
import { CodedError, reasonOf } from '../../../errors.ts';
import { listen } from '../../../listen.ts';
import { sourceOf } from '../../source.ts';
import type { Source } from '../../source.ts';
import { makeCollector } from './collector.ts';
import type { CollectorCounts, CollectorOptions } from './collector.ts';
import { makeFrames } from './frames.ts';

export interface SyslogOptions extends CollectorOptions {
  readonly host: string;
  /** Of TCP and UDP both; 0 takes a free one for each. */
  readonly port: number;
  readonly connectionsMax: number;
  readonly messageBytesMax: number;
  /** Who may send; null: anybody who can reach the address. */
  readonly allowed: BlockList | null;
}

export interface Syslog {
  readonly tcpPort: number;
  readonly udpPort: number;
  counts(): Readonly<CollectorCounts & { readonly connections: number }>;
  /** Takes in nothing new; what has come is made durable. May be called twice. */
  close(): Promise<void>;
}

/** Half-open connections are found by the kernel's probes, since a sender of logs may be silent for days. */
const keepAliveMs = 60_000;

/**
 * Syslog over TCP (RFC 6587) and UDP (RFC 5426). The protocol has no answer: what has come and is not durable yet is lost
 * in a crash, 50 ms of messages while the disk is well. A sender over TCP is made to wait while there is no room; a datagram is dropped and counted.
 */
export async function openSyslog(options: SyslogOptions): Promise<Syslog> {
  const collector = makeCollector(options);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => takeConnection(options, collector, sockets, socket));
  server.maxConnections = options.connectionsMax;
  server.on('drop', (peer) => options.counters.refusedRequest('logs', new CodedError('too_many_connections'), toSource(peer?.remoteAddress, peer?.remotePort, 'syslog/tcp'), 0, options.nowMs()));
  collector.onRoom(() => { for (const socket of sockets) socket.resume(); });
  const tcpPort = await listen(server, options.host, options.port);
  let udp: UdpSocket;
  try {
    udp = await openUdp(options, collector);
  } catch (error) {
    await closed(server);
    throw error;
  }
  let closing: Promise<void> | null = null;
  return {
    tcpPort, udpPort: (udp.address() as AddressInfo).port,
    counts: () => ({ ...collector.counts(), connections: sockets.size }),
    close: () => (closing ??= closeAll(server, udp, sockets, collector)),
  };
}

async function closeAll(server: Server, udp: UdpSocket, sockets: ReadonlySet<Socket>, collector: Collector): Promise<void> {
  const ended = closed(server);
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => { udp.close(resolve); });
  await ended;
  await collector.close();
}

type Collector = ReturnType<typeof makeCollector>;

const closed = (server: Server): Promise<void> => new Promise((resolve) => { server.close(() => resolve()); });

function takeConnection(options: SyslogOptions, collector: Collector, sockets: Set<Socket>, socket: Socket): void {
  const source = toSource(socket.remoteAddress, socket.remotePort, 'syslog/tcp');
  socket.on('error', () => undefined);
  if (!isAllowed(options.allowed, source)) {
    options.counters.refusedRequest('logs', new CodedError('forbidden_sender', source.name), source, 0, options.nowMs());
    socket.destroy();
    return;
  }
  sockets.add(socket);
  socket.setKeepAlive(true, keepAliveMs);
  const frames = makeFrames(options.messageBytesMax, { onMessage: (bytes, isCut) => collector.add(source, bytes, isCut) });
  // A message that has begun must end; between messages a sender may be silent.
  socket.setTimeout(options.bodyTimeoutMs, () => {
    if (!frames.isInside()) return;
    options.counters.refusedRequest('logs', new CodedError('slow_client'), source, 0, options.nowMs());
    socket.destroy();
  });
  socket.on('data', (chunk) => {
    frames.push(chunk);
    if (collector.isFull()) socket.pause();
  });
  socket.on('end', () => frames.end());
  socket.on('close', () => sockets.delete(socket));
}

async function openUdp(options: SyslogOptions, collector: Collector): Promise<UdpSocket> {
  const udp = createSocket(options.host.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    udp.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? new CodedError('port_taken', `${options.host}:${options.port} (UDP)`, { cause: error }) : new CodedError('cannot_listen', `${options.host}:${options.port} (UDP)`, { detail: `${reasonOf(error)}.`, cause: error })));
    udp.bind({ address: options.host, port: options.port }, resolve);
  });
  udp.removeAllListeners('error');
  udp.on('error', (error) => options.onBug(`syslog over UDP: ${reasonOf(error)}`));
  udp.on('message', (bytes, peer) => {
    const source = toSource(peer.address, peer.port, 'syslog/udp');
    if (!isAllowed(options.allowed, source)) options.counters.refusedRequest('logs', new CodedError('forbidden_sender', source.name), source, 0, options.nowMs());
    else if (collector.isFull()) collector.drop(source);
    else if (bytes.length > 0) collector.add(source, bytes.subarray(0, options.messageBytesMax), bytes.length > options.messageBytesMax);
  });
  return udp;
}

const toSource = (remoteAddress: string | undefined, remotePort: number | undefined, via: string): Source =>
  sourceOf({ remoteAddress, remotePort }, undefined, null, { requestId: '', via });

function isAllowed(allowed: BlockList | null, { name }: Source): boolean {
  return allowed === null || allowed.check(name, name.includes(':') ? 'ipv6' : 'ipv4');
}

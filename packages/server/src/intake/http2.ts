import { constants, createServer } from 'node:http2';
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { CodedError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { http2Exchange } from './exchange.ts';
import type { GrpcHandler } from './grpc.ts';
import type { HttpHandler } from './http.ts';
import { peerOf } from './peer.ts';
import type { Peer } from './peer.ts';
import type { ReceiverOptions } from './receive.ts';
import { sourceOf } from './source.ts';

/**
 * gRPC for Go ends a connection with a GOAWAY that names the largest stream id there is. nghttp2 takes that for a breach of the
 * protocol (NGHTTP2_ERR_PROTO); with nothing in flight it is a goodbye.
 */
const goodbyeErrno = -505;

/** Limits of one HTTP/2 connection. Those that Node counts end the connection with GOAWAY; `http2_flood` counts how often. */
export const http2Limits = {
  streamWindowBytes: 1024 * 1024,
  sessionWindowBytes: 16 * 1024 * 1024,
  streamsMax: 256,
  sessionMemoryMiB: 64,
  headerBytesMax: 32 * 1024,
  headersMax: 128,
  /** Entries of one SETTINGS frame. */
  settingsMax: 32,
  /** Streams that the client resets, at once and a second (rapid reset, CVE-2023-44487). A client whose deadlines pass resets some too. */
  resetsBurst: 400,
  resetsPerSecond: 50,
  invalidFramesMax: 100,
  /** A connection without any traffic is asked to go; gRPC clients open another when they need one. */
  idleMs: 600_000,
} as const;

export interface Http2Receiver {
  readonly server: Http2Server;
  /** Asks every client to go elsewhere; calls that are under way are finished. */
  goAway(): void;
  /** Cuts what is left. */
  destroy(): void;
}

/** HTTP/2, with or without TLS below it. It does not listen: doors hand connections to it. gRPC and OTLP/HTTP are told apart stream by stream. */
export function makeHttp2(options: ReceiverOptions, handleGrpc: GrpcHandler, handleHttp: HttpHandler): Http2Receiver {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    maxSessionMemory: http2Limits.sessionMemoryMiB,
    maxHeaderListPairs: http2Limits.headersMax,
    maxSettings: http2Limits.settingsMax,
    maxSessionInvalidFrames: http2Limits.invalidFramesMax,
    streamResetBurst: http2Limits.resetsBurst,
    streamResetRate: http2Limits.resetsPerSecond,
    settings: { initialWindowSize: http2Limits.streamWindowBytes, maxConcurrentStreams: http2Limits.streamsMax, maxHeaderListSize: http2Limits.headerBytesMax },
  });
  server.on('session', (session) => {
    const peer = peerOf(session.socket);
    const refused = (code: ErrorCode, detail: string): void => options.counters.refusedRequest(null, new CodedError(code, detail), sourceOf(peer, undefined, null, { requestId: options.requestIds.of(undefined), via: 'http/2' }), 0, options.nowMs());
    let [served, open] = [0, 0];
    sessions.add(session);
    session.setLocalWindowSize(http2Limits.sessionWindowBytes);
    const timer = setTimeout(() => {
      refused('slow_client', 'no SETTINGS frame');
      session.destroy();
    }, options.headersTimeoutMs);
    session.once('remoteSettings', () => clearTimeout(timer));
    session.on('close', () => { clearTimeout(timer); sessions.delete(session); });
    session.on('error', (error: NodeJS.ErrnoException) => {
      const isGoodbye = error.errno === goodbyeErrno && served > 0 && open === 0;
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE' && !isGoodbye) refused('http2_flood', error.message.slice(0, 100));
      session.destroy();
    });
    session.setTimeout(http2Limits.idleMs, () => session.close());
    session.on('stream', (stream, headers) => {
      served++;
      open++;
      stream.once('close', () => { open--; });
      dispatch(stream, headers, peer);
    });
  });

  function dispatch(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer): void {
    stream.on('error', () => undefined);
    if (/^application\/grpc(?!-web)/i.test(headers['content-type'] ?? '')) return void handleGrpc(stream, headers, peer);
    const timer = setTimeout(() => {
      options.counters.refusedRequest(null, new CodedError('slow_client'), sourceOf(peer, headers['user-agent'], null, { requestId: options.requestIds.of(headers['x-request-id']), via: 'http' }), 0, options.nowMs());
      stream.close(constants.NGHTTP2_CANCEL);
    }, options.bodyTimeoutMs);
    stream.on('close', () => clearTimeout(timer));
    stream.once('end', () => clearTimeout(timer));
    void handleHttp(http2Exchange(stream, headers, peer));
  }

  return {
    server,
    goAway: () => { for (const session of sessions) session.close(); },
    destroy: () => { for (const session of sessions) session.destroy(); },
  };
}

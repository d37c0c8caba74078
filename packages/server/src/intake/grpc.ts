import { constants, createServer } from 'node:http2';
import type { Http2Server, IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Compression } from '@clew/engine';
import { writeResponse, writeStatus } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { CodedError, errorTable } from '../errors.ts';
import { ClientGone, readBody } from './body.ts';
import { compressionNames } from './inflate.ts';
import { framePrefixBytes, percentEncode, readFrame, writeFrame } from './grpc-message.ts';
import { mayRetry, receive, retryDelayMs, toCoded } from './receive.ts';
import type { ReceiverOptions } from './receive.ts';
import { requestIdHeader } from './request-id.ts';
import { sourceOf } from './source.ts';
import { isAuthorized } from './token.ts';

const service = (name: string, signal: string, version = 'v1'): string => `/opentelemetry.proto.collector.${signal}.${version}.${name}/Export`;
const methods: Readonly<Record<string, Signal>> = {
  [service('TraceService', 'trace')]: 'traces',
  [service('MetricsService', 'metrics')]: 'metrics',
  [service('LogsService', 'logs')]: 'logs',
  [service('ProfilesService', 'profiles', 'v1development')]: 'profiles',
};

const streamWindowBytes = 1024 * 1024;
const sessionWindowBytes = 16 * 1024 * 1024;
const streamsPerSessionMax = 256;
const sessionMemoryMiB = 64;
const messageCharsMax = 1_000;
const acceptedEncodings = 'identity,gzip,deflate,zstd';

export interface GrpcReceiver {
  readonly server: Http2Server;
  /** Asks every client to go elsewhere; calls that are under way are finished. */
  goAway(): void;
  /** Cuts what is left. */
  destroy(): void;
}

/** OTLP/gRPC: the unary Export calls on bare HTTP/2. The caller listens and closes. */
export function makeGrpcReceiver(options: ReceiverOptions): GrpcReceiver {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    maxSessionMemory: sessionMemoryMiB,
    settings: { initialWindowSize: streamWindowBytes, maxConcurrentStreams: streamsPerSessionMax },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => session.destroy());
    session.setLocalWindowSize(sessionWindowBytes);
  });
  server.on('stream', (stream, headers) => void handle(options, stream, headers));
  return {
    server,
    goAway: () => { for (const session of sessions) session.close(); },
    destroy: () => { for (const session of sessions) session.destroy(); },
  };
}

async function handle(options: ReceiverOptions, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const source = sourceOf(stream.session?.socket ?? {}, headers['user-agent'], null, { requestId: options.requestIds.of(headers['x-request-id']), via: 'grpc' });
  stream.on('error', () => undefined);
  if (!/^application\/grpc(\+proto)?(;|$)/i.test(headers['content-type'] ?? '') || headers[':method'] !== 'POST') {
    if (isOpen(stream)) stream.respond({ ':status': headers[':method'] === 'POST' ? 415 : 405, ...(headers[':method'] === 'POST' ? {} : { allow: 'POST' }) }, { endStream: true });
    stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  const ticket = options.budget.open();
  let signal: Signal | null = null;
  const timer = setTimeout(() => {
    options.counters.refusedRequest(signal, new CodedError('slow_client'), source, 0, options.nowMs());
    refuse(stream, new CodedError('slow_client'), source.requestId);
  }, options.bodyTimeoutMs);
  try {
    const path = headers[':path'] ?? '';
    signal = Object.hasOwn(methods, path) ? methods[path] : null;
    if (signal === null || (signal === 'profiles' && !options.takesProfiles)) throw new CodedError('wrong_path', path.slice(0, 200));
    if (!isAuthorized(headers.authorization, options.token)) throw new CodedError('unauthenticated');
    if (options.isStopping()) throw new CodedError('stopping');
    const announced = compressionOf(headers['grpc-encoding']);
    const bytesMax = options.limits.requestBytesMax;
    const frame = await readBody(stream, { bytesMax: bytesMax + framePrefixBytes, ticket });
    clearTimeout(timer);
    const { isCompressed, message } = readFrame(frame);
    if (isCompressed && announced === 'identity') throw new CodedError('bad_framing', 'compressed, but grpc-encoding does not say how');
    const compression = isCompressed ? announced : 'identity';
    const partial = await receive(options, { signal, encoding: 'protobuf', compression, body: message, source, ticket });
    answer(stream, writeFrame(writeResponse(signal, 'protobuf', partial ?? undefined)), partial === null ? {} : { [requestIdHeader]: source.requestId });
  } catch (error) {
    if (error instanceof ClientGone) return;
    const coded = toCoded(error, options.onBug);
    options.counters.refusedRequest(signal, coded, source, 200, options.nowMs());
    refuse(stream, coded, source.requestId);
  } finally {
    clearTimeout(timer);
    ticket.release();
  }
}

/** The client may have gone; sending trailers on a closed stream throws and would end the process. */
const isOpen = (stream: ServerHttp2Stream): boolean => !stream.destroyed && !stream.closed && !stream.headersSent;

function answer(stream: ServerHttp2Stream, frame: Buffer, headers: Readonly<Record<string, string>>): void {
  if (!isOpen(stream)) return;
  stream.on('wantTrailers', () => { if (!stream.destroyed && !stream.closed) stream.sendTrailers({ 'grpc-status': '0' }); });
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-accept-encoding': acceptedEncodings, ...headers }, { waitForTrailers: true });
  stream.end(frame);
}

/** Trailers only: the status stands in the first and only header block. */
function refuse(stream: ServerHttp2Stream, error: CodedError, requestId: string): void {
  if (!isOpen(stream)) return;
  const { grpc, next } = errorTable[error.code];
  const text = (error.value === '' ? `${error.message} ${next}` : `${error.message} (${error.value}) ${next}`).slice(0, messageCharsMax);
  const details = writeStatus('protobuf', {
    code: grpc, message: text,
    ...(mayRetry(error) ? { retryDelayMs } : {}),
    ...(error.code === 'malformed' ? { violations: [{ field: error.value, description: error.message }] } : {}),
  });
  stream.respond({
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': String(grpc),
    [requestIdHeader]: requestId,
    'grpc-message': percentEncode(text),
    'grpc-status-details-bin': Buffer.from(details).toString('base64'),
    ...(error.code === 'unsupported_compression' ? { 'grpc-accept-encoding': acceptedEncodings } : {}),
  }, { endStream: true });
  // Tells a client that is still sending to stop, without an error.
  if (!stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
}

function compressionOf(header: string | string[] | undefined): Compression {
  const name = String(header ?? '').trim().toLowerCase();
  if (Object.hasOwn(compressionNames, name)) return compressionNames[name];
  throw new CodedError('unsupported_compression', name.slice(0, 100));
}

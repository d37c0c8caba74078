import { constants } from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Compression } from '@clew/engine';
import { writeResponse, writeStatus } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { CodedError, errorTable } from '../errors.ts';
import { ClientGone, readBody } from './body.ts';
import { compressionNames } from './inflate.ts';
import { checkFrame, framePrefixBytes, percentEncode, readFrame, writeFrame } from './grpc-message.ts';
import { receive, statusOf, toCoded } from './receive.ts';
import type { ReceiverOptions } from './receive.ts';
import type { Peer } from './peer.ts';
import { requestIdHeader } from './request-id.ts';
import { sourceOf } from './source.ts';

const service = (name: string, signal: string, version = 'v1'): string => `/opentelemetry.proto.collector.${signal}.${version}.${name}/Export`;
const methods: Readonly<Record<string, Signal>> = {
  [service('TraceService', 'trace')]: 'traces',
  [service('MetricsService', 'metrics')]: 'metrics',
  [service('LogsService', 'logs')]: 'logs',
  [service('ProfilesService', 'profiles', 'v1development')]: 'profiles',
};

const messageCharsMax = 1_000;
const acceptedEncodings = 'identity,gzip,deflate,zstd';

/** OTLP/gRPC: the unary Export calls on bare HTTP/2. Never rejects. */
export type GrpcHandler = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer) => Promise<void>;

export function makeGrpcHandler(options: ReceiverOptions): GrpcHandler {
  return (stream, headers, peer) => handle(options, stream, headers, peer);
}

async function handle(options: ReceiverOptions, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer): Promise<void> {
  let source = sourceOf(peer, headers['user-agent'], peer.certificate, { requestId: options.requestIds.of(headers['x-request-id']), via: 'grpc' });
  if (!/^application\/grpc(\+proto)?(;|$)/i.test(headers['content-type'] ?? '') || headers[':method'] !== 'POST') {
    if (isOpen(stream)) stream.respond({ ':status': headers[':method'] === 'POST' ? 415 : 405, ...(headers[':method'] === 'POST' ? {} : { allow: 'POST' }) }, { endStream: true });
    stream.close(constants.NGHTTP2_NO_ERROR);
    return;
  }
  const ticket = options.budget.open();
  const lease = options.pool.open();
  let signal: Signal | null = null;
  const timer = setTimeout(() => {
    options.counters.refusedRequest(signal, new CodedError('slow_client'), source, 0, options.nowMs());
    refuse(stream, new CodedError('slow_client'), source.requestId);
  }, options.bodyTimeoutMs);
  try {
    const path = headers[':path'] ?? '';
    signal = Object.hasOwn(methods, path) ? methods[path] : null;
    if (signal === null || (signal === 'profiles' && !options.takesProfiles)) throw new CodedError('wrong_path', path.slice(0, 200));
    const admitted = options.gate.admit(headers, peer);
    source = { ...source, name: admitted.name ?? source.name };
    ticket.belongTo(source.name);
    admitted.check();
    if (options.isStopping()) throw new CodedError('stopping');
    const announced = compressionOf(headers['grpc-encoding']);
    const bytesMax = options.limits.requestBytesMax;
    const frame = await readBody(stream, { bytesMax: bytesMax + framePrefixBytes, ticket, lease, ownsChunks: false, head: { bytes: framePrefixBytes, check: (head) => checkFrame(head, bytesMax) } });
    clearTimeout(timer);
    admitted.takeBytes(frame.length);
    const { isCompressed, message } = readFrame(frame);
    if (isCompressed && announced === 'identity') throw new CodedError('bad_framing', 'compressed, but grpc-encoding does not say how');
    const compression = isCompressed ? announced : 'identity';
    const partial = await receive(options, { signal, encoding: 'protobuf', compression, body: message, source, ticket, admitted, lease });
    answer(stream, writeFrame(writeResponse(signal, 'protobuf', partial ?? undefined)), partial === null ? {} : { [requestIdHeader]: source.requestId });
  } catch (error) {
    if (error instanceof ClientGone) return;
    const coded = toCoded(error, options.onBug);
    options.counters.refusedRequest(signal, coded, source, 200, options.nowMs());
    refuse(stream, coded, source.requestId);
  } finally {
    clearTimeout(timer);
    ticket.release();
    lease.release();
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
  const { grpc } = errorTable[error.code];
  const status = statusOf(error, grpc, messageCharsMax);
  stream.respond({
    ':status': 200,
    'content-type': 'application/grpc',
    'grpc-status': String(grpc),
    [requestIdHeader]: requestId,
    'grpc-message': percentEncode(status.message),
    'grpc-status-details-bin': Buffer.from(writeStatus('protobuf', status)).toString('base64'),
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

import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Compression, Encoding } from '@clew/engine';
import { writeResponse, writeStatus } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { CodedError, errorTable } from '../errors.ts';
import { ClientGone, readBody } from './body.ts';
import { receiveForeign } from './foreign/receive-foreign.ts';
import type { ForeignRoute, Reply } from './foreign/route.ts';
import { inflateSnappy } from './foreign/snappy.ts';
import { compressionNames, inflateAside } from './inflate.ts';
import { mayRetry, receive, retryDelayMs, toCoded } from './receive.ts';
import type { Partial, ReceiverOptions } from './receive.ts';
import { requestIdHeader } from './request-id.ts';
import { sourceOf } from './source.ts';
import { isAuthorized } from './token.ts';

/** Paths are exact: no trailing slash, no redirect, since clients must not send a body again blindly. */
const paths: Readonly<Record<string, Signal>> = { '/v1/traces': 'traces', '/v1/metrics': 'metrics', '/v1/logs': 'logs', '/v1development/profiles': 'profiles' };
/** A refused request is read on for so long and so far, so that the answer reaches a client that is still writing. */
const lingerMs = 2_000;
const lingerBytesMax = 8 * 1024 * 1024;
const checkEveryMsMax = 5_000;

/** OTLP/HTTP on HTTP/1.1, protobuf and JSON. The caller listens and closes. */
export function makeHttpReceiver(options: ReceiverOptions): Server {
  const server = createServer({
    headersTimeout: Math.min(options.headersTimeoutMs, options.bodyTimeoutMs),
    requestTimeout: options.bodyTimeoutMs,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: Math.min(checkEveryMsMax, Math.ceil(options.bodyTimeoutMs / 2)),
  });
  server.on('request', (request, response) => void handle(options, request, response));
  // Without this listener Node sends `100 Continue` even when the declared length is refused anyway.
  server.on('checkContinue', (request: IncomingMessage, response) => {
    if (declaredBytes(request) <= options.limits.requestBytesMax) response.writeContinue();
    void handle(options, request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
      options.counters.refusedRequest(null, new CodedError('slow_client'), sourceOf(socket as { remoteAddress?: string }, undefined, null, { requestId: options.requestIds.of(undefined), via: 'http' }), 0, options.nowMs());
      socket.destroy();
    } else if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function handle(options: ReceiverOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const ticket = options.budget.open();
  let signal: Signal | null = null;
  let encoding = encodingOf(request.headers['content-type']);
  const source = sourceOf(request.socket, request.headers['user-agent'], null, { requestId: options.requestIds.of(request.headers['x-request-id']), via: encoding === null ? 'http' : `http/${encoding}` });
  let foreign: ForeignRoute | null = null;
  try {
    const path = (request.url ?? '').split('?', 1)[0];
    foreign = options.foreign.get(path) ?? null;
    signal = foreign?.signal ?? (Object.hasOwn(paths, path) ? paths[path] : null);
    if (signal === null || (signal === 'profiles' && !options.takesProfiles)) throw new CodedError('wrong_path', path.slice(0, 200), path.startsWith('/v1/profiles') ? { detail: 'The path of profiles is /v1development/profiles, for as long as they are experimental.' } : undefined);
    if (request.method !== 'POST') throw new CodedError('method_not_allowed', request.method);
    if (!isAuthorized(request.headers.authorization, options.token)) throw new CodedError('unauthenticated');
    if (options.isStopping()) throw new CodedError('stopping');
    foreign?.checkType(request.headers);
    if (foreign === null && encoding === null) throw new CodedError('unsupported_type', (request.headers['content-type'] ?? 'none').slice(0, 200));
    const isSnappy = foreign !== null && foreign.isSnappy && /^(snappy)?$/i.test(request.headers['content-encoding'] ?? '');
    const compression = isSnappy ? 'identity' : compressionOf(request.headers['content-encoding']);
    const bytesMax = options.limits.requestBytesMax;
    if (declaredBytes(request) > bytesMax) throw new CodedError('too_large', `${declaredBytes(request)} of ${bytesMax} bytes`);
    const body = await readBody(request, { bytesMax, ticket });
    if (foreign !== null) {
      const inflated = isSnappy ? inflateSnappy(body, bytesMax) : await inflateAside(body, compression, bytesMax);
      reply(response, await receiveForeign(options, foreign, { body: inflated, headers: request.headers, source: { ...source, via: foreign.name }, ticket }));
      return;
    }
    const partial = await receive(options, { signal, encoding: encoding ?? 'protobuf', compression, body, source, ticket });
    if (partial !== null) response.setHeader(requestIdHeader, source.requestId);
    answer(response, signal, encoding ?? 'protobuf', partial);
  } catch (error) {
    if (error instanceof ClientGone) return;
    const coded = toCoded(error, options.onBug);
    const { http } = errorTable[coded.code];
    options.counters.refusedRequest(signal, coded, source, http, options.nowMs());
    encoding ??= /json/i.test(request.headers['content-type'] ?? 'json') ? 'json' : 'protobuf';
    response.setHeader(requestIdHeader, source.requestId);
    refuse(request, response, encoding, coded, foreign);
  } finally {
    ticket.release();
  }
}

function answer(response: ServerResponse, signal: Signal, encoding: Encoding, partial: Partial): void {
  const body = writeResponse(signal, encoding, partial ?? undefined);
  response.writeHead(200, { 'content-type': contentTypes[encoding], 'content-length': body.length });
  response.end(body);
}

function reply(response: ServerResponse, { status, type, body, headers }: Reply): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...(bytes.length > 0 ? { 'content-type': type } : {}), ...(status === 204 ? {} : { 'content-length': bytes.length }), ...headers });
  response.end(bytes);
}

/** `foreign` says it in its own form, where the path is of another protocol. */
function refuse(request: IncomingMessage, response: ServerResponse, encoding: Encoding, error: CodedError, foreign: ForeignRoute | null): void {
  const { http, grpc, next } = errorTable[error.code];
  const isRetry = mayRetry(error);
  const own = foreign?.refuse(error) ?? null;
  const message = error.value === '' ? `${error.message} ${next}` : `${error.message} (${error.value}) ${next}`;
  const body = own !== null ? Buffer.from(own.body) : writeStatus(encoding, {
    code: grpc, message,
    ...(isRetry ? { retryDelayMs } : {}),
    ...(error.code === 'malformed' ? { violations: [{ field: error.value, description: error.message }] } : {}),
  });
  const isUnread = !request.readableEnded;
  response.writeHead(own?.status ?? http, {
    'content-type': own?.type ?? contentTypes[encoding],
    'content-length': body.length,
    ...own?.headers,
    ...(isRetry ? { 'retry-after': String(Math.ceil(retryDelayMs / 1_000)) } : {}),
    ...(error.code === 'method_not_allowed' ? { allow: 'POST' } : {}),
    ...(error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
    ...(isUnread && request.method !== 'HEAD' ? { connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  if (isUnread) linger(request);
}

/** Closing while the client still writes would reset the connection and lose the answer. */
function linger(request: IncomingMessage): void {
  let bytes = 0;
  const timer = setTimeout(() => request.socket.destroy(), lingerMs);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > lingerBytesMax) request.socket.destroy();
  });
  request.on('error', () => undefined);
  request.on('close', () => clearTimeout(timer));
}

const contentTypes: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };

/** Parameters and case do not matter. */
function encodingOf(header: string | undefined): Encoding | null {
  const type = (header ?? '').split(';', 1)[0].trim().toLowerCase();
  if (type === contentTypes.protobuf) return 'protobuf';
  return type === contentTypes.json ? 'json' : null;
}

/** Stacked encodings are refused. */
function compressionOf(header: string | undefined): Compression {
  const name = (header ?? '').trim().toLowerCase();
  if (Object.hasOwn(compressionNames, name)) return compressionNames[name];
  throw new CodedError('unsupported_compression', name.slice(0, 100));
}

function declaredBytes(request: IncomingMessage): number {
  return Number(request.headers['content-length'] ?? 0);
}

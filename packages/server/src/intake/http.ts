import type { IncomingHttpHeaders } from 'node:http';
import type { Compression, Encoding } from '@clew/engine';
import { writeResponse, writeStatus } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { CodedError, errorTable } from '../errors.ts';
import { ClientGone, readBody } from './body.ts';
import type { Exchange } from './exchange.ts';
import { receiveForeign } from './foreign/receive-foreign.ts';
import type { ForeignRoute, Reply } from './foreign/route.ts';
import { inflateSnappy } from './foreign/snappy.ts';
import { compressionNames, inflateAside } from './inflate.ts';
import { receive, retryDelayOf, statusOf, toCoded } from './receive.ts';
import type { Partial, ReceiverOptions } from './receive.ts';
import { requestIdHeader } from './request-id.ts';
import { sourceOf } from './source.ts';

/** OTLP/HTTP, protobuf and JSON, and the paths of other protocols, over any version of HTTP. Never rejects. */
export type HttpHandler = (exchange: Exchange) => Promise<void>;

export function makeHttpHandler(options: ReceiverOptions): HttpHandler {
  return (exchange) => handle(options, options.cors.allow(exchange));
}

async function handle(options: ReceiverOptions, exchange: Exchange): Promise<void> {
  const { headers, path, method } = exchange;
  const ticket = options.budget.open();
  const lease = options.pool.open();
  let signal: Signal | null = null;
  let encoding = encodingOf(headers['content-type']);
  let source = sourceOf(exchange.peer, headers['user-agent'], exchange.peer.certificate, { requestId: options.requestIds.of(headers['x-request-id']), via: encoding === null ? 'http' : `http/${encoding}` });
  let foreign: ForeignRoute | null = null;
  try {
    foreign = options.foreign.get(path) ?? null;
    signal = foreign?.signal ?? options.paths.get(path) ?? null;
    if (signal === null) throw new CodedError('wrong_path', path.slice(0, 200), hintOf(path, options.paths));
    if (options.cors.isPreflight(exchange)) {
      options.cors.answer(exchange);
      return;
    }
    if (method !== 'POST') throw new CodedError('method_not_allowed', method);
    const admitted = options.gate.admit(headers, exchange.peer);
    source = { ...source, name: admitted.name ?? source.name };
    ticket.belongTo(source.name);
    admitted.check();
    if (options.isStopping()) throw new CodedError('stopping');
    options.cors.check(exchange);
    foreign?.checkType(headers);
    if (foreign === null && encoding === null) throw new CodedError('unsupported_type', (headers['content-type'] ?? 'none').slice(0, 200));
    const isSnappy = foreign !== null && foreign.isSnappy && /^(snappy)?$/i.test(headers['content-encoding'] ?? '');
    const compression = isSnappy ? 'identity' : compressionOf(headers['content-encoding']);
    const bytesMax = options.limits.requestBytesMax;
    if (declaredBytes(headers) > bytesMax) throw new CodedError('too_large', `${declaredBytes(headers)} of ${bytesMax} bytes`);
    exchange.proceed();
    const body = await readBody(exchange.body, { bytesMax, ticket, lease, ownsChunks: exchange.ownsChunks });
    admitted.takeBytes(body.length);
    if (foreign !== null) {
      const inflated = isSnappy ? inflateSnappy(body, bytesMax) : await inflateAside(body, compression, bytesMax);
      reply(exchange, await receiveForeign(options, foreign, { body: inflated, headers, source: { ...source, via: foreign.name }, ticket, admitted, lease }));
      return;
    }
    const partial = await receive(options, { signal, encoding: encoding ?? 'protobuf', compression, body, source, ticket, admitted, lease });
    answer(exchange, signal, encoding ?? 'protobuf', partial, source.requestId);
  } catch (error) {
    if (error instanceof ClientGone) return;
    const coded = toCoded(error, options.onBug);
    const { http } = errorTable[coded.code];
    options.counters.refusedRequest(signal, coded, source, http, options.nowMs());
    encoding ??= /json/i.test(headers['content-type'] ?? 'json') ? 'json' : 'protobuf';
    refuse(exchange, encoding, coded, foreign, source.requestId);
  } finally {
    ticket.release();
    lease.release();
  }
}

function answer(exchange: Exchange, signal: Signal, encoding: Encoding, partial: Partial, requestId: string): void {
  exchange.respond(200, { 'content-type': contentTypes[encoding], ...(partial === null ? {} : { [requestIdHeader]: requestId }) }, writeResponse(signal, encoding, partial ?? undefined));
}

function reply(exchange: Exchange, { status, type, body, headers }: Reply): void {
  const bytes = Buffer.from(body);
  exchange.respond(status, { ...(bytes.length > 0 ? { 'content-type': type } : {}), ...headers }, bytes);
}

/** `foreign` says it in its own form, where the path is of another protocol. */
function refuse(exchange: Exchange, encoding: Encoding, error: CodedError, foreign: ForeignRoute | null, requestId: string): void {
  const { http, grpc } = errorTable[error.code];
  const delayMs = retryDelayOf(error);
  const own = foreign?.refuse(error) ?? null;
  const body = own !== null ? Buffer.from(own.body) : writeStatus(encoding, statusOf(error, grpc));
  exchange.respond(own?.status ?? http, {
    'content-type': own?.type ?? contentTypes[encoding],
    ...own?.headers,
    [requestIdHeader]: requestId,
    ...(delayMs === null ? {} : { 'retry-after': String(Math.ceil(delayMs / 1_000)) }),
    ...(error.code === 'method_not_allowed' ? { allow: 'POST' } : {}),
    ...(error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
  }, body);
}

/** What somebody who sent to another path most likely meant. Paths are exact: there is no redirect, since clients must not send a body again blindly. */
function hintOf(path: string, paths: ReadonlyMap<string, Signal>): { readonly detail: string } | undefined {
  if (path === '/v1/profiles') return { detail: 'The path of profiles is /v1development/profiles, for as long as they are experimental.' };
  const meant = `/${path.split('/').filter((part) => part !== '').join('/')}`;
  return meant !== path && paths.has(meant) ? { detail: `Send to ${meant}, with no other slashes.` } : undefined;
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

function declaredBytes(headers: IncomingHttpHeaders): number {
  return Number(headers['content-length'] ?? 0);
}

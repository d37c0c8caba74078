import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CodedError, errorTable, reasonOf } from '../errors.ts';
import { openStatic, type StaticFiles } from '../static.ts';
import { readJson } from './body.ts';
import { checkBody, checkQuery } from './check.ts';
import type { Api, ApiContext } from './context.ts';
import { checkHost, checkOrigin, checkToken, securityHeaders } from './guard.ts';
import { openRefinements } from '../refine/refinements.ts';
import { openLookBacks } from './look-back/look-backs.ts';
import type { AnswerRoute, Asked } from './route.ts';
import { makeRouter, type Router } from './router.ts';
import { makeRoutes } from './routes.ts';
import { openStreams, type Streams } from './stream.ts';
import type { ErrorResponse } from './types.ts';

const prefix = '/api/v1';
/** Smaller answers are sent as they are: compressing them costs more than it saves. */
const gzipFromBytes = 1_024;
const compress = promisify(gzip);

interface Door {
  readonly context: ApiContext;
  readonly router: Router;
  readonly streams: Streams;
  readonly files: StaticFiles;
  /** Told about every fault of our own, one text each. */
  readonly report: (text: string) => void;
}

/** Serves everything on the console port: the API under /api/v1, its events, and the console's files. */
export function openApi(context: ApiContext, report: (text: string) => void = (text) => { process.stderr.write(text); }): Api {
  const streams = openStreams();
  const lookBacks = openLookBacks();
  const self = () => ({ ...context.self(), api_streams_open: streams.count(), api_events_dropped: streams.dropped() });
  const door: Door = { context: { ...context, self }, router: makeRouter(makeRoutes(context.version, lookBacks, openRefinements(() => context.nowMs()))), streams, files: openStatic(context.consoleFolder), report };
  return {
    handle(request, response) {
      respond(door, request, response).catch((error: unknown) => { fail(door, request, response, error); });
    },
    async close() {
      door.streams.endAll();
      await Promise.all([door.streams.ended(), lookBacks.close()]);
    },
  };
}

async function respond(door: Door, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { context } = door;
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  checkHost(request, context.allowedHosts);
  const [path, search = ''] = splitUrl(request.url ?? '/');
  if (path !== '/api' && !path.startsWith('/api/')) return door.files.serve(request, response, path);
  checkOrigin(request);
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? '');
  const routed = door.router.match(method, path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : '');
  // Who has no token learns nothing, not even which paths there are.
  const by = routed.found?.route.isOpen === true ? '' : checkToken(request, context);
  if (!path.startsWith(`${prefix}/`)) throw new CodedError('unknown_path', path);
  if (routed.found === null) {
    if (routed.allow.length === 0) throw new CodedError('unknown_path', path);
    response.setHeader('allow', routed.allow.join(', '));
    throw new CodedError('method_not_allowed', method);
  }
  const { route, path: parameters } = routed.found;
  const asked = {
    path: parameters, by,
    query: checkQuery(route.query, new URLSearchParams(search)),
    body: route.body === null ? null : checkBody(route.body, await readJson(request)),
  } as Asked<never, never>;
  if (route.kind === 'answer') return answer(route, context, asked, request, response);
  const opened = door.streams.open(response);
  if (opened === null) throw new CodedError('too_many_streams', `${door.streams.count()} open`);
  route.open(context, asked, opened);
}

async function answer(route: AnswerRoute, context: ApiContext, asked: Asked<never, never>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = JSON.stringify(await route.handle(context, asked));
  for (const [name, value] of Object.entries(route.headers(context, asked))) response.setHeader(name, value);
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('vary', 'accept-encoding');
  if (text.length >= gzipFromBytes && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    response.setHeader('content-encoding', 'gzip');
    response.end(await compress(text, { level: 1 }));
  } else response.end(text);
}

/** Path as sent, still encoded, and what follows the question mark. */
function splitUrl(url: string): readonly [string, string?] {
  const at = url.indexOf('?');
  return at === -1 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}

function fail({ report }: Door, request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  const error = thrown instanceof CodedError ? thrown : new CodedError('internal', '', { cause: thrown });
  if (error.code === 'internal') {
    const trace = thrown instanceof Error ? (thrown.stack ?? thrown.message) : reasonOf(thrown);
    report(`clew: ${request.method ?? ''} ${request.url ?? ''} failed: ${trace}\n`);
  }
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const row = errorTable[error.code];
  const body: ErrorResponse = { error: { code: error.code, message: error.message, value: error.value, next: row.next } };
  if (error.code === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer');
  // What is left of a body that was not read must not be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close');
  response.removeHeader('content-encoding');
  response.statusCode = row.http === 0 ? 500 : row.http;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify(body));
}

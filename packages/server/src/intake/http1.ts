import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { CodedError, errorTable } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { http1Exchange } from './exchange.ts';
import type { HttpHandler } from './http.ts';
import { peerOf } from './peer.ts';
import type { ReceiverOptions } from './receive.ts';
import { sourceOf } from './source.ts';

// `import` would read every export of node:http, and that of WebSocket loads a whole HTTP client.
const { createServer } = process.getBuiltinModule('node:http');

const checkEveryMsMax = 5_000;
/** Longer than what load balancers keep an idle connection for (60 s is usual), so that they close it and not we. */
const keepAliveMs = 65_000;
/** All headers of a request together. */
const headerBytesMax = 32 * 1024;

/** HTTP/1.1. It does not listen: doors hand connections to it. */
export function makeHttp1(options: ReceiverOptions, handle: HttpHandler): Server {
  const server = createServer({
    headersTimeout: Math.min(options.headersTimeoutMs, options.bodyTimeoutMs),
    requestTimeout: options.bodyTimeoutMs,
    keepAliveTimeout: keepAliveMs,
    maxHeaderSize: headerBytesMax,
    connectionsCheckingInterval: Math.min(checkEveryMsMax, Math.ceil(Math.min(options.headersTimeoutMs, options.bodyTimeoutMs) / 2)),
  });
  const take: RequestListener = (request, response) => void handle(http1Exchange(request, response, peerOf(request.socket), options.isStopping));
  server.on('request', take);
  // Without this listener Node sends `100 Continue` also for what is refused anyway.
  server.on('checkContinue', take);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(options, error, socket as Socket));
  // Node looks for slow clients from the moment that a server listens. This one never does: its doors do.
  server.emit('listening');
  return server;
}

/** What is not even a request. */
function refuse(options: ReceiverOptions, { code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    socket.destroy();
    return;
  }
  const error = new CodedError(errorOf(code), code === undefined ? '' : code.slice(0, 100));
  const { http, what, next } = errorTable[error.code];
  options.counters.refusedRequest(null, error, sourceOf(peerOf(socket), undefined, null, { requestId: options.requestIds.of(undefined), via: 'http' }), http, options.nowMs());
  if (http === 0 || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ code: 3, message: `${what} ${next}` });
  socket.end(`HTTP/1.1 ${http} ${http === 431 ? 'Request Header Fields Too Large' : 'Bad Request'}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function errorOf(code: string | undefined): ErrorCode {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'slow_client';
  return code === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'bad_http';
}

import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { ServerHttp2Stream } from 'node:http2';
import type { Readable } from 'node:stream';
import type { Peer } from './peer.ts';

/** One HTTP request and its answer, whichever version carries them. */
export interface Exchange {
  readonly method: string;
  /** Without what follows a question mark; as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly peer: Peer;
  readonly body: Readable;
  /** See readBody. */
  readonly ownsChunks: boolean;
  /** The body is wanted: a client that waits to be asked for it (`Expect: 100-continue`) is asked. */
  proceed(): void;
  /** Once; nothing happens when the client has gone. Reads on for a while when the client is still sending, so that the answer reaches it. */
  respond(status: number, headers: Readonly<Record<string, string>>, body: Uint8Array): void;
}

/** A refused request is read on for so long and so far. */
const lingerMs = 2_000;
/** RST_STREAM overtakes what was written before it: so long the answer gets to leave first. */
const answerMs = 250;
const lingerBytesMax = 8 * 1024 * 1024;
/** The rest of a refused request that says to be no longer than this is read and thrown away, and the connection stays: a new one costs both sides more, above all when many are refused. */
const dumpBytesMax = 1024 * 1024;

export function http1Exchange(request: IncomingMessage, response: ServerResponse, peer: Peer, isStopping: () => boolean): Exchange {
  return {
    method: request.method ?? '', path: pathOf(request.url), headers: request.headers, peer, body: request,
    // Node's parser copies each piece of a body out of the buffer that it reads into.
    ownsChunks: true,
    proceed: () => { if (isWaiting(request.headers)) response.writeContinue(); },
    respond(status, headers, body) {
      if (response.headersSent || response.destroyed) return;
      const isUnread = hasBody(request.headers) && !request.readableEnded && !isShort(request.headers);
      const end = status === 204 ? headers : { ...headers, 'content-length': String(body.length) };
      response.writeHead(status, isUnread || isStopping() ? { ...end, connection: 'close' } : end);
      if (request.method !== 'HEAD' && body.length > 0) response.write(body);
      // The answer is whole with its last byte. Ending it closes the connection, and a client that still writes would lose it.
      if (isUnread) {
        response.flushHeaders();
        linger(request, () => response.end());
      } else {
        response.end();
        request.resume();
      }
    },
  };
}

/** What must not be copied from HTTP/1.1 (RFC 9113, 8.2.2) is never among `headers`: `connection` is added above. */
export function http2Exchange(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, peer: Peer): Exchange {
  const method = String(headers[':method'] ?? '');
  return {
    method, path: pathOf(String(headers[':path'] ?? '')), headers, peer, body: stream, ownsChunks: false,
    proceed: () => { if (isWaiting(headers) && !stream.destroyed && !stream.closed) stream.additionalHeaders({ ':status': constants.HTTP_STATUS_CONTINUE }); },
    respond(status, given, body) {
      if (stream.destroyed || stream.closed || stream.headersSent) return;
      const isEmpty = body.length === 0 || method === 'HEAD';
      stream.respond({ ':status': status, ...given }, { endStream: isEmpty });
      if (!isEmpty) stream.end(body);
      if (!stream.readableEnded && !stream.endAfterHeaders) stopSending(stream);
    },
  };
}

const isWaiting = ({ expect }: IncomingHttpHeaders): boolean => expect !== undefined && /^100-continue$/i.test(expect);

const pathOf = (url: string | undefined): string => (url ?? '').split('?', 1)[0];

const isShort = (headers: IncomingHttpHeaders): boolean => Number(headers['content-length'] ?? Infinity) <= dumpBytesMax;
const hasBody = (headers: IncomingHttpHeaders): boolean => headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/** Tells a client that is still sending to stop, without an error (RFC 9113, 8.1), once it has its answer. Until then what comes is thrown away. */
function stopSending(stream: ServerHttp2Stream): void {
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), answerMs);
  stream.on('close', () => clearTimeout(timer));
  stream.resume();
}

/** Reads what still comes, then calls `end`, once: at the end of the body, or after so long and so far. */
function linger(request: IncomingMessage, end: () => void): void {
  let bytes = 0;
  const timer = setTimeout(() => { end(); request.socket.destroySoon(); }, lingerMs);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > lingerBytesMax) request.socket.destroy();
  });
  request.on('end', end);
  request.on('error', () => undefined);
  request.on('close', () => clearTimeout(timer));
}

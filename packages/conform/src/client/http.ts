import { request as plainRequest } from 'node:http';
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Security } from './security.ts';
import { noReply, plainHeaders } from './exchange.ts';
import type { Headers, Reply } from './exchange.ts';

export interface HttpCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Sends the body in these pieces with `Transfer-Encoding: chunked` and no length. */
  readonly isChunked?: boolean;
  /** Sends no body at all, whatever length the headers declare. */
  readonly withholdBody?: boolean;
  readonly agent?: Agent;
  readonly timeoutMs: number;
  readonly security: Security;
}

const chunkBytes = 16 * 1024;

/** One request over HTTP/1.1. Never rejects: what went wrong is in the reply. */
export function callHttp(call: HttpCall): Promise<Reply> {
  const sinceMs = performance.now();
  return new Promise((resolve) => {
    const isSecure = call.url.startsWith('https:');
    let sent: ClientRequest;
    try {
      const length = call.isChunked === true || 'content-length' in call.headers || (call.body.length === 0 && call.method !== 'POST') ? {} : { 'content-length': String(call.body.length) };
      const options = {
        method: call.method, agent: call.agent ?? false, headers: { ...call.headers, ...length }, ...(isSecure ? call.security : {}),
      };
      sent = (isSecure ? secureRequest : plainRequest)(call.url, options, (answer) => readReply(answer, sinceMs, resolve));
    } catch (error) {
      resolve(noReply((error as Error).message, sinceMs));
      return;
    }
    const timer = setTimeout(() => {
      resolve(noReply(`no answer within ${call.timeoutMs} ms`, sinceMs));
      sent.destroy();
    }, call.timeoutMs);
    sent.on('error', (error: NodeJS.ErrnoException) => resolve(noReply(error.code ?? error.message, sinceMs)));
    sent.on('close', () => clearTimeout(timer));
    if (call.withholdBody === true) sent.flushHeaders();
    else if (call.isChunked === true) writeInPieces(sent, call.body);
    else sent.end(call.body);
  });
}

function writeInPieces(sent: ClientRequest, body: Buffer): void {
  sent.setHeader('transfer-encoding', 'chunked');
  for (let at = 0; at < body.length; at += chunkBytes) sent.write(body.subarray(at, at + chunkBytes));
  sent.end();
}

function readReply(answer: IncomingMessage, sinceMs: number, resolve: (reply: Reply) => void): void {
  const pieces: Buffer[] = [];
  const done = (failure: string | null): void => resolve({
    status: answer.statusCode ?? null, headers: plainHeaders(answer.headers), trailers: plainHeaders(answer.trailers), body: Buffer.concat(pieces), failure, tookMs: performance.now() - sinceMs,
  });
  answer.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => done(null)).on('error', (error: NodeJS.ErrnoException) => done(`answer cut short: ${error.code ?? error.message}`));
}

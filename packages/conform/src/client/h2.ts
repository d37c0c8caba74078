import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import type { Security } from './security.ts';
import { noReply, plainHeaders } from './exchange.ts';
import type { Headers, Reply } from './exchange.ts';

export interface H2Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer;
  /** Leaves the stream half open after the body. */
  readonly keepOpen?: boolean;
  readonly timeoutMs: number;
}

/** A session of its own. The caller destroys it. Failing to connect shows in the calls. */
export function openH2(origin: string, security: Security): ClientHttp2Session {
  // Bodies beyond every limit have to fit on this side.
  const session = connect(origin, { ...security, maxSessionMemory: 2_000 });
  session.on('error', () => undefined);
  // Each call listens while it is under way, and there may be many.
  session.setMaxListeners(0);
  return session;
}

/** One request on a session. Never rejects: what went wrong is in the reply. */
export function callH2(session: ClientHttp2Session, call: H2Call): Promise<Reply> {
  const sinceMs = performance.now();
  return new Promise((resolve) => {
    if (session.destroyed || session.closed) {
      resolve(noReply('the connection is closed', sinceMs));
      return;
    }
    const stream = session.request({ ':method': call.method, ':path': call.path, ...call.headers }, { endStream: false });
    const pieces: Buffer[] = [];
    let [status, headers, trailers]: [number | null, Headers, Headers] = [null, {}, {}];
    let failure: string | null = null;
    const timer = setTimeout(() => {
      failure = `no whole answer within ${call.timeoutMs} ms`;
      stream.close(8);
    }, call.timeoutMs);
    const onSessionError = (error: NodeJS.ErrnoException): void => { failure ??= error.code ?? error.message; };
    session.on('error', onSessionError);
    stream.on('response', (given) => { status = Number(given[':status']); headers = plainHeaders(given); });
    stream.on('trailers', (given) => { trailers = plainHeaders(given); });
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('error', (error: NodeJS.ErrnoException) => { failure ??= error.message; });
    let isOver = false;
    const finish = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      session.off('error', onSessionError);
      if (status === null) failure ??= `stream closed without an answer (code ${stream.rstCode})`;
      // An answer that is whole counts, whatever the stream ended with: servers stop a sender that goes on writing.
      const isWhole = status !== null && (!('grpc-status' in trailers) ? 'grpc-status' in headers || stream.readableEnded : true);
      resolve({ status, headers, trailers, body: Buffer.concat(pieces), failure: isWhole ? null : failure ?? 'answer cut short', tookMs: performance.now() - sinceMs });
      if (!stream.closed) stream.close(8);
    };
    stream.on('close', finish);
    // A server may answer before it has read what is sent; waiting for the stream to close would mean waiting for the rest to be written.
    stream.on('end', () => setImmediate(finish));
    if (call.keepOpen === true) stream.write(call.body);
    else stream.end(call.body);
  });
}

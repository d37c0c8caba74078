import type { Encoding, Signal } from '../case.ts';

export type Headers = Readonly<Record<string, string>>;

/** What was put on the wire. */
export interface Sent {
  readonly protocol: 'http/1.1' | 'h2' | 'grpc' | 'tcp';
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** What came back; `failure` says why nothing whole came. */
export interface Reply {
  /** HTTP status; null when there was none. */
  readonly status: number | null;
  readonly headers: Headers;
  readonly trailers: Headers;
  readonly body: Buffer;
  readonly failure: string | null;
  readonly tookMs: number;
}

export interface Exchange {
  readonly sent: Sent;
  readonly reply: Reply;
  /** What the answer is to be read as. */
  readonly signal: Signal;
  readonly encoding: Encoding;
}

export const noReply = (failure: string, sinceMs: number): Reply => ({ status: null, headers: {}, trailers: {}, body: Buffer.alloc(0), failure, tookMs: performance.now() - sinceMs });

/** Header values as text, in lower-case names, pseudo headers left out. */
export function plainHeaders(given: Readonly<Record<string, string | number | readonly string[] | undefined>>): Headers {
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (value === undefined || name.startsWith(':') ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value)]])));
}

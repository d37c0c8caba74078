import type { Signal } from './case.ts';
import type { Headers } from './client/exchange.ts';
import type { Security } from './client/security.ts';
import type { ReadBack } from './read-back/read-back.ts';

/** The receiver under test, and what the person who runs the suite says about it. */
export interface Target {
  /** Base of OTLP/HTTP, without `/v1/…` and without a slash at the end; null where it is not offered. */
  readonly http: string | null;
  /** Origin of OTLP/gRPC, `http://host:port` or `https://…`. */
  readonly grpc: string | null;
  /** Instead of the default paths. */
  readonly paths: Readonly<Partial<Record<Signal, string>>>;
  /** One port that claims to take both. */
  readonly sharedPort: string | null;
  /** Sent with every request: credentials, tenants. */
  readonly headers: Headers;
  readonly security: Security;
  readonly timeoutMs: number;
  /** How long the receiver says that it bears with a slow client. */
  readonly patienceMs: number;
  /** The largest request that the receiver says it takes. */
  readonly limitBytes: number;
  /** Heavy and long cases too. */
  readonly isSlow: boolean;
  /** An origin that the receiver allows to browsers; null where CORS is off. */
  readonly corsOrigin: string | null;
  readonly readBack: ReadBack | null;
}

export const defaultTarget: Target = {
  http: null, grpc: null, paths: {}, sharedPort: null, headers: {}, security: {}, timeoutMs: 10_000, patienceMs: 75_000, limitBytes: 64 * 1024 * 1024,
  isSlow: false, corsOrigin: null, readBack: null,
};

/** Beyond it an oversized body is heavy work for a test. */
export const lightBytesMax = 8 * 1024 * 1024;
/** Beyond it a wait is long for a test. */
export const shortMsMax = 5_000;

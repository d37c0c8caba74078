import { hash } from 'node:crypto';
import type { LogRecord } from '@clew/engine';

/** 128 bits of SHA-256, in hex. */
const digestChars = 32;

export interface DedupOptions {
  readonly windowMs: number;
  readonly requestsMax: number;
}

export interface Dedup {
  /** When this very body was taken before: the promise of its becoming durable. */
  find(digest: string, nowMs: number): Promise<unknown> | null;
  /** Remembers a body that is being made durable; forgets it again when that fails. */
  remember(digest: string, nowMs: number, durable: Promise<unknown>): void;
  size(): number;
  /** Bodies that were forgotten before their window was over, because there were too many. */
  forgottenEarly(): number;
}

/** The fixed header of a gzip member holds the time of compression: some clients compress again for each retry. */
const gzipHeaderBytes = 10;

/** What makes two requests the same: the bytes as they arrived, and what they were said to be. Of the bytes under the compression it would cost ten times as much. */
export function digestOf({ kind, encoding, compression, body }: Pick<LogRecord, 'kind' | 'encoding' | 'compression' | 'body'>): string {
  return hash('sha256', compression === 'gzip' ? body.subarray(gzipHeaderBytes) : body, 'hex').slice(0, digestChars) + kind[0] + encoding[0] + compression[0];
}

/** OTLP is at-least-once: a client that saw no answer sends the same bytes again. Within a window they are recognised. */
export function makeDedup({ windowMs, requestsMax }: DedupOptions): Dedup {
  /** In order of arrival. */
  const seen = new Map<string, { readonly atMs: number; readonly durable: Promise<unknown> }>();
  let forgottenEarly = 0;

  function forget(nowMs: number): void {
    for (const [digest, { atMs }] of seen) {
      const isOld = atMs + windowMs <= nowMs;
      if (!isOld && seen.size <= requestsMax) return;
      if (!isOld) forgottenEarly += 1;
      seen.delete(digest);
    }
  }

  return {
    size: () => seen.size,
    forgottenEarly: () => forgottenEarly,
    find(digest, nowMs) {
      forget(nowMs);
      return seen.get(digest)?.durable ?? null;
    },
    remember(digest, nowMs, durable) {
      const entry = { atMs: nowMs, durable };
      seen.set(digest, entry);
      durable.catch(() => { if (seen.get(digest) === entry) seen.delete(digest); });
      forget(nowMs);
    },
  };
}

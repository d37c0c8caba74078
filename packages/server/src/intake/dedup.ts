import { hash } from 'node:crypto';
import type { Encoding } from '@clew/engine';
import type { Signal } from '@clew/otlp';

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

/** What makes two requests the same: the bytes under their compression, and what they were said to be. A client may compress again, or otherwise, for a retry. */
export function digestOf(signal: Signal, encoding: Encoding, bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex').slice(0, digestChars) + signal[0] + encoding[0];
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

import type { IncomingHttpHeaders } from 'node:http';
import type { Batch } from '@clew/otlp';
import { CodedError } from '../errors.ts';
import type { Peer } from './peer.ts';
import type { Overflow } from './quota-reasons.ts';
import { isAuthorized } from './token.ts';

/** What a request is let in as. The calls, but for `fit`, throw `quota_exceeded` when its key has no more. */
export interface Admitted {
  /** Name of the key or certificate; null when none is needed and none was shown. */
  readonly name: string | null;
  /** Before the body is read: who is in debt is not listened to. */
  check(): void;
  /** The body, as it arrived. */
  takeBytes(bytes: number): void;
  /** Rows for whose distinct things the quota has no room; null when it has for all. Those that fit are counted. */
  fit(batch: Batch): Overflow | null;
  /** What is about to be kept. */
  takeItems(batch: Batch): void;
}

/** Decides over each request, before its body is read. */
export interface Gate {
  /** Throws `unauthenticated` or `forbidden`. */
  admit(headers: IncomingHttpHeaders, peer: Peer): Admitted;
}

/** Nothing is counted. */
export const unlimited: Admitted = { name: null, check: () => undefined, takeBytes: () => undefined, fit: () => null, takeItems: () => undefined };

/** One token for all, or none. */
export function makeTokenGate(token: string | null): Gate {
  return {
    admit(headers) {
      if (!isAuthorized(headers.authorization, token)) throw new CodedError('unauthenticated');
      return unlimited;
    },
  };
}

import type { Compression, Encoding } from '@clew/engine';
import { refusalReasons } from '@clew/otlp';
import type { Batch, Signal } from '@clew/otlp';
import { CodedError, reasonOf } from '../errors.ts';
import type { Budget, Ticket } from './budget.ts';
import type { Counters } from './counters.ts';
import { batchBytes, decode } from './decode.ts';
import type { DecodeLimits } from './decode.ts';
import { digestOf } from './dedup.ts';
import type { Dedup } from './dedup.ts';
import { inflateAside } from './inflate.ts';
import type { ForeignRoute } from './foreign/route.ts';
import type { Journal } from './journal.ts';
import type { RequestIds } from './request-id.ts';
import type { Source } from './source.ts';

export interface ReceiverOptions {
  readonly limits: DecodeLimits;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly token: string | null;
  /** False: the paths of profiles are not served. */
  readonly takesProfiles: boolean;
  readonly budget: Budget;
  readonly counters: Counters;
  readonly dedup: Dedup;
  readonly journal: Journal;
  readonly requestIds: RequestIds;
  /** Paths of other protocols. */
  readonly foreign: ReadonlyMap<string, ForeignRoute>;
  nowMs(): number;
  /** True from the moment that the server stops: what comes in then is told to retry. */
  isStopping(): boolean;
  /** Our own failures, in words, for the server's error output. */
  onBug(reason: string): void;
}

export interface Request {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** As it arrived. */
  readonly body: Uint8Array;
  readonly source: Source;
  readonly ticket: Ticket;
}

/** Refused items of a request that was taken; null when there are none. */
export type Partial = { readonly rejected: number; readonly message: string } | null;

const itemWords = { traces: 'spans', metrics: 'data points', logs: 'log records', profiles: 'profiles' } as const;

/**
 * One request on its way in, whatever carried it: inflate, decode, know again, append, acknowledge. Resolves only when
 * what was kept is durable. Throws a CodedError, and then nothing of the request was kept.
 */
export async function receive(options: ReceiverOptions, { signal, encoding, compression, body, source, ticket }: Request): Promise<Partial> {
  const { limits, counters, dedup, journal } = options;
  if (options.isStopping()) throw new CodedError('stopping');
  const bytes = await inflateAside(body, compression, limits.requestBytesMax);
  ticket.take(batchBytes(bytes.length));
  const batch = decode(signal, encoding, bytes, limits);
  const digest = digestOf({ kind: signal, encoding, compression, body });
  const known = batch.count === 0 ? null : dedup.find(digest, options.nowMs());
  if (known !== null) {
    await known;
    counters.duplicate(signal, body.length, source);
    return partialOf(batch);
  }
  if (batch.count > 0) {
    const durable = journal.append({ kind: signal, encoding, compression, body }, batch, batchBytes(bytes.length));
    dedup.remember(digest, options.nowMs(), durable);
    await durable;
  }
  counters.accepted(signal, batch.count, body.length, source, options.nowMs());
  if (batch.refusals.count > 0) counters.refusedItems(signal, batch.refusals.reasons, source, 200, options.nowMs());
  return partialOf(batch);
}

function partialOf({ signal, count, refusals }: Batch): Partial {
  if (refusals.count === 0) return null;
  const reasons = [...refusals.reasons].map(([reason, items]) => `${items} × ${refusalReasons[reason]}`);
  return { rejected: refusals.count, message: `${refusals.count} of ${count + refusals.count} ${itemWords[signal]} were refused: ${reasons.join('; ')}` };
}

/** Any error as one of the table; what is not one yet is ours, and is reported. */
export function toCoded(error: unknown, onBug: (reason: string) => void): CodedError {
  if (error instanceof CodedError) return error;
  onBug(error instanceof Error ? (error.stack ?? error.message) : reasonOf(error));
  return new CodedError('internal', '', { cause: error });
}

/** How long a client that met overload is asked to wait. */
export const retryDelayMs = 1_000;
export const mayRetry = (error: CodedError): boolean => error.code === 'overload' || error.code === 'storage_failed' || error.code === 'stopping';

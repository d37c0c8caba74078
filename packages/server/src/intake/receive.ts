import type { Compression, Encoding } from '@clew/engine';
import { refusalReasons } from '@clew/otlp';
import type { Batch, RpcStatus, Signal } from '@clew/otlp';
import { CodedError, errorTable, reasonOf } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { moveInto } from './body.ts';
import type { Budget, Ticket } from './budget.ts';
import type { Counters } from './counters.ts';
import { batchBytes, decode } from './decode.ts';
import type { DecodeLimits } from './decode.ts';
import type { Cors } from './cors.ts';
import type { Dedup } from './dedup.ts';
import { keep } from './keep.ts';
import type { KnownSpans } from './known-spans.ts';
import { inflateAside } from './inflate.ts';
import type { ForeignRoute } from './foreign/route.ts';
import type { Admitted, Gate } from './gate.ts';
import type { Journal } from './journal.ts';
import type { Lease, Pool } from '../memory/lease.ts';
import { quotaReasons } from './quota-reasons.ts';
import type { Overflow } from './quota-reasons.ts';
import type { RequestIds } from './request-id.ts';
import type { Standing } from './standing.ts';
import type { Source } from './source.ts';
import type { Warnings } from './warnings.ts';
import type { Turns } from './turns.ts';
import { withinQuota } from './within-quota.ts';

export interface ReceiverOptions {
  readonly limits: DecodeLimits;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly gate: Gate;
  readonly cors: Cors;
  /** Path of each signal over HTTP. */
  readonly paths: ReadonlyMap<string, Signal>;
  /** False: the paths of profiles are not served. */
  readonly takesProfiles: boolean;
  readonly budget: Budget;
  readonly pool: Pool;
  readonly counters: Counters;
  readonly dedup: Dedup;
  readonly spans: KnownSpans;
  readonly journal: Journal;
  readonly standing: Standing;
  readonly requestIds: RequestIds;
  readonly warnings: Warnings;
  readonly turns: Turns;
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
  readonly admitted: Admitted;
  /** Memory that the body may lie in, and the decoded batch will; the caller holds it until the answer. */
  readonly lease: Lease;
}

/** Refused items of a request that was taken, or a warning with none; null when there is nothing to say. */
export type Partial = { readonly rejected: number; readonly message: string } | null;

const itemWords = { traces: 'spans', metrics: 'data points', logs: 'log records', profiles: 'profiles' } as const;

/**
 * One request on its way in, whatever carried it: inflate, decode, know again, append, acknowledge. Resolves only when
 * what was kept is durable. Throws a CodedError, and then nothing of the request was kept.
 */
export async function receive(options: ReceiverOptions, { signal, encoding, compression, body, source, ticket, admitted, lease }: Request): Promise<Partial> {
  const { limits } = options;
  await options.turns.take(source.name);
  const bytes = compression === 'identity' ? body : moveInto(lease, await inflateAside(body, compression, limits.requestBytesMax));
  ticket.take(batchBytes(bytes.length));
  const decoded = { signal, encoding, compression, body, bytes, batch: decode(signal, encoding, bytes, limits, lease) };
  const overflow = admitted.fit(decoded.batch);
  const fitting = overflow === null ? decoded : withinQuota(limits, decoded, overflow);
  await keep(options, { ...fitting, source, lease, admit: admitted.takeItems });
  if (overflow !== null) options.counters.refusedItems(signal, overflow.reasons, source, 200, options.nowMs());
  return partialOf(decoded.batch, overflow) ?? warningOf(options, decoded.batch, source);
}

function partialOf({ signal, count, refusals }: Batch, overflow: Overflow | null): Partial {
  const reasons: readonly (readonly [number, string])[] = [
    ...[...refusals.reasons].map(([reason, items]) => [items, refusalReasons[reason]] as const),
    ...[...overflow?.reasons ?? []].map(([reason, items]) => [items, quotaReasons[reason].what] as const),
  ];
  if (reasons.length === 0) return null;
  const rejected = reasons.reduce((sum, [items]) => sum + items, 0);
  return { rejected, message: `${rejected} of ${count + refusals.count} ${itemWords[signal]} were refused: ${reasons.map(([items, what]) => `${items} × ${what}`).join('; ')}` };
}

function warningOf(options: ReceiverOptions, batch: Batch, source: Source): Partial {
  const message = options.warnings.tell(batch, source.name, options.nowMs());
  return message === null ? null : { rejected: 0, message };
}

/** Any error as one of the table; what is not one yet is ours, and is reported. */
export function toCoded(error: unknown, onBug: (reason: string) => void): CodedError {
  if (error instanceof CodedError) return error;
  onBug(error instanceof Error ? (error.stack ?? error.message) : reasonOf(error));
  return new CodedError('internal', '', { cause: error });
}

/** How long a client that met overload is asked to wait. */
const retryDelayMs = 1_000;
const passing: readonly ErrorCode[] = ['overload', 'storage_failed', 'stopping', 'quota_exceeded'];

export const mayRetry = (error: CodedError): boolean => passing.includes(error.code);
/** Null where sending again would be of no use. */
export const retryDelayOf = (error: CodedError): number | null => (mayRetry(error) ? (error.retryAfterMs ?? retryDelayMs) : null);

/** An error as google.rpc.Status. */
export function statusOf(error: CodedError, code: number, charsMax = Infinity): RpcStatus {
  const { next } = errorTable[error.code];
  const delayMs = retryDelayOf(error);
  return {
    code, message: (error.value === '' ? `${error.message} ${next}` : `${error.message} (${error.value}) ${next}`).slice(0, charsMax),
    ...(delayMs === null ? {} : { retryDelayMs: delayMs }),
    ...(error.code === 'malformed' ? { violations: [{ field: error.value, description: error.message }] } : {}),
  };
}

import type { Compression, Encoding, Position } from '@clew/engine';
import { fromJson, identityOfRow, openIdentities, spanIdentityWords, withoutSpans } from '@clew/otlp';
import type { Batch, Signal, SpanBatch } from '@clew/otlp';
import type { Counters } from './counters.ts';
import { batchBytes, decode } from './decode.ts';
import type { DecodeLimits } from './decode.ts';
import { digestOf } from './dedup.ts';
import type { Dedup } from './dedup.ts';
import type { Journal } from './journal.ts';
import { bytesOf } from '../memory/lease.ts';
import type { Lease } from '../memory/lease.ts';
import type { KnownSpans } from './known-spans.ts';
import type { Source } from './source.ts';
import type { Standing } from './standing.ts';

export interface KeepOptions {
  readonly limits: DecodeLimits;
  readonly counters: Counters;
  readonly dedup: Dedup;
  readonly spans: KnownSpans;
  readonly journal: Journal;
  readonly standing: Standing;
  nowMs(): number;
}

/** A request that was decoded. */
export interface Arrived {
  readonly signal: Signal;
  readonly encoding: Encoding;
  readonly compression: Compression;
  /** As it arrived. */
  readonly body: Uint8Array;
  /** Without its compression. */
  readonly bytes: Uint8Array;
  readonly batch: Batch;
  readonly source: Source;
  /** Memory of the batch. */
  readonly lease?: Lease;
  /** Takes the items from the quota of the source; may throw a CodedError. Known ones are not asked for. */
  admit(batch: Batch): void;
}

/**
 * Appends what is new of a request to the log, and counts what became of all of it. Resolves when everything in it is
 * durable, also what came before. Spans are known by identity, other requests by their digest. What the log then holds
 * was decided here once: a span that is known is not appended again, so every reader of the log sees it once.
 */
export async function keep(options: KeepOptions, arrived: Arrived): Promise<void> {
  const { signal, body, batch, source } = arrived;
  const { counters } = options;
  const { items, position, deduplicated } = await (batch.signal === 'traces' ? keepSpans(options, arrived, batch) : keepRequest(options, arrived));
  const nowMs = options.nowMs();
  if (position !== null) options.standing.note(source.name, body.length);
  if (position !== null) counters.placed(position, signal, source);
  if (items === 0 && deduplicated > 0) counters.duplicate(signal, deduplicated, body.length, source, nowMs);
  else counters.accepted(signal, items, body.length, source, nowMs, deduplicated);
  if (batch.refusals.count > 0) counters.refusedItems(signal, batch.refusals.reasons, source, 200, nowMs, batch.refusals.examples);
}

interface Kept { readonly items: number; readonly deduplicated: number; /** Null when nothing was appended. */ readonly position: Position | null }

async function keepRequest({ dedup, journal, standing, nowMs }: KeepOptions, { signal, encoding, compression, body, bytes, batch, source, admit }: Arrived): Promise<Kept> {
  if (batch.count === 0) return { items: 0, deduplicated: 0, position: null };
  const digest = digestOf({ kind: signal, encoding, compression, body });
  const known = dedup.find(digest, nowMs());
  if (known !== null) {
    await known;
    return { items: 0, deduplicated: batch.count, position: null };
  }
  admit(batch);
  const durable = journal.append({ kind: signal, encoding, compression, body }, batch, bytesOf(batch) ?? batchBytes(bytes.length), standing.isSmall(source.name));
  dedup.remember(digest, nowMs(), durable);
  return { items: batch.count, deduplicated: 0, position: await durable };
}

async function keepSpans(options: KeepOptions, arrived: Arrived, batch: SpanBatch): Promise<Kept> {
  const { spans, journal, nowMs } = options;
  if (batch.count === 0) return { items: 0, deduplicated: 0, position: null };
  // From here to the append nothing is waited for, so that no other request comes between.
  const known = spans.screen(batch, nowMs());
  const before = known === null ? [] : [...spans.inFlight];
  if (known?.count === batch.count) {
    await Promise.all(before);
    return { items: 0, deduplicated: batch.count, position: null };
  }
  let durable: Promise<Position> | null = null;
  try {
    const fresh = (known === null ? null : withoutKnown(options.limits, arrived, batch, known)) ?? { record: arrived, batch, deduplicated: 0 };
    arrived.admit(fresh.batch);
    const { encoding, compression, body } = fresh.record;
    durable = journal.append({ kind: 'traces', encoding, compression, body }, fresh.batch, bytesOf(fresh.batch) ?? batchBytes(arrived.bytes.length), options.standing.isSmall(arrived.source.name));
    spans.inFlight.add(durable);
    const position = await durable;
    spans.inFlight.delete(durable);
    await Promise.all(before);
    return { items: fresh.batch.count, deduplicated: fresh.deduplicated, position };
  } catch (error) {
    // Where this append came through and an earlier one did not, what is here stays known.
    if (durable === null || spans.inFlight.delete(durable)) spans.forget(batch, known?.rows ?? null);
    throw error;
  }
}

interface Fresh { readonly record: Pick<Arrived, 'encoding' | 'compression' | 'body'>; readonly batch: SpanBatch; readonly deduplicated: number }

/** The request with only those spans that are new; null where they cannot be told apart from spans that are refused. */
function withoutKnown(limits: DecodeLimits, { encoding, bytes, lease }: Arrived, batch: SpanBatch, known: { readonly rows: Uint8Array; readonly count: number }): Fresh | null {
  const columns = openIdentities(batch);
  const words = new Uint32Array(spanIdentityWords);
  const keyOf = (row: number): string => {
    identityOfRow(columns, row, words);
    return words.join();
  };
  /** Identity of spans that are known → how many of them are to stay: 1 where the first is new and is repeated in this request. */
  const staying = new Map<string, number>();
  for (let row = 0; row < batch.count; row++) if (known.rows[row] === 1) staying.set(keyOf(row), 0);
  for (let row = 0; row < batch.count; row++) if (known.rows[row] === 0 && staying.has(keyOf(row))) staying.set(keyOf(row), 1);
  const request = encoding === 'json' ? fromJson('traces', new TextDecoder().decode(bytes)) : bytes;
  const body = withoutSpans(request, (identity) => {
    const left = staying.get(identity.join());
    if (left === undefined) return false;
    staying.set(identity.join(), 0);
    return left === 0;
  });
  const fresh = decode('traces', 'protobuf', body, limits, lease);
  if (fresh.signal !== 'traces' || fresh.count !== batch.count - known.count) return null;
  return { record: { encoding: 'protobuf', compression: 'identity', body }, batch: fresh, deduplicated: known.count };
}

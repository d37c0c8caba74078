import { randomBytes } from 'node:crypto';
import type { Encoding, LogRecord } from '@clew/engine';
import { AttributeRuns, defaultReadLimits, fromJson, MalformedOtlp, PointShapes, readRequest } from '@clew/otlp';
import type { Batch, ReadLimits, Signal } from '@clew/otlp';
import { CodedError } from '../errors.ts';
import { keepShape } from '../memory/kept-shapes.ts';
import { layIn } from '../memory/lease.ts';
import type { Lease } from '../memory/lease.ts';
import type { ViewRecord } from '../views/view.ts';
import { inflate } from './inflate.ts';
import { readNotice } from './notice.ts';

export interface DecodeLimits {
  readonly requestBytesMax: number;
  readonly requestItemsMax: number;
}

/** Attributes of data points that were read before: most senders repeat all of them with every export. */
const runs = new AttributeRuns({ countMax: 131_072, bytesMax: 16 * 1024 * 1024, seed: randomBytes(4).readInt32LE() });

/** Requests that say the same as one before but for their numbers, as most metrics requests do. */
const shapes = new PointShapes({ countMax: 2_048, bytesMax: 48 * 1024 * 1024, seed: randomBytes(4).readInt32LE() }, (left, right) => Buffer.compare(left, right) === 0);

/** How many shapes are remembered, in how many bytes; requests that were known by them; and those for whose shape there was no room. */
export function shapeCounts(): Readonly<Record<string, number>> {
  return { shapes: shapes.count, shapes_bytes: shapes.heldBytes, shapes_known_requests: shapes.known, shapes_without_room: shapes.withoutRoom };
}

/** Throws `malformed` with the place. The batch lies in the lease, or in memory of its own. */
export function decode(signal: Signal, encoding: Encoding, bytes: Uint8Array, { requestItemsMax }: DecodeLimits, lease?: Lease): Batch {
  const limits: ReadLimits = { ...defaultReadLimits, itemsPerRequest: requestItemsMax };
  try {
    if (signal === 'metrics' && encoding === 'protobuf') return decodePoints(bytes, limits, lease);
    const batch = readRequest(signal, encoding === 'json' ? fromJson(signal, textOf(bytes)) : bytes, limits, runs, lease);
    if (lease !== undefined) layIn(batch, lease);
    keepShape(batch);
    return batch;
  } catch (error) {
    if (error instanceof MalformedOtlp) throw new CodedError('malformed', error.at, { detail: error.message, cause: error });
    throw error;
  }
}

/** A batch of a known shape lies in a lease of its own, so that the body has not to stay as long as it does. */
function decodePoints(bytes: Uint8Array, limits: ReadLimits, lease?: Lease): Batch {
  const beside = lease?.beside();
  const same = shapes.read(bytes, beside);
  const known = same !== null && same.count > limits.itemsPerRequest ? null : same;
  const batch = known ?? readRequest('metrics', bytes, limits, runs, lease);
  if (known === null) shapes.learn(bytes, batch);
  const own = known === null ? lease : beside;
  if (own !== undefined) layIn(batch, own);
  return batch;
}

/** A record of the log again, null for a tick and for a notice. It was decoded once before it was appended, so failing here is our own mistake. */
export function decodeRecord({ kind, encoding, compression, body }: LogRecord, limits: DecodeLimits): Batch | null {
  return kind === 'tick' || kind === 'notice' ? null : decode(kind, encoding, inflate(body, compression, limits.requestBytesMax), limits);
}

/** A record of the log as views take it. */
export function toViewRecord(record: LogRecord, limits: DecodeLimits): ViewRecord {
  const { position, receivedMs, kind } = record;
  return kind === 'notice' ? { position, receivedMs, batch: null, notice: readNotice(record) } : { position, receivedMs, batch: decodeRecord(record, limits) };
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CodedError('malformed', '', { detail: 'The JSON text is not valid UTF-8.', cause: error });
  }
}

/** Memory that a decoded batch takes, near enough: its columns are about as large as the bytes that they were read from. */
export const batchBytes = (inflatedBytes: number): number => 2 * inflatedBytes;

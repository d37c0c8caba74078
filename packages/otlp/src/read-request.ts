/** Export*ServiceRequest → columns. The only way in for OTLP: JSON is made into these bytes first (from-json.ts). */
import type { AttributeRuns } from './attribute-runs.ts';
import type { Batch, LogBatch, PointBatch, ProfileBatch, Signal, SpanBatch, StableSignal } from './batch.ts';
import type { ReadLimits } from './limits.ts';
import { defaultReadLimits } from './limits.ts';
import { freshMemory } from './memory.ts';
import type { Memory } from './memory.ts';
import { readLogs } from './read-logs.ts';
import { readMetrics } from './read-metrics.ts';
import { readProfiles } from './read-profiles.ts';
import { readTraces } from './read-traces.ts';
import { openReader } from './reader.ts';

/**
 * Throws MalformedOtlp, and nothing else, whatever the bytes are. `bytes` may be reused at once, unless `memory` holds them: the
 * batch owns its memory, new each time where none is given.
 * `runs`: attributes of data points that were read before; they are known again by their bytes and not read a second time.
 */
export function readRequest(signal: 'traces', bytes: Uint8Array, limits?: Partial<ReadLimits>): SpanBatch;
export function readRequest(signal: 'logs', bytes: Uint8Array, limits?: Partial<ReadLimits>): LogBatch;
export function readRequest(signal: 'metrics', bytes: Uint8Array, limits?: Partial<ReadLimits>, runs?: AttributeRuns, memory?: Memory): PointBatch;
export function readRequest(signal: 'profiles', bytes: Uint8Array, limits?: Partial<ReadLimits>): ProfileBatch;
export function readRequest(signal: StableSignal, bytes: Uint8Array, limits?: Partial<ReadLimits>): SpanBatch | LogBatch | PointBatch;
export function readRequest(signal: Signal, bytes: Uint8Array, limits?: Partial<ReadLimits>, runs?: AttributeRuns, memory?: Memory): Batch;
export function readRequest(signal: Signal, bytes: Uint8Array, limits?: Partial<ReadLimits>, runs?: AttributeRuns, memory: Memory = freshMemory): Batch {
  const r = openReader(bytes, { ...defaultReadLimits, ...limits }, memory);
  switch (signal) {
    case 'traces': return readTraces(r, bytes.length);
    case 'logs': return readLogs(r, bytes.length);
    case 'metrics': return readMetrics(r, bytes.length, runs ?? null);
    case 'profiles': return readProfiles(r, bytes.length, { ...defaultReadLimits, ...limits });
  }
}

/** The memory that a batch keeps alive, shared by all threads that it was posted to. */
export function buffersOf(batch: Batch): ArrayBufferLike[] {
  return [batch.strings.bytes.buffer, batch.resource.buffer];
}

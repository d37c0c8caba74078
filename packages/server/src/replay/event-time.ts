import type { Batch } from '@clew/otlp';

/** A row this far ahead of its request's median time is a clock gone wrong, and does not move the replay's clock. */
const aheadMsMax = 3_600_000;
const nsPerMs = 1_000_000n;

/** Newest event time of a batch in milliseconds, 0 when no row has one. Spans count from their end. */
export function newestEventMs(batch: Batch): number {
  const times = timesOf(batch);
  if (times.length === 0) return 0;
  let newest = 0;
  for (const ms of times) newest = Math.max(newest, ms);
  const median = times.sort()[times.length >> 1];
  if (newest - median <= aheadMsMax) return newest;
  return times.findLast((ms) => ms - median <= aheadMsMax) ?? median;
}

function timesOf(batch: Batch): Float64Array {
  const times: number[] = [];
  for (let row = 0; row < batch.count; row++) {
    const ns = nsOf(batch, row);
    if (ns !== 0n) times.push(Number(ns / nsPerMs));
  }
  return Float64Array.from(times);
}

function nsOf(batch: Batch, row: number): bigint {
  if (batch.signal === 'traces') return batch.endNs[row];
  if (batch.signal === 'metrics' || batch.signal === 'profiles') return batch.timeNs[row];
  return batch.timeNs[row] === 0n ? batch.observedNs[row] : batch.timeNs[row];
}

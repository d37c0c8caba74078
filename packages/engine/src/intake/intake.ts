import type { Batch, ProfileBatch } from '@clew/otlp';
import type { TelemetryRows } from '../model/index.ts';
import { readLogs } from './logs.ts';
import { readPoints } from './points.ts';
import { readSpans } from './spans.ts';

/**
 * The intake stage: one decoded request → the rows that features reads. Pure: what is kept between requests (sources and series met before) changes nothing of what comes out. Old
 * semantic-convention names are read as new ones (new wins), values are coerced, text is decoded once a distinct code.
 * The rows share memory with the batch: use them before the batch is given away.
 */
export function intake(batch: Exclude<Batch, ProfileBatch>, receivedMs: number): TelemetryRows {
  switch (batch.signal) {
    case 'traces': return readSpans(batch, receivedMs);
    case 'metrics': return readPoints(batch, receivedMs);
    case 'logs': return readLogs(batch, receivedMs);
  }
}

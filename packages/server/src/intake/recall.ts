import { fromJson } from '@clew/otlp';
import type { SegmentLog } from '../log/segment-log.ts';
import { digestOf } from './dedup.ts';
import type { Dedup } from './dedup.ts';
import { inflate } from './inflate.ts';
import type { KnownSpans } from './known-spans.ts';

export interface RecallOptions {
  readonly log: Pick<SegmentLog, 'read' | 'positionSince'>;
  readonly dedup: Dedup;
  readonly spans: KnownSpans;
  readonly nowMs: number;
  readonly windowMs: number;
  readonly requestBytesMax: number;
}

/** Reads the end of the log once, so that what is sent again over a restart is known. Gives the arrival of the newest data; 0 when there is none. */
export async function recallTail({ log, dedup, spans, nowMs, windowMs, requestBytesMax }: RecallOptions): Promise<number> {
  let lastDataMs = 0;
  for await (const record of log.read(log.positionSince(nowMs - windowMs))) {
    const { kind, encoding, compression, body, receivedMs, position } = record;
    if (kind === 'tick' || kind === 'notice') continue;
    lastDataMs = receivedMs;
    if (receivedMs + windowMs <= nowMs) continue;
    const bytes = inflate(body, compression, requestBytesMax);
    if (kind === 'traces') spans.recall(encoding === 'json' ? fromJson(kind, new TextDecoder().decode(bytes)) : bytes, receivedMs);
    else dedup.remember(digestOf(kind, encoding, bytes), receivedMs, Promise.resolve(position));
  }
  return lastDataMs;
}

import { fromJson } from '@clew/otlp';
import type { LogRecord } from '@clew/engine';
import type { SegmentLog } from '../log/segment-log.ts';
import { digestOf } from './dedup.ts';
import type { Dedup } from './dedup.ts';
import { inflate } from './inflate.ts';
import type { KnownSpans } from './known-spans.ts';

/** Of the log within the window, the newest this much is read again at a start: what is sent again over a restart came shortly before it. */
export const recallBytesMax = 512 * 1024 * 1024;
/** While more spans are to come than are remembered, only each so many-th trace record is looked into, to know how many there are. */
const lookEvery = 32;

export interface RecallOptions {
  readonly log: Pick<SegmentLog, 'read' | 'positionSince' | 'positionBack' | 'bytesFrom'>;
  readonly dedup: Dedup;
  readonly spans: KnownSpans;
  readonly spansMax: number;
  readonly nowMs: number;
  readonly windowMs: number;
  readonly requestBytesMax: number;
}

/** Reads the end of the log once, so that what is sent again over a restart is known. Gives the arrival of the newest data; 0 when there is none. */
export async function recallTail({ log, dedup, spans, spansMax, nowMs, windowMs, requestBytesMax }: RecallOptions): Promise<number> {
  let lastDataMs = 0;
  const from = Math.max(log.positionSince(nowMs - windowMs), log.positionBack(recallBytesMax));
  let bytesLeft = log.bytesFrom(from);
  const counted = { records: 0, bytes: 0, spans: 0 };
  for await (const record of log.read(from)) {
    const { kind, body, receivedMs, position } = record;
    if (kind === 'tick' || kind === 'notice') continue;
    lastDataMs = receivedMs;
    bytesLeft -= body.length;
    if (receivedMs + windowMs <= nowMs) continue;
    if (kind !== 'traces') dedup.remember(digestOf(record), receivedMs, Promise.resolve(position));
    else if (counted.records++ % lookEvery === 0 || counted.bytes === 0 || (counted.spans / counted.bytes) * bytesLeft <= spansMax) {
      counted.bytes += body.length;
      counted.spans += spans.recall(requestOf(record, requestBytesMax), receivedMs);
    }
  }
  return lastDataMs;
}

function requestOf({ encoding, compression, body }: LogRecord, bytesMax: number): Uint8Array {
  const bytes = inflate(body, compression, bytesMax);
  return encoding === 'json' ? fromJson('traces', new TextDecoder().decode(bytes)) : bytes;
}

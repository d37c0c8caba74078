import type { Position } from '@clew/engine';
import { hold, release } from '../memory/lease.ts';
import type { ViewRecord } from './view.ts';

/** Decoded batches that have just become durable, by position. Beyond its bytes the oldest fall out: the log still has them. */
export interface Ring {
  has(position: Position): boolean;
  add(record: ViewRecord, bytes: number): void;
  /** Records from `from` on without a gap, until one of the limits has been reached. */
  take(from: Position, recordsMax: number, bytesMax: number): ViewRecord[];
  /** Drops everything before `needed`. */
  forget(needed: Position): void;
}

export function makeRing(bytesMax: number): Ring {
  const held = new Map<Position, { readonly record: ViewRecord; readonly bytes: number }>();
  let bytesHeld = 0;
  const dropWhile = (isDue: (position: Position) => boolean): void => {
    for (const [position, { record, bytes }] of held) {
      if (!isDue(position)) return;
      held.delete(position);
      release([record]);
      bytesHeld -= bytes;
    }
  };
  return {
    has: (position) => held.has(position),
    add(record, bytes) {
      hold([record]);
      held.set(record.position, { record, bytes });
      bytesHeld += bytes;
      dropWhile(() => bytesHeld > bytesMax);
    },
    take(from, recordsMax, takeBytesMax) {
      const records: ViewRecord[] = [];
      let bytes = 0;
      for (let each = held.get(from); each !== undefined && records.length < recordsMax && bytes < takeBytesMax; each = held.get(each.record.position + 1)) {
        records.push(each.record);
        bytes += each.bytes;
      }
      return records;
    },
    forget: (needed) => dropWhile((position) => position < needed),
  };
}

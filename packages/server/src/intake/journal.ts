import type { Log, LogRecord, Notice, Position } from '@clew/engine';
import type { Batch } from '@clew/otlp';
import type { ViewRecord } from '../views/view.ts';
import { writeNotice } from './notice.ts';

/** A clock that never goes back, also not behind what is in the log already: views rely on it. */
export interface ArrivalClock { nowMs(): number }

export function makeArrivalClock(nowMs: () => number, notBeforeMs: number): ArrivalClock {
  let lastMs = notBeforeMs;
  return { nowMs: () => (lastMs = Math.max(lastMs, Math.floor(nowMs()))) };
}

export interface JournalOptions {
  readonly log: Pick<Log, 'append'>;
  readonly clock: ArrivalClock;
  /** Takes every record once it is durable, in log order. */
  onDurable(record: ViewRecord, bytes: number): void;
}

/** The one way into the log: durable first, then handed to the views. */
export interface Journal {
  /** `reserve`: see the log's append. */
  append(record: Pick<LogRecord, 'kind' | 'encoding' | 'compression' | 'body'>, batch: Batch | null, bytes: number, reserve: boolean): Promise<Position>;
  /** Resolves when the notice is durable and on its way to the engine. */
  tell(notice: Notice): Promise<Position>;
}

export function makeJournal({ log, clock, onDurable }: JournalOptions): Journal {
  const append = async (record: Parameters<Journal['append']>[0], decoded: Pick<ViewRecord, 'batch' | 'notice'>, bytes: number, reserve: boolean): Promise<Position> => {
    const receivedMs = clock.nowMs();
    const position = await log.append({ ...record, receivedMs }, reserve);
    onDurable({ position, receivedMs, ...decoded }, bytes);
    return position;
  };
  return {
    append: (record, batch, bytes, reserve) => append(record, { batch }, bytes, reserve),
    tell: (notice) => {
      const record = writeNotice(notice);
      return append(record, { batch: null, notice }, record.body.length, true);
    },
  };
}

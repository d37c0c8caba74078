import type { Log, LogRecord, Position } from '@clew/engine';
import type { Batch } from '@clew/otlp';
import { reasonOf } from '../errors.ts';
import type { View, ViewRecord } from './view.ts';

/** One call of View.feed takes at most this much. */
const feedRecordsMax = 64;
const feedBytesMax = 16 * 1024 * 1024;

export interface FeederOptions {
  readonly log: Log;
  readonly views: Readonly<Record<string, View>>;
  /** Decodes a record that has left the ring. */
  decode(record: LogRecord): Batch | null;
  /** Decoded batches that are held for views which are not there yet; what falls out is read from the log again. */
  readonly ringBytesMax: number;
  /** A view that fails is fed no more; the others go on. */
  onFailure(view: string, reason: string): void;
}

export interface Lag {
  /** Records that are durable but not yet taken by the view. */
  readonly records: number;
  /** Records that were read from the log again because they had left the ring. */
  readonly reread: number;
  /** Records that had been trimmed away before the view took them. */
  readonly missed: number;
  readonly hasFailed: boolean;
}

export interface Feeder {
  /** Hands over a record that has just become durable. Every record of the log, in order. */
  offer(record: ViewRecord, bytes: number): void;
  lags(): Readonly<Record<string, Lag>>;
  /** Resolves when every view that has not failed has taken all that was offered. */
  drained(): Promise<void>;
  /** Stops feeding; what a view has not taken it takes after the next start. */
  close(): Promise<void>;
}

interface Lane {
  readonly name: string;
  readonly view: View;
  taken: Position;
  reread: number;
  missed: number;
  hasFailed: boolean;
  wake: () => void;
}

interface Held { readonly record: ViewRecord; readonly bytes: number }

/** Feeds each view at its own pace: from a ring of batches just decoded, else from the log. The log is the queue. */
export function openFeeder(options: FeederOptions): Feeder {
  const { log } = options;
  const ring = new Map<Position, Held>();
  let ringBytes = 0;
  let offered = log.bounds().last;
  let isClosed = false;
  const idle = new Set<() => void>();

  const lanes = Object.entries(options.views).map(([name, view]): Lane => {
    const { first } = log.bounds();
    const reached = view.reached();
    const missed = Math.max(0, first - 1 - reached);
    return { name, view, taken: reached + missed, reread: 0, missed, hasFailed: false, wake: () => undefined };
  });
  const running = lanes.map(run);

  async function run(lane: Lane): Promise<void> {
    try {
      for (;;) {
        if (isClosed) return;
        if (lane.taken >= offered) {
          await new Promise<void>((resolve) => { lane.wake = resolve; tellIdle(); });
          continue;
        }
        if (ring.has(lane.taken + 1)) await feed(lane, fromRing(lane.taken + 1));
        else await feedFromLog(lane);
      }
    } catch (error) {
      lane.hasFailed = true;
      options.onFailure(lane.name, reasonOf(error));
      tellIdle();
      forget();
    }
  }

  async function feed(lane: Lane, records: readonly ViewRecord[]): Promise<void> {
    await lane.view.feed(records);
    lane.taken = records[records.length - 1].position;
    forget();
  }

  function fromRing(from: Position): ViewRecord[] {
    const records: ViewRecord[] = [];
    let bytes = 0;
    for (let position = from; records.length < feedRecordsMax && bytes < feedBytesMax; position++) {
      const held = ring.get(position);
      if (held === undefined) break;
      records.push(held.record);
      bytes += held.bytes;
    }
    return records;
  }

  /** Reads on until the ring has what comes next, or the log ends. */
  async function feedFromLog(lane: Lane): Promise<void> {
    let records: ViewRecord[] = [];
    let bytes = 0;
    for await (const record of log.read(lane.taken + 1)) {
      if (isClosed) return;
      records.push({ position: record.position, receivedMs: record.receivedMs, batch: options.decode(record) });
      bytes += record.body.length;
      lane.reread += 1;
      if (records.length < feedRecordsMax && bytes < feedBytesMax) continue;
      await feed(lane, records);
      records = [];
      bytes = 0;
      if (ring.has(lane.taken + 1)) return;
    }
    if (records.length > 0) await feed(lane, records);
  }

  /** Drops what every lane has taken. */
  function forget(): void {
    const needed = Math.min(...lanes.filter((lane) => !lane.hasFailed).map((lane) => lane.taken + 1), offered + 1);
    for (const [position, { bytes }] of ring) {
      if (position >= needed) break;
      ring.delete(position);
      ringBytes -= bytes;
    }
  }

  function isDrained(): boolean {
    return lanes.every((lane) => lane.hasFailed || lane.taken >= offered);
  }

  function tellIdle(): void {
    if (!isDrained()) return;
    for (const resolve of idle) resolve();
    idle.clear();
  }

  return {
    offer(record, bytes) {
      if (record.position !== offered + 1) throw new Error(`BUG: record ${record.position} was offered after ${offered}`);
      ring.set(record.position, { record, bytes });
      ringBytes += bytes;
      offered = record.position;
      for (const [position, held] of ring) {
        if (ringBytes <= options.ringBytesMax) break;
        ring.delete(position);
        ringBytes -= held.bytes;
      }
      for (const lane of lanes) lane.wake();
    },
    lags: () => Object.fromEntries(lanes.map(({ name, taken, reread, missed, hasFailed }) => [name, { records: Math.max(0, offered - taken), reread, missed, hasFailed }])),
    drained: () => new Promise((resolve) => { if (isDrained()) resolve(); else idle.add(resolve); }),
    async close() {
      isClosed = true;
      for (const lane of lanes) lane.wake();
      await Promise.all(running);
    },
  };
}

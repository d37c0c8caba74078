import { unlimited } from '../../gate.ts';
import type { Budget, Ticket } from '../../budget.ts';
import type { Counters } from '../../counters.ts';
import { mayRetry, receive, toCoded } from '../../receive.ts';
import type { ReceiverOptions } from '../../receive.ts';
import type { Source } from '../../source.ts';
import { makeLogGroups } from '../logs-by-resource.ts';
import type { LogGroups } from '../logs-by-resource.ts';
import { readSyslog } from './message.ts';
import { addMessage } from './to-otlp.ts';

/** Messages wait so long for others, so that one fsync serves many. */
const flushMs = 50;
const batchMessagesMax = 1_000;
/** Messages in memory that are not durable yet; beyond it TCP senders are made to wait and datagrams are dropped. */
export const pendingBytesMax = 16 * 1024 * 1024;
const retryMs = 1_000;
/** What a message takes beside its text, near enough. */
const messageOverheadBytes = 500;

export interface CollectorCounts {
  taken: number;
  /** Datagrams that came while the queue was full. */
  dropped: number;
  /** Longer than the limit: their beginning was kept. */
  cut: number;
  /** Given up at the end, or refused for good. */
  lost: number;
}

/** Messages of all connections on their way into the log, in one request for each source. */
export interface Collector {
  add(source: Source, bytes: Uint8Array, isCut: boolean): void;
  isFull(): boolean;
  /** Called whenever there is room again. */
  onRoom(act: () => void): void;
  counts(): Readonly<CollectorCounts>;
  drop(source: Source): void;
  /** Tries once more to make durable what is pending. */
  close(): Promise<void>;
}

interface Pending { readonly source: Source; readonly groups: LogGroups; bytes: number }

export type CollectorOptions = ReceiverOptions & { readonly budget: Budget; readonly counters: Counters; readonly utcOffsetMinutes: number };

export function makeCollector(options: CollectorOptions): Collector {
  const { counters, nowMs } = options;
  const counts: CollectorCounts = { taken: 0, dropped: 0, cut: 0, lost: 0 };
  let pending = new Map<string, Pending>();
  let waiting = 0;
  let bytes = 0;
  let sequence = 0;
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> | null = null;
  let isClosing = false;
  let onRoom = (): void => undefined;
  let wake = (): void => undefined;

  function flushSoon(): void {
    if (flushing !== null || waiting === 0) return;
    if (waiting >= batchMessagesMax || isClosing) startFlush();
    else timer ??= setTimeout(startFlush, flushMs);
  }
  function startFlush(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    flushing ??= flush().finally(() => {
      flushing = null;
      if (!isClosing) flushSoon();
    });
  }
  async function flush(): Promise<void> {
    const batches = [...pending.values()];
    pending = new Map();
    waiting = 0;
    for (const batch of batches) {
      await keep(batch);
      bytes -= batch.bytes;
      if (bytes < pendingBytesMax) onRoom();
    }
  }
  /** There is nobody to tell to send again, so it is tried again here, for as long as the server runs. */
  async function keep({ source, groups }: Pending): Promise<void> {
    const body = groups.write();
    for (;;) {
      const ticket: Ticket = options.budget.open();
      try {
        await receive(options, { signal: 'logs', encoding: 'protobuf', compression: 'identity', body, source, ticket, admitted: unlimited });
        return;
      } catch (error) {
        const coded = toCoded(error, options.onBug);
        if (!mayRetry(coded) || isClosing) {
          counts.lost += groups.count();
          counters.refusedItems('logs', new Map([['syslog.lost', groups.count()]]), source, 0, nowMs());
          return;
        }
      } finally {
        ticket.release();
      }
      await new Promise<void>((resolve) => {
        const timerOfRetry = setTimeout(resolve, retryMs);
        wake = () => { clearTimeout(timerOfRetry); resolve(); };
      });
    }
  }

  return {
    add(source, message, isCut) {
      const atMs = nowMs();
      let batch = pending.get(source.name);
      if (batch === undefined) pending.set(source.name, batch = { source, groups: makeLogGroups(), bytes: 0 });
      // Nanoseconds that count up: two lines that say the same are two, and not one that was sent again.
      sequence = (sequence + 1) % 1_000_000;
      addMessage(batch.groups, readSyslog(Buffer.from(message.buffer, message.byteOffset, message.length).toString('utf8'), { nowMs: atMs, utcOffsetMinutes: options.utcOffsetMinutes }), BigInt(Math.trunc(atMs)) * 1_000_000n + BigInt(sequence));
      const size = message.length + messageOverheadBytes;
      batch.bytes += size;
      bytes += size;
      waiting += 1;
      counts.taken += 1;
      if (isCut) {
        counts.cut += 1;
        counters.refusedItems('logs', new Map([['syslog.cut', 1]]), source, 0, atMs);
      }
      flushSoon();
    },
    isFull: () => bytes >= pendingBytesMax,
    onRoom(act) { onRoom = act; },
    counts: () => counts,
    drop(source) {
      counts.dropped += 1;
      counters.refusedItems('logs', new Map([['syslog.dropped', 1]]), source, 0, nowMs());
    },
    async close() {
      isClosing = true;
      wake();
      await flushing;
      if (waiting > 0) startFlush();
      await flushing;
    },
  };
}


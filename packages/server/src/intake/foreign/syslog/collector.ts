import type { ReceiverOptions } from '../../receive.ts';
import type { Source } from '../../source.ts';
import { makeLogGroups } from '../logs-by-resource.ts';
import type { LogGroups } from '../logs-by-resource.ts';
import type { ForeignReason } from '../reasons.ts';
import { readSyslog } from './message.ts';
import { makePersist } from './persist.ts';
import { addMessage } from './to-otlp.ts';

/** Messages wait so long for others, so that one fsync serves many. */
const flushMs = 50;
const batchMessagesMax = 1_000;
/** Messages in memory that are not durable yet; beyond it TCP senders are made to wait and datagrams are dropped. */
const pendingBytesMax = 16 * 1024 * 1024;
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
  /** A datagram for which there is no room. */
  drop(source: Source): void;
  isFull(): boolean;
  /** Called whenever there is room again. */
  onRoom(act: () => void): void;
  counts(): Readonly<CollectorCounts>;
  /** Tries once more to make durable what is pending. */
  close(): Promise<void>;
}

interface Pending { readonly source: Source; readonly groups: LogGroups; bytes: number }

export type CollectorOptions = ReceiverOptions & { readonly utcOffsetMinutes: number };

export function makeCollector(options: CollectorOptions): Collector {
  const { nowMs } = options;
  const persist = makePersist(options);
  const counts: CollectorCounts = { taken: 0, dropped: 0, cut: 0, lost: 0 };
  let pending = new Map<string, Pending>();
  let [waiting, bytes, sequence] = [0, 0, 0];
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> | null = null;
  let isClosing = false;
  let onRoom = (): void => undefined;

  function tell(reason: ForeignReason, what: keyof CollectorCounts, source: Source, items = 1): void {
    counts[what] += items;
    options.counters.refusedItems('logs', new Map([[reason, items]]), source, 0, nowMs());
  }
  function flushSoon(): void {
    if (flushing !== null || waiting === 0) return;
    if (waiting >= batchMessagesMax) startFlush();
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
      if (!await persist.keep(batch.source, batch.groups.write())) tell('syslog.lost', 'lost', batch.source, batch.groups.count());
      bytes -= batch.bytes;
      if (bytes < pendingBytesMax) onRoom();
    }
  }

  return {
    add(source, message, isCut) {
      const atMs = nowMs();
      let batch = pending.get(source.name);
      if (batch === undefined) pending.set(source.name, batch = { source, groups: makeLogGroups(), bytes: 0 });
      // Nanoseconds that count up: two lines that say the same are two, and not one that was sent again.
      sequence = (sequence + 1) % 1_000_000;
      addMessage(batch.groups, readSyslog(toText(message), { nowMs: atMs, utcOffsetMinutes: options.utcOffsetMinutes }), BigInt(Math.trunc(atMs)) * 1_000_000n + BigInt(sequence));
      batch.bytes += message.length + messageOverheadBytes;
      bytes += message.length + messageOverheadBytes;
      waiting += 1;
      counts.taken += 1;
      if (isCut) tell('syslog.cut', 'cut', source);
      flushSoon();
    },
    drop: (source) => tell('syslog.dropped', 'dropped', source),
    isFull: () => bytes >= pendingBytesMax,
    onRoom(act) { onRoom = act; },
    counts: () => counts,
    async close() {
      isClosing = true;
      persist.hurry();
      await flushing;
      if (waiting > 0) startFlush();
      await flushing;
    },
  };
}

/** What is not UTF-8 is shown as such, and loses nothing else. */
const toText = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

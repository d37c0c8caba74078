import type { LogRecord, Position } from '@clew/engine';
import { CodedError, reasonOf } from '../errors.ts';
import { makeActiveSegment } from './active-segment.ts';
import type { ActiveSegmentOptions } from './active-segment.ts';
import { recordHeaderBytes, writeRecordHeader } from './format.ts';

/** One group is one write and one fsync. */
const groupRecordsMax = 512;
const groupBytesMax = 32 * 1024 * 1024;

interface Waiting {
  readonly record: Omit<LogRecord, 'position'>;
  readonly resolve: (position: Position) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions extends ActiveSegmentOptions {
  /** The last durable position. */
  last(): Position;
  onDurable(last: Position): void;
  /** The disk fails, in words, or works again (null); told when it changes. */
  onDisk(failure: string | null): void;
}

export interface GroupCommit {
  append(record: Omit<LogRecord, 'position'>): Promise<Position>;
  pendingBytes(): number;
  /** Resolves when all that was appended is durable or rejected. */
  close(): Promise<void>;
}

/** All appends that arrive while one fsync runs share the next. Positions are given when a group is written, so a failed group leaves no hole. */
export function openGroupCommit(options: GroupCommitOptions): GroupCommit {
  const active = makeActiveSegment(options);
  const queue: Waiting[] = [];
  let pendingBytes = 0;
  let running: Promise<void> | null = null;
  let isFailing = false;

  function tellDisk(failure: string | null): void {
    if (failure === null && !isFailing) return;
    // Once for the first group that fails, not for each.
    if (failure !== null && isFailing) return;
    isFailing = failure !== null;
    options.onDisk(failure);
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      try {
        const first = options.last() + 1;
        await write(group);
        group.forEach(({ resolve }, index) => resolve(first + index));
        tellDisk(null);
      } catch (error) {
        const coded = error instanceof CodedError ? error : new CodedError('storage_failed', reasonOf(error), { cause: error });
        for (const { reject } of group) reject(coded);
        tellDisk(reasonOf(error));
      }
      for (const { record } of group) pendingBytes -= record.body.length + recordHeaderBytes;
    }
    running = null;
  }

  async function write(group: readonly Waiting[]): Promise<void> {
    const first = options.last() + 1;
    const { header } = await active.open(first);
    await active.append(group.flatMap(({ record }, index) => [writeRecordHeader(header.mark, first, { ...record, position: first + index }), record.body]));
    options.onDurable(first + group.length - 1);
  }

  return {
    append: (record) => new Promise((resolve, reject) => {
      queue.push({ record, resolve, reject });
      pendingBytes += record.body.length + recordHeaderBytes;
      running ??= Promise.resolve().then(run);
    }),
    pendingBytes: () => pendingBytes,
    async close() {
      await running;
      await active.close();
    },
  };
}

function takeGroup(queue: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  while (count < queue.length && count < groupRecordsMax && (count === 0 || bytes + queue[count].record.body.length <= groupBytesMax)) {
    bytes += queue[count].record.body.length;
    count += 1;
  }
  return queue.splice(0, count);
}

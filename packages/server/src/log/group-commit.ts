import type { FileHandle } from 'node:fs/promises';
import type { LogRecord, Position } from '@clew/engine';
import { CodedError, reasonOf } from '../errors.ts';
import { recordHeaderBytes, writeRecordHeader } from './format.ts';
import type { Segment } from './segment.ts';

/** One group is one write and one fsync. */
const groupRecordsMax = 512;
const groupBytesMax = 32 * 1024 * 1024;

interface Open { readonly segment: Segment; readonly file: FileHandle }
interface Waiting {
  readonly record: Omit<LogRecord, 'position'>;
  readonly resolve: (position: Position) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly segmentBytes: number;
  readonly lastPosition: Position;
  /** Opens the last segment for writing; null when there is none. */
  active(): Promise<Open | null>;
  create(first: Position): Promise<Open>;
  onDurable(last: Position): void;
}

export interface GroupCommit {
  append(record: Omit<LogRecord, 'position'>): Promise<Position>;
  pendingBytes(): number;
  /** Resolves when all that was appended is durable or rejected. */
  close(): Promise<void>;
}

/** All appends that arrive while one fsync runs share the next. Positions are given when a group is written, so a failed group leaves no hole. */
export function openGroupCommit(options: GroupCommitOptions): GroupCommit {
  const queue: Waiting[] = [];
  let last = options.lastPosition;
  let current: Open | null = null;
  let pendingBytes = 0;
  let running: Promise<void> | null = null;
  /** The last write failed: the file may hold a part of it behind `segment.bytes`, and is not trusted with more. */
  let isDamaged = false;

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const group = takeGroup();
      try {
        const first = last + 1;
        await write(group);
        group.forEach(({ resolve }, index) => resolve(first + index));
      } catch (error) {
        const coded = error instanceof CodedError ? error : new CodedError('storage_failed', reasonOf(error), { cause: error });
        for (const { reject } of group) reject(coded);
      }
      for (const { record } of group) pendingBytes -= record.body.length + recordHeaderBytes;
    }
    running = null;
  }

  function takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < queue.length && count < groupRecordsMax && (count === 0 || bytes + queue[count].record.body.length <= groupBytesMax)) {
      bytes += queue[count].record.body.length;
      count += 1;
    }
    return queue.splice(0, count);
  }

  async function write(group: readonly Waiting[]): Promise<void> {
    const { segment, file } = await openForWriting();
    const first = last + 1;
    const buffers = group.flatMap(({ record }, index) => {
      const whole = { ...record, position: first + index };
      return [writeRecordHeader(segment.header.mark, first, whole), record.body];
    });
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    try {
      await writeAll(file, buffers, segment.bytes);
      await file.datasync();
    } catch (error) {
      isDamaged = true;
      await cutBack();
      throw error;
    }
    segment.bytes += bytes;
    last += group.length;
    options.onDurable(last);
  }

  async function openForWriting(): Promise<Open> {
    if (isDamaged) await repair();
    current ??= await options.active();
    if (current !== null && current.segment.bytes < options.segmentBytes) return current;
    const next = await options.create(last + 1);
    await current?.file.close();
    current = next;
    return current;
  }

  /** Takes away what a failed write left behind. When even that fails, the next append tries again before it writes. */
  async function cutBack(): Promise<boolean> {
    if (current === null) return true;
    try {
      await current.file.truncate(current.segment.bytes);
      await current.file.datasync();
      return true;
    } catch {
      // Reported by the append that failed; `isDamaged` keeps the file from being written until repair() succeeds.
      return false;
    }
  }

  /** After a failed fsync the kernel may have dropped the pages: the file is reopened, and its good part is what was durable before. */
  async function repair(): Promise<void> {
    await current?.file.close();
    current = null;
    current = await options.active();
    if (!(await cutBack())) throw new CodedError('storage_failed', current?.segment.path ?? '', { detail: 'An earlier failed write cannot be taken back yet.' });
    isDamaged = false;
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
      await current?.file.close();
      current = null;
    },
  };
}

/** writev may write less than it was given. */
async function writeAll(file: FileHandle, buffers: readonly Uint8Array[], offset: number): Promise<void> {
  let rest = buffers.filter((buffer) => buffer.length > 0);
  let at = offset;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, at);
    if (bytesWritten === 0) throw new Error('the disk took no bytes');
    at += bytesWritten;
    rest = without(rest, bytesWritten);
  }
}

function without(buffers: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let left = bytes;
  let index = 0;
  while (index < buffers.length && left >= buffers[index].length) left -= buffers[index++].length;
  const rest = buffers.slice(index);
  if (left > 0) rest[0] = rest[0].subarray(left);
  return rest;
}

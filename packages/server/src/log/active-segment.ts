import type { FileHandle } from 'node:fs/promises';
import type { Position } from '@clew/engine';
import { CodedError } from '../errors.ts';
import type { Segment } from './segment.ts';

export interface OpenSegment { readonly segment: Segment; readonly file: FileHandle }

export interface ActiveSegmentOptions {
  readonly segmentBytes: number;
  /** Opens the last segment for writing; null when there is none. */
  active(): Promise<OpenSegment | null>;
  create(first: Position): Promise<OpenSegment>;
}

/** The one segment that is written. Behind `segment.bytes` its file holds nothing, except while a write is under way or has failed. */
export interface ActiveSegment {
  /** The segment that takes the record at `next`: a new one when the last has grown beyond its size. */
  open(next: Position): Promise<Segment>;
  /** Writes behind what is durable and makes it durable; when that fails, takes it away again. */
  append(buffers: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

export function makeActiveSegment(options: ActiveSegmentOptions): ActiveSegment {
  let current: OpenSegment | null = null;
  /** The last write failed: the file may hold a part of it, and is not trusted with more. */
  let isDamaged = false;

  async function closeFile(): Promise<void> {
    await current?.file.close();
    current = null;
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
    await closeFile();
    current = await options.active();
    if (!(await cutBack())) throw new CodedError('storage_failed', current?.segment.path ?? '', { detail: 'An earlier failed write cannot be taken back yet.' });
    isDamaged = false;
  }

  return {
    async open(next) {
      if (isDamaged) await repair();
      current ??= await options.active();
      if (current !== null && current.segment.bytes < options.segmentBytes) return current.segment;
      const created = await options.create(next);
      await closeFile();
      current = created;
      return current.segment;
    },
    async append(buffers) {
      if (current === null) throw new Error('BUG: no segment is open');
      const { file, segment } = current;
      try {
        await writeAll(file, buffers, segment.bytes);
        await file.datasync();
      } catch (error) {
        isDamaged = true;
        await cutBack();
        throw error;
      }
      segment.bytes += buffers.reduce((sum, buffer) => sum + buffer.length, 0);
    },
    close: closeFile,
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

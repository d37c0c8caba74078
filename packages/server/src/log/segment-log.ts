import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log, LogRecord, Position } from '@clew/engine';
import { CodedError } from '../errors.ts';
import type { OpenSegment } from './active-segment.ts';
import { markBytes, recordHeaderBytes, segmentHeaderBytes, writeSegmentHeader } from './format.ts';
import type { SegmentHeader } from './format.ts';
import { openGroupCommit } from './group-commit.ts';
import { isSegmentName, readHeader, readSegment, scanSegment, segmentPath } from './segment.ts';
import type { Segment } from './segment.ts';

export interface SegmentLogOptions {
  readonly folder: string;
  /** A segment that is longer than this is followed by a new one. */
  readonly segmentBytes: number;
  /** All segments together; beyond it appends fail with `overload` until something is trimmed. */
  readonly bytesMax: number;
  /** Bodies that wait for their fsync; beyond it appends fail with `overload`. One body is always let in. */
  readonly pendingBytesMax: number;
  /** The clock; only segment headers carry it. */
  nowMs(): number;
  /** How files are opened for writing; tests hand in files that fail. */
  readonly openFile?: (path: string, flags: string) => Promise<FileHandle>;
  /** The disk fails, in words, or works again (null); told when it changes. */
  onDisk?(failure: string | null): void;
}

/** So much of the log, and of what waits for the disk, is kept free for appends that may use the reserve. */
export const reserveShare = 0.1;

export interface SegmentLog extends Log {
  bytes(): number;
  pendingBytes(): number;
  /** Arrival of the last record that was there at open; 0 when there was none. */
  readonly openedLastMs: number;
  /** What was cut off at open, in words; null when the log was whole. */
  readonly cutOff: string | null;
  /** An empty log begins after `position`: whoever has read a log that is gone goes on behind it. */
  beginAfter(position: Position): void;
  /** Bytes of the segments from the one that holds `from` on. */
  bytesFrom(from: Position): number;
  /** A position such that at least `bytes` of log (or all there is) stand from it on. */
  positionBack(bytes: number): Position;
  /** First position of the newest segment that began before `sinceMs`: everything that arrived later is from there on. */
  positionSince(sinceMs: number): Position;
}

export async function openSegmentLog(options: SegmentLogOptions): Promise<SegmentLog> {
  const { folder, segmentBytes, openFile = open } = options;
  await mkdir(folder, { recursive: true });
  const segments = await listSegments(folder, { cutCreation: true });
  const recovered = await recover(segments, openFile);
  let { last } = recovered;
  let isClosed = false;

  const commit = openGroupCommit({
    segmentBytes,
    last: () => last,
    active: async () => {
      const segment = segments.at(-1);
      return segment === undefined ? null : { segment, file: await openFile(segment.path, 'r+') };
    },
    create: async (first) => {
      const created = await createSegment(folder, { mark: randomBytes(markBytes), first, createdMs: options.nowMs() }, openFile);
      segments.push(created.segment);
      return created;
    },
    onDurable: (position) => { last = position; },
    onDisk: (failure) => options.onDisk?.(failure),
  });

  const total = (): number => segments.reduce((sum, segment) => sum + segment.bytes, 0);
  const bounds = (): { first: Position; last: Position } => ({ first: segments[0]?.header.first ?? last + 1, last });

  return {
    openedLastMs: recovered.lastMs,
    cutOff: recovered.cutOff,
    beginAfter(position) {
      if (segments.length > 0) throw new Error('BUG: the log holds records already');
      last = position;
    },
    bounds,
    bytes: total,
    pendingBytes: commit.pendingBytes,
    append(record, reserve = false) {
      if (isClosed) return Promise.reject(new CodedError('stopping'));
      const bytes = record.body.length + recordHeaderBytes;
      const pending = commit.pendingBytes();
      const share = reserve ? 1 : 1 - reserveShare;
      if (pending > 0 && pending + bytes > share * options.pendingBytesMax) return Promise.reject(new CodedError('overload', 'too many bytes wait for the disk'));
      if (total() + pending + bytes > share * options.bytesMax) return Promise.reject(new CodedError('overload', 'the log is full because its readers have fallen behind'));
      return commit.append(record);
    },
    read: (from) => readSegments(planOf(segments), bounds(), from),
    async trim(before) {
      while (segments.length > 1 && segments[1].header.first <= before) {
        const [oldest] = segments.splice(0, 1);
        await unlink(oldest.path);
      }
    },
    bytesFrom: (from) => segments.filter((_, at) => (segments[at + 1]?.header.first ?? Infinity) > from).reduce((sum, segment) => sum + segment.bytes, 0),
    positionBack: (bytes) => positionBack(segments, bytes) ?? bounds().first,
    positionSince: (sinceMs) => (segments.findLast((segment) => segment.header.createdMs < sinceMs) ?? segments[0])?.header.first ?? last + 1,
    async close() {
      isClosed = true;
      await commit.close();
    },
  };
}

/** First position of the newest segment such that it and all later ones have so many bytes; null when all together have fewer. */
function positionBack(segments: readonly Segment[], bytes: number): Position | null {
  let sum = 0;
  for (const { header, bytes: own } of segments.toReversed()) {
    sum += own;
    if (sum >= bytes) return header.first;
  }
  return null;
}

type OpenFile = NonNullable<SegmentLogOptions['openFile']>;

/** Cuts the torn tail and learns the last position and its time. */
async function recover(segments: readonly Segment[], openFile: OpenFile): Promise<{ readonly last: Position; readonly lastMs: number; readonly cutOff: string | null }> {
  let cutOff: string | null = null;
  let last = segments.length === 0 ? 0 : segments[segments.length - 1].header.first - 1;
  for (const [index, segment] of [...segments.entries()].toReversed()) {
    const scan = await scanSegment(segment);
    if (scan.end < segment.bytes) {
      if (index < segments.length - 1) throw new CodedError('log_corrupt', segment.path, { detail: `The record at byte ${scan.end} is damaged.` });
      cutOff = `${segment.bytes - scan.end} bytes after record ${Math.max(last, scan.last)} of ${segment.path} were not whole and have been cut off, as is due to a write that a crash cut short. If nothing crashed, the disk damaged them.`;
      await cut(segment, scan.end, openFile);
    }
    if (scan.last === 0) continue;
    last = Math.max(last, scan.last);
    return { last, lastMs: scan.lastMs, cutOff };
  }
  return { last, lastMs: 0, cutOff };
}

async function cut(segment: Segment, end: number, openFile: OpenFile): Promise<void> {
  const file = await openFile(segment.path, 'r+');
  try {
    await file.truncate(end);
    await file.sync();
  } finally {
    await file.close();
  }
  segment.bytes = end;
}

async function createSegment(folder: string, header: SegmentHeader, openFile: OpenFile): Promise<OpenSegment> {
  const path = segmentPath(folder, header.first);
  const file = await openFile(path, 'w+');
  try {
    await file.write(writeSegmentHeader(header), 0, segmentHeaderBytes, 0);
    await file.sync();
    await syncFolder(folder);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { segment: { path, header, bytes: segmentHeaderBytes }, file };
}

/** The segments of a folder in order. Files of other names are left alone. */
async function listSegments(folder: string, { cutCreation }: { readonly cutCreation: boolean }): Promise<Segment[]> {
  const names = (await readdir(folder)).filter(isSegmentName).sort();
  const segments: Segment[] = [];
  for (const [index, name] of names.entries()) {
    const path = join(folder, name);
    const header = await readHeader(path);
    if (header === null) {
      if (index < names.length - 1) throw new CodedError('log_corrupt', path, { detail: 'The header of the segment is missing.' });
      if (cutCreation) await unlink(path);
      continue;
    }
    if (segmentPath(folder, header.first) !== path) throw new CodedError('log_corrupt', path, { detail: `Its first record is ${header.first}.` });
    segments.push({ path, header, bytes: await sizeOf(path) });
  }
  return segments;
}

/** A log folder that nobody writes, or that another process writes: read as far as it is whole, and left as it is. */
export async function readLogFolder(folder: string): Promise<{ readonly first: Position; readonly last: Position; /** Hex; tells logs apart. */ readonly mark: string; read(from: Position): AsyncIterable<LogRecord> }> {
  const segments = await listSegments(folder, { cutCreation: false });
  const newest = segments.at(-1);
  if (newest === undefined) throw new CodedError('not_a_log', folder);
  const scan = await scanSegment(newest);
  newest.bytes = scan.end;
  const bounds = { first: segments[0].header.first, last: scan.last === 0 ? newest.header.first - 1 : scan.last };
  return { ...bounds, mark: segments[0].header.mark.toString('hex'), read: (from) => readSegments(planOf(segments), bounds, from) };
}

interface Piece { readonly segment: Segment; readonly end: number }
const planOf = (segments: readonly Segment[]): Piece[] => segments.map((segment) => ({ segment, end: segment.bytes }));

/** Durable records of these segments, as they stand now. Trimming while this runs is noticed and refused, not skipped. */
async function* readSegments(plan: readonly Piece[], { first, last }: { first: Position; last: Position }, from: Position): AsyncGenerator<LogRecord> {
  if (from < first) throw new CodedError('log_trimmed', `${from} is asked for, ${first} is the first`);
  for (const [index, { segment, end }] of plan.entries()) {
    const next = plan[index + 1]?.segment.header.first ?? last + 1;
    if (next <= from) continue;
    let reached = Math.max(from, segment.header.first) - 1;
    try {
      for await (const record of readSegment(segment, from, end)) {
        reached = record.position;
        yield record;
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new CodedError('log_trimmed', `record ${reached + 1}`, { cause: error });
      throw error;
    }
    if (reached !== next - 1) throw new CodedError('log_corrupt', segment.path, { detail: `It ends with record ${reached}, the next segment begins with ${next}.` });
  }
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'r');
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** A new name is durable only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

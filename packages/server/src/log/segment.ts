import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogRecord, Position } from '@clew/engine';
import { CodedError } from '../errors.ts';
import { isWhole, readRecordHeader, readSegmentHeader, recordHeaderBytes, segmentHeaderBytes } from './format.ts';
import type { SegmentHeader } from './format.ts';

const chunkBytes = 1024 * 1024;

/** A segment file as far as it is known to be good. */
export interface Segment {
  readonly path: string;
  readonly header: SegmentHeader;
  /** Bytes that are durable; the file may be longer while a group is being written. */
  bytes: number;
}

export function segmentPath(folder: string, first: Position): string {
  return join(folder, `${String(first).padStart(16, '0')}.log`);
}

export const isSegmentName = (name: string): boolean => /^\d{16}\.log$/.test(name);

export interface Scan {
  /** Where the last whole record ends. */
  readonly end: number;
  /** 0 when the segment holds none. */
  readonly last: Position;
  readonly lastMs: number;
}

/** Header of the file, or null when the file is too short to have one: its creation was cut off before anything was in it. */
export async function readHeader(path: string): Promise<SegmentHeader | null> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size < segmentHeaderBytes) return null;
    const { buffer } = await file.read(Buffer.alloc(segmentHeaderBytes), 0, segmentHeaderBytes, 0);
    const header = readSegmentHeader(buffer);
    if (header !== null) return header;
    if (size === segmentHeaderBytes) return null;
    throw new CodedError('log_corrupt', path, { detail: 'The header of the segment is damaged.' });
  } finally {
    await file.close();
  }
}

/**
 * Reads the last segment through and finds where its good part ends. What follows is a torn tail, which may be cut off,
 * unless a later record says that it was written after the damaged one had become durable: that is a lost acknowledged record.
 */
export async function scanSegment({ path, header }: Segment): Promise<Scan> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const walk = walkRecords(file, path, header, size);
    let scan: Scan = { end: segmentHeaderBytes, last: 0, lastMs: 0 };
    for await (const { record, end } of walk) scan = { end, last: record.position, lastMs: record.receivedMs };
    if (scan.end < size) await refuseLostRecords(file, path, header, scan, size);
    return scan;
  } finally {
    await file.close();
  }
}

/** Records of a segment from `from` on, up to the offset `end`. Damage before `end` is refused, never skipped. */
export async function* readSegment({ path, header }: Segment, from: Position, end: number): AsyncGenerator<LogRecord> {
  const file = await open(path, 'r');
  try {
    let reached = segmentHeaderBytes;
    let next = header.first;
    for await (const { record, end: recordEnd } of walkRecords(file, path, header, end)) {
      reached = recordEnd;
      next = record.position + 1;
      if (record.position >= from) yield record;
    }
    if (reached !== end) throw new CodedError('log_corrupt', path, { detail: `Record ${next} at byte ${reached} is damaged.` });
  } finally {
    await file.close();
  }
}

/** Whole records in order; ends quietly at the first that is not whole. The caller judges what that means. */
async function* walkRecords(file: FileHandle, path: string, header: SegmentHeader, end: number): AsyncGenerator<{ readonly record: LogRecord; readonly end: number }> {
  let offset = segmentHeaderBytes;
  let expected = header.first;
  let chunk: Buffer = Buffer.alloc(0);
  let chunkOffset = offset;
  const need = async (bytes: number): Promise<boolean> => {
    if (offset + bytes > end) return false;
    if (offset - chunkOffset + bytes <= chunk.length) return true;
    chunk = await readExactly(file, path, offset, Math.min(end - offset, Math.max(chunkBytes, bytes)));
    chunkOffset = offset;
    return chunk.length >= bytes;
  };
  while (await need(recordHeaderBytes)) {
    const found = readRecordHeader(chunk, offset - chunkOffset, header.mark);
    if (found === null || found.position !== expected || !(await need(recordHeaderBytes + found.length))) return;
    const at = offset - chunkOffset;
    if (!isWhole(chunk, at, found)) return;
    const body = chunk.subarray(at + recordHeaderBytes, at + recordHeaderBytes + found.length);
    offset += recordHeaderBytes + found.length;
    expected += 1;
    const { position, receivedMs, kind, encoding, compression } = found;
    yield { record: { position, receivedMs, kind, encoding, compression, body }, end: offset };
  }
}

/** A fresh buffer each time: bodies are slices of it and may be kept. */
async function readExactly(file: FileHandle, path: string, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw new CodedError('log_corrupt', path, { detail: 'The file became shorter while it was read.' });
    filled += bytesRead;
  }
  return bytes;
}

/** Looks behind the damage for a record of a later group; the segment's random mark makes a chance find impossible. */
async function refuseLostRecords(file: FileHandle, path: string, header: SegmentHeader, { end, last }: Scan, size: number): Promise<void> {
  const damaged = last === 0 ? header.first : last + 1;
  const tail = await readExactly(file, path, end, size - end);
  for (let at = tail.indexOf(header.mark, 1); at !== -1; at = tail.indexOf(header.mark, at + 1)) {
    const found = readRecordHeader(tail, at, header.mark);
    if (found !== null && found.group > damaged && isWhole(tail, at, found)) {
      throw new CodedError('log_corrupt', path, { detail: `Record ${damaged} at byte ${end} is damaged, and record ${found.position} behind it is whole.` });
    }
  }
}

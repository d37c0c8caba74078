import { crc32 } from 'node:zlib';
import type { LogRecord, Position, RecordKind } from '@clew/engine';

/** The bytes of a segment file, drawn in docs/formats/log-segment.md. All numbers are little-endian. */
export const segmentHeaderBytes = 48;
export const recordHeaderBytes = 48;
export const markBytes = 8;
/** A longer body is never written, so a longer length on disk is damage. */
export const bodyBytesMax = 512 * 1024 * 1024;

const magic = Buffer.from('CLEWLOG\x01', 'latin1');
const kinds: readonly RecordKind[] = ['tick', 'traces', 'metrics', 'logs', 'notice', 'profiles'];
const encodings = ['protobuf', 'json'] as const;
const compressions = ['identity', 'gzip', 'zstd', 'deflate'] as const;

export interface SegmentHeader {
  /** Eight random bytes that every record of this segment begins with: no body that a client sends can look like a record. */
  readonly mark: Buffer;
  readonly first: Position;
  readonly createdMs: number;
}

export interface RecordHeader {
  readonly length: number;
  readonly crc: number;
  readonly position: Position;
  readonly receivedMs: number;
  /** First position of the group that was made durable together: everything before it was durable when this was written. */
  readonly group: Position;
  readonly kind: RecordKind;
  readonly encoding: LogRecord['encoding'];
  readonly compression: LogRecord['compression'];
}

export function writeSegmentHeader({ mark, first, createdMs }: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(segmentHeaderBytes);
  magic.copy(bytes, 0);
  mark.copy(bytes, 8, 0, markBytes);
  bytes.writeBigUInt64LE(BigInt(first), 16);
  bytes.writeBigUInt64LE(BigInt(createdMs), 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 32)), 32);
  return bytes;
}

/** The header, or null when these bytes are not one. */
export function readSegmentHeader(bytes: Buffer): SegmentHeader | null {
  if (bytes.length < segmentHeaderBytes || !bytes.subarray(0, 8).equals(magic)) return null;
  if (crc32(bytes.subarray(0, 32)) !== bytes.readUInt32LE(32)) return null;
  return { mark: Buffer.from(bytes.subarray(8, 16)), first: Number(bytes.readBigUInt64LE(16)), createdMs: Number(bytes.readBigUInt64LE(24)) };
}

export function writeRecordHeader(mark: Buffer, group: Position, { position, receivedMs, kind, encoding, compression, body }: LogRecord): Buffer {
  const bytes = Buffer.allocUnsafe(recordHeaderBytes);
  mark.copy(bytes, 0);
  bytes.writeUInt32LE(body.length, 8);
  bytes.writeBigUInt64LE(BigInt(position), 16);
  bytes.writeBigUInt64LE(BigInt(receivedMs), 24);
  bytes.writeBigUInt64LE(BigInt(group), 32);
  bytes[40] = kinds.indexOf(kind);
  bytes[41] = encodings.indexOf(encoding);
  bytes[42] = compressions.indexOf(compression);
  bytes.fill(0, 43, 48);
  bytes.writeUInt32LE(crc32(body, crc32(bytes.subarray(16))), 12);
  return bytes;
}

/** The header at `offset`, or null when there is none; whether the body fits it is told by `isWhole`. */
export function readRecordHeader(bytes: Buffer, offset: number, mark: Buffer): RecordHeader | null {
  if (bytes.length - offset < recordHeaderBytes || bytes.compare(mark, 0, markBytes, offset, offset + markBytes) !== 0) return null;
  const length = bytes.readUInt32LE(offset + 8);
  const kind = kinds[bytes[offset + 40]];
  const encoding = encodings[bytes[offset + 41]];
  const compression = compressions[bytes[offset + 42]];
  if (length > bodyBytesMax || kind === undefined || encoding === undefined || compression === undefined) return null;
  return {
    length, kind, encoding, compression,
    crc: bytes.readUInt32LE(offset + 12),
    position: Number(bytes.readBigUInt64LE(offset + 16)),
    receivedMs: Number(bytes.readBigUInt64LE(offset + 24)),
    group: Number(bytes.readBigUInt64LE(offset + 32)),
  };
}

/** Whether the record whose header stands at `offset` is there to its last byte, unharmed. */
export function isWhole(bytes: Buffer, offset: number, { length, crc }: RecordHeader): boolean {
  const end = offset + recordHeaderBytes + length;
  return end <= bytes.length && crc32(bytes.subarray(offset + 16, end)) === crc;
}

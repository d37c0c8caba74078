import { constants, crc32, deflateRawSync } from 'node:zlib';
import { tag, varint } from '../wire.ts';

const blockBytes = 1024 * 1024;
const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** A field that no message has. */
const unknownField = 4095;

/**
 * A gzip member (RFC 1952) of `message` and behind it an unknown field of so many zeros. One block is compressed and repeated: after
 * a full flush a block refers to nothing before it. So a bomb of a gibibyte costs whoever makes it a mebibyte.
 */
export function gzipBomb(message: Uint8Array, zeros: number): Buffer {
  const head = Buffer.concat([message, tag(unknownField, 2), varint(zeros)]);
  const block = Buffer.alloc(blockBytes);
  const flushed = (bytes: Buffer): Buffer => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
  const [packed, whole, rest] = [flushed(block), Math.floor(zeros / blockBytes), Buffer.alloc(zeros % blockBytes)];
  let check = crc32(head);
  for (let i = 0; i < whole; i++) check = crc32(block, check);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(rest, check));
  trailer.writeUInt32LE((head.length + zeros) % 2 ** 32, 4);
  return Buffer.concat([header, flushed(head), ...Array.from({ length: whole }, () => packed), deflateRawSync(rest), trailer]);
}

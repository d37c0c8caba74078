import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';

/**
 * A state that survives SIGKILL: 8 bytes of magic, crc32 of the rest, then v8.serialize of the value. It is written to a
 * file beside it, fsynced and renamed, so there is always one whole checkpoint: the old or the new.
 */
const magic = Buffer.from('CLEWCKP\x01', 'latin1');
const headerBytes = magic.length + 4;

/** The value is serialised before this returns for the first time: it may be one that goes on changing. */
export async function writeCheckpoint(path: string, value: unknown): Promise<void> {
  const body = serialize(value);
  const header = Buffer.alloc(headerBytes);
  magic.copy(header);
  header.writeUInt32LE(crc32(body), magic.length);
  const file = await open(`${path}.new`, 'w');
  try {
    // One after the other: put together they would be there twice.
    await file.writeFile(header);
    await file.writeFile(body);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The value, null when there is no checkpoint, or `damaged`. */
export async function readCheckpoint(path: string): Promise<{ readonly value: unknown } | 'damaged' | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (bytes.length < headerBytes || !bytes.subarray(0, magic.length).equals(magic)) return 'damaged';
  const body = bytes.subarray(headerBytes);
  return crc32(body) === bytes.readUInt32LE(magic.length) ? { value: deserialize(body) } : 'damaged';
}

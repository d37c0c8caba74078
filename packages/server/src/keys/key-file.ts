import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CodedError, reasonOf } from '../errors.ts';
import { keyLimits, keySchema } from './key.ts';
import type { Key } from './key.ts';

const file = z.strictObject({ version: z.literal(1), keys: z.array(keySchema).max(keyLimits.keys) });
/** When each secret was used last, by its id; the server writes it, so that it never writes the keys themselves. */
const used = z.record(z.string().regex(/^[0-9a-f]{8}$/), z.number().int().nonnegative());
export type LastUsed = Readonly<Record<string, number>>;

export const keyPath = (folder: string): string => join(folder, 'keys.json');
const usedPath = (folder: string): string => join(folder, 'keys-used.json');

/** No file is no keys. Throws `bad_key_file`. */
export function readKeys(folder: string): readonly Key[] {
  return readAs(keyPath(folder), (value) => file.parse(value).keys) ?? [];
}

export function readLastUsed(folder: string): LastUsed {
  return readAs(usedPath(folder), (value) => used.parse(value)) ?? {};
}

/** Reads, changes and writes while no other command does. */
export function changeKeys<Result extends { readonly keys: readonly Key[] }>(folder: string, by: (keys: readonly Key[]) => Result): Result {
  const lock = `${keyPath(folder)}.lock`;
  try {
    mkdirSync(folder, { recursive: true });
    mkdirSync(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new CodedError('bad_key_file', lock, { detail: 'Another command is changing the keys; if none is, remove this folder.' });
    throw new CodedError('cannot_write', folder, { detail: `${reasonOf(error)}.`, cause: error });
  }
  try {
    const result = by(readKeys(folder));
    writeWhole(keyPath(folder), JSON.stringify({ version: 1, keys: result.keys }, null, 1));
    return result;
  } finally {
    rmSync(lock, { recursive: true });
  }
}

export function writeLastUsed(folder: string, lastUsed: LastUsed): void {
  writeWhole(usedPath(folder), JSON.stringify(lastUsed));
}

/** Changes whenever the file does; empty when there is none. */
export function fingerprintOf(folder: string): string {
  const stat = statSync(keyPath(folder), { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.mtimeMs}:${stat.size}:${stat.ino}`;
}

/** True when others than the owner may read the hashes. */
export function isOpenToOthers(folder: string): boolean {
  const stat = statSync(keyPath(folder), { throwIfNoEntry: false });
  return stat !== undefined && process.platform !== 'win32' && (stat.mode & 0o077) !== 0;
}

function readAs<T>(path: string, parse: (value: unknown) => T): T | null {
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new CodedError('bad_key_file', path, { detail: `${(error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error)).slice(0, 300)}.`, cause: error });
  }
}

/** The old file or the new one, whole, whatever happens; and no moment at which others could read it. */
function writeWhole(path: string, text: string): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    const to = openSync(draft, 'w', 0o600);
    chmodSync(draft, 0o600);
    writeSync(to, text);
    fsyncSync(to);
    closeSync(to);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new CodedError('cannot_write', path, { detail: `${reasonOf(error)}.`, cause: error });
  }
}

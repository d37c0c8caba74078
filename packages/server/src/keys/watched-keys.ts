import { reasonOf } from '../errors.ts';
import type { Key } from './key.ts';
import { fingerprintOf, isOpenToOthers, keyPath, readKeys } from './key-file.ts';

/** The file is looked at this often, so that a revoked key is out within that time. */
const lookEveryMs = 1_000;

/** One secret of a key. */
export interface Held { readonly key: Key; readonly sha256: Buffer; readonly expiresMs: number | null }

/** The keys of a data folder as their file has them now; a bad file changes nothing but health. */
export interface WatchedKeys {
  keys(): readonly Key[];
  held(id: string): Held | undefined;
  close(): void;
}

export interface WatchedKeysOptions {
  readonly folder: string;
  onProblem(what: string | null): void;
  onChange(keys: readonly Key[]): void;
}

/** Throws `bad_key_file` when there is a file and it is no good at the start. */
export function openWatchedKeys({ folder, onProblem, onChange }: WatchedKeysOptions): WatchedKeys {
  let seen = fingerprintOf(folder);
  let keys = readKeys(folder);
  let byId = index(keys);
  let problem: string | null = null;

  function look(): void {
    let words: string | null = null;
    try {
      const now = fingerprintOf(folder);
      if (now === '' && seen !== '') throw new Error(`${keyPath(folder)} is gone`);
      if (now !== seen) {
        keys = readKeys(folder);
        seen = now;
        byId = index(keys);
        onChange(keys);
      }
      if (isOpenToOthers(folder)) words = `others than its owner may read ${keyPath(folder)}`;
    } catch (error) {
      words = `the keys cannot be read again, those from before are used: ${reasonOf(error)}`;
    }
    if (words !== problem) onProblem(words);
    problem = words;
  }
  look();
  onChange(keys);
  const timer = setInterval(look, lookEveryMs).unref();
  return { keys: () => keys, held: (id) => byId.get(id), close: () => clearInterval(timer) };
}

function index(keys: readonly Key[]): ReadonlyMap<string, Held> {
  return new Map(keys.flatMap((key) => key.secrets.map(({ id, sha256, expiresMs }) => [id, { key, sha256: Buffer.from(sha256, 'hex'), expiresMs }] as const)));
}

/** False once it was revoked, or replaced and its overlap is over. */
export const isGood = ({ key, expiresMs }: Held, nowMs: number): boolean => key.revokedMs === null && (expiresMs === null || expiresMs > nowMs);

import { reasonOf } from '../errors.ts';
import type { Key } from './key.ts';
import { readLastUsed, writeLastUsed } from './key-file.ts';

const writeEveryMs = 30_000;

/** When each secret was used last. Kept in memory and written from time to time: a crash may lose half a minute of it. */
export interface LastUsedTimes {
  note(id: string, atMs: number): void;
  /** Of any secret of the key; null when it was never used. */
  ofMs(key: Key): number | null;
  close(): void;
}

export function openLastUsed(folder: string, keys: () => readonly Key[], report: (line: string) => void): LastUsedTimes {
  const times = new Map(Object.entries(readLastUsed(folder)));
  let isChanged = false;
  function write(): void {
    if (!isChanged) return;
    isChanged = false;
    const known = new Set(keys().flatMap(({ secrets }) => secrets.map(({ id }) => id)));
    for (const id of times.keys()) if (!known.has(id)) times.delete(id);
    try {
      writeLastUsed(folder, Object.fromEntries(times));
    } catch (error) {
      report(`when keys were used last cannot be written: ${reasonOf(error)}`);
    }
  }
  const timer = setInterval(write, writeEveryMs).unref();
  return {
    note(id, atMs) {
      times.set(id, Math.floor(atMs));
      isChanged = true;
    },
    ofMs: ({ secrets }) => secrets.reduce<number | null>((latest, { id }) => (times.has(id) ? Math.max(latest ?? 0, times.get(id) ?? 0) : latest), null),
    close() {
      clearInterval(timer);
      write();
    },
  };
}

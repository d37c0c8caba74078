import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { readCheckpoint, writeCheckpoint } from '../views/checkpoint.ts';
import { makeCounters } from './counters.ts';
import type { Counters, CountersOptions, SavedCounters } from './counters.ts';

/** Counts, never data: a process that is killed loses at most what was counted in this time. */
export const saveEveryMs = 10_000;
/** Goes up with the shape of what is saved; another version is not read. */
const version = 1;

interface Saved { readonly version: number; readonly counters: SavedCounters }

export interface CountersFileOptions extends Pick<CountersOptions, 'startedMs' | 'onRefused'> {
  readonly folder: string;
  /** A line for the people who run the server. */
  report(line: string): void;
}

/** Counters that go on over a restart: totals, refusals and flows are read at open and written while anything changes. */
export async function openCounters({ folder, report, ...options }: CountersFileOptions): Promise<{ readonly counters: Counters; close(): Promise<void> }> {
  const path = join(folder, 'accounts');
  const read = await readCheckpoint(path).catch((error: unknown) => { report(`clew: The accounts of what came in cannot be read (${reasonOf(error)}); they begin anew.`); return null; });
  if (read === 'damaged') report('clew: The accounts of what came in are damaged; they begin anew.');
  const found = read === null || read === 'damaged' ? null : read.value as Saved;
  const counters = makeCounters({ ...options, saved: found?.version === version ? found.counters : undefined });
  let saved = counters.changes();
  let hasFailed = false;
  let running = Promise.resolve();

  async function save(): Promise<void> {
    const changes = counters.changes();
    if (changes === saved) return;
    try {
      await writeCheckpoint(path, { version, counters: counters.save() } satisfies Saved);
      saved = changes;
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) report(`clew: The accounts of what came in cannot be written: ${reasonOf(error)}. They are still counted, and written when that is possible again.`);
      hasFailed = true;
    }
  }

  const timer = setInterval(() => { running = running.then(save); }, saveEveryMs);
  return {
    counters,
    async close() {
      clearInterval(timer);
      await running;
      await save();
    },
  };
}

import { join } from 'node:path';
import { reasonOf } from '../errors.ts';
import { readCheckpoint, writeCheckpoint } from '../views/checkpoint.ts';
import type { Key } from './key.ts';
import { makeUsage } from './quota.ts';
import type { SavedRates, SavedSeen, Usage } from './quota.ts';

/** Counts, never data: a process that is killed forgets at most what was used in this time. */
const saveEveryMs = 10_000;
/** Distinct things of all keys that are written down, eight bytes each. Keys with the most are left out beyond it: those begin anew after a restart. */
export const savedThingsMax = 2_000_000;
/** Goes up with the shape of what is saved; another version is not read. */
const version = 1;

/** What each key has used of its quota. */
export interface Usages {
  /** Goes on while the quota is the same, also over a restart; begins anew with another. */
  of(key: Key): Usage;
  /** Keys whose distinct things are too many to be written down. */
  unsaved(): number;
  close(): Promise<void>;
}

interface Entry { readonly usage: Usage; readonly quota: string }
type Saved<Part> = Readonly<Record<string, { readonly quota: string; readonly part: Part }>>;

/** In memory alone. */
export function makeUsages(nowMs: () => number, saved: { readonly rates: Saved<SavedRates>; readonly seen: Saved<SavedSeen> } = { rates: {}, seen: {} }): Usages & { readonly entries: ReadonlyMap<string, Entry> } {
  const entries = new Map<string, Entry>();
  const savedOf = <Part>(all: Saved<Part>, name: string, quota: string): Part | undefined => (Object.hasOwn(all, name) && all[name].quota === quota ? all[name].part : undefined);
  return {
    entries,
    of({ name, quota: given }) {
      const quota = JSON.stringify(given);
      const found = entries.get(name);
      if (found?.quota === quota) return found.usage;
      const first = found === undefined;
      const usage = makeUsage(name, given, nowMs(), first ? { rates: savedOf(saved.rates, name, quota), seen: savedOf(saved.seen, name, quota) } : undefined);
      entries.set(name, { usage, quota });
      return usage;
    },
    unsaved: () => 0,
    close: () => Promise.resolve(),
  };
}

export interface UsageFilesOptions {
  readonly folder: string;
  nowMs(): number;
  /** A line for the people who run the server. */
  report(line: string): void;
}

/** Read at open and written while anything changes: rates, which are few bytes, and apart from them the things that were seen. */
export async function openUsages({ folder, nowMs, report }: UsageFilesOptions): Promise<Usages> {
  const paths = { rates: join(folder, 'keys-rates'), seen: join(folder, 'keys-seen') };
  const saved = { rates: await read<SavedRates>(paths.rates, report), seen: await read<SavedSeen>(paths.seen, report) };
  const usages = makeUsages(nowMs, saved);
  let unsaved = 0;
  const written = { rates: '', seen: '' };
  let hasFailed = false;

  /** What was saved of keys that have sent nothing since is kept as it was. */
  async function write<Part extends SavedRates | SavedSeen>(which: 'rates' | 'seen', state: string, before: Saved<Part>, partOf: (usage: Usage) => Part): Promise<void> {
    if (written[which] === state) return;
    const now = [...usages.entries].map(([name, { usage, quota }]) => [name, { quota, part: partOf(usage) }] as const);
    const all = Object.entries<Saved<Part>[string]>({ ...before, ...Object.fromEntries(now) });
    const [kept, left] = which === 'rates' ? [all, 0] : fewest(all);
    if (which === 'seen') unsaved = left;
    await writeCheckpoint(paths[which], { version, keys: Object.fromEntries(kept) });
    written[which] = state;
  }

  async function save(): Promise<void> {
    const rates = JSON.stringify([...usages.entries].map(([name, { usage }]) => [name, usage.saveRates()]));
    const seen = JSON.stringify([...usages.entries].map(([name, { usage, quota }]) => [name, quota, usage.seenChanges()]));
    try {
      await write('rates', rates, saved.rates, (usage) => usage.saveRates());
      await write('seen', seen, saved.seen, (usage) => usage.saveSeen());
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) report(`what keys have used of their quotas cannot be written: ${reasonOf(error)}. It is still counted, and written when that is possible again.`);
      hasFailed = true;
    }
  }

  let running = Promise.resolve();
  const timer = setInterval(() => { if (usages.entries.size > 0) running = running.then(save); }, saveEveryMs).unref();
  return {
    of: usages.of,
    unsaved: () => unsaved,
    async close() {
      clearInterval(timer);
      await running;
      if (usages.entries.size > 0) await save();
    },
  };
}

/** As many keys as there is room for, those with the fewest things first, and how many are left out. */
function fewest<Row extends readonly [string, { readonly part: object }]>(rows: readonly Row[]): readonly [readonly Row[], number] {
  const sizeOf = ([, { part }]: Row): number => Object.values(part as SavedSeen).reduce((sum, { things }) => sum + things.length, 0);
  let left = savedThingsMax;
  const kept = rows.toSorted((a, b) => sizeOf(a) - sizeOf(b)).filter((row) => {
    left -= sizeOf(row);
    return left >= 0;
  });
  return [kept, rows.length - kept.length];
}

async function read<Part>(path: string, report: (line: string) => void): Promise<Saved<Part>> {
  const found = await readCheckpoint(path).catch((error: unknown) => { report(`what keys have used of their quotas cannot be read (${reasonOf(error)}); they begin anew.`); return null; });
  if (found === 'damaged') report('what keys have used of their quotas is damaged; they begin anew.');
  const value = found === null || found === 'damaged' ? null : found.value as { readonly version: number; readonly keys: Saved<Part> };
  return value?.version === version ? value.keys : {};
}

import type { Position } from '@clew/engine';
import type { SegmentLog } from '../log/segment-log.ts';
import { reasonOf } from '../errors.ts';
import type { View } from './view.ts';

/** What has to happen again and again while views are fed: make them durable, and give up log that nobody needs. */
export interface KeeperOptions {
  readonly log: SegmentLog;
  readonly views: readonly { readonly name: string; readonly view: View; readonly flushEveryMs: number }[];
  /** Log that stays for replay even when every view has reached its end. */
  readonly replayBytes: number;
  readonly trimEveryMs: number;
  /** Views whose failure lets the log be trimmed without them. */
  isExpendable(view: string): boolean;
  onFailure(what: string, reason: string): void;
  /** What had failed works again. */
  onRecovery(what: string): void;
}

export interface Keeper {
  /** One last flush of every view. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function openKeeper(options: KeeperOptions): Keeper {
  const { log, views } = options;
  const busy = new Map<string, Promise<void>>();
  const failed = new Set<string>();
  const timers = [
    ...views.map(({ name, view, flushEveryMs }) => setInterval(() => once(`flush of ${name}`, () => view.flush()), flushEveryMs)),
    setInterval(() => once('trim of the log', trim), options.trimEveryMs),
  ];

  /** A run that is still going on is not started a second time. */
  function once(what: string, run: () => Promise<void>): void {
    if (busy.has(what)) return;
    const running = run().then(
      () => { if (failed.delete(what)) options.onRecovery(what); },
      (error: unknown) => { failed.add(what); options.onFailure(what, reasonOf(error)); },
    ).finally(() => busy.delete(what));
    busy.set(what, running);
  }

  async function trim(): Promise<void> {
    const reached = views.filter(({ name }) => !options.isExpendable(name)).map(({ view }) => view.reached());
    const before: Position = Math.min(...reached.map((position) => position + 1), log.positionBack(options.replayBytes));
    await log.trim(before);
  }

  return {
    async flush() {
      await Promise.all(busy.values());
      await Promise.all(views.map(({ name, view }) => view.flush().catch((error: unknown) => options.onFailure(`flush of ${name}`, reasonOf(error)))));
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(busy.values());
    },
  };
}

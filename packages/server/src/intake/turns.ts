import { CodedError } from '../errors.ts';

/**
 * Whose request is worked on next. Inflating and decoding hold the thread, so while requests wait, sources take turns:
 * however many requests one has sent, another waits for one of them and not for all.
 */
export interface Turns {
  /** Resolves when it is the turn of this source; at once when nobody waits. Rejects with `overload` when that takes too long. */
  take(source: string): Promise<void>;
  waiting(): number;
}

interface Waiting { readonly sinceMs: number; readonly resolve: () => void; readonly reject: (error: Error) => void }

/** Senders give up after ten seconds, as a rule, and send the same again: what has waited this long is better refused. */
export const turnWaitMsMax = 5_000;
/** Turns that are given in a row before sockets are looked at again. */
const roundMs = 2;

export function makeTurns(nowMs: () => number = () => performance.now()): Turns {
  /** In the order in which they come to their turns; a source whose turn was goes to the end. */
  const bySource = new Map<string, Waiting[]>();
  let count = 0;
  let isRunning = false;

  function giveOne(): void {
    const [first] = bySource;
    if (first === undefined) return;
    const [source, queue] = first;
    bySource.delete(source);
    const next = queue.shift();
    if (queue.length > 0) bySource.set(source, queue);
    if (next === undefined) return;
    count -= 1;
    if (nowMs() - next.sinceMs > turnWaitMsMax) next.reject(new CodedError('overload', 'requests of this source have waited too long'));
    else next.resolve();
  }

  function round(): void {
    const endMs = nowMs() + roundMs;
    const step = (): void => {
      giveOne();
      if (count === 0) isRunning = false;
      // What was let in goes on in a microtask before this one.
      else if (nowMs() < endMs) queueMicrotask(step);
      else setImmediate(round);
    };
    queueMicrotask(step);
  }

  return {
    waiting: () => count,
    take(source) {
      return new Promise((resolve, reject) => {
        const waiting: Waiting = { sinceMs: nowMs(), resolve, reject };
        const queue = bySource.get(source);
        if (queue === undefined) bySource.set(source, [waiting]);
        else queue.push(waiting);
        count += 1;
        if (isRunning) return;
        isRunning = true;
        round();
      });
    },
  };
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const lookEveryMs = 1_500;

/**
 * Gives memory back when a thread has nothing to do: V8 collects when memory is asked for, so what a start or a burst of load left
 * behind would stay until the next one. `work` counts what was done; when it has stood still for two looks after it moved, the
 * thread collects once. The timer holds no process open.
 */
export function collectWhenQuiet(work: () => number): { close(): void } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;
  let before = -1;
  let looks = 0;
  const timer = setInterval(() => {
    const now = work();
    looks = now === before ? looks + 1 : 0;
    before = now;
    if (looks === 2) collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, lookEveryMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

const lookEveryMs = 1_500;
/** Looks from one collection to the next: whoever is sent something every ten seconds has no time to collect after each. */
const looksApart = 40;

/**
 * Gives memory back when a thread has nothing to do: V8 collects when memory is asked for, so what a start or a burst of load left
 * behind would stay until the next one. `work` counts what was done; when it has stood still for two looks after it moved, the
 * thread collects once, and no more often than once a minute. The timer holds no process open.
 *
 * V8 has to be started with `--expose-gc` (scripts/ready.mjs); without it nothing happens. Set later, the flag would make V8
 * refuse all compiled code that is kept on disk.
 */
export function collectWhenQuiet(work: () => number, collect: Collect | undefined = (globalThis as { gc?: Collect }).gc): { close(): void } {
  if (collect === undefined) return { close: () => undefined };
  let before = -1;
  let looks = 0;
  let since = looksApart;
  let isDue = false;
  const timer = setInterval(() => {
    const now = work();
    if (now !== before) isDue = true;
    looks = now === before ? looks + 1 : 0;
    before = now;
    since++;
    if (!isDue || looks < 2 || since < looksApart) return;
    isDue = false;
    since = 0;
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  }, lookEveryMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

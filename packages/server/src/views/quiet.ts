const lookEveryMs = 1_500;

/**
 * Gives memory back when a thread has nothing to do: V8 collects when memory is asked for, so what a start or a burst of load left
 * behind would stay until the next one. `work` counts what was done; when it has stood still for two looks after it moved, the
 * thread collects once. The timer holds no process open.
 *
 * V8 has to be started with `--expose-gc` (scripts/ready.mjs); without it nothing happens. Set later, the flag would make V8
 * refuse all compiled code that is kept on disk.
 */
export function collectWhenQuiet(work: () => number, collect: Collect | undefined = (globalThis as { gc?: Collect }).gc): { close(): void } {
  if (collect === undefined) return { close: () => undefined };
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

type Collect = (options: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

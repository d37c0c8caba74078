import { useSyncExternalStore } from 'react';

/** The viewer's clock, by the second: one timer for all that shows how long ago something was. */
let nowMs = Math.floor(Date.now() / 1000) * 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  nowMs = Math.floor(Date.now() / 1000) * 1000;
  for (const listener of listeners) listener();
}

export function useClock(): number {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    timer ??= setInterval(tick, 1000);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, () => nowMs);
}

import { useClock } from './clock.ts';
import { useRoute } from './navigate.ts';
import { bounds } from './route.ts';

/** A moving range moves on in steps, so that a page does not ask anew every second. */
const moveMs = 10_000;

export function useBounds(): { readonly fromMs: number; readonly toMs: number; readonly live: boolean } {
  const { time } = useRoute();
  const nowMs = useClock();
  return { ...bounds(time, Math.ceil(nowMs / moveMs) * moveMs), live: time.kind === 'last' };
}

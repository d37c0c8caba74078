/**
 * A fixed number of slots that are taken and given back: connections of a pool, worker threads of a process.
 * A slot is known by the time at which it becomes free; a leaked one never does.
 */
export interface Slots {
  readonly max: number;
  readonly freeAtMs: Float64Array;
  /** Times until which callers wait or waited for a slot; old ones are forgotten. */
  waiters: { readonly fromMs: number; readonly toMs: number }[];
}

const WAITERS_KEPT = 256;

export function makeSlots(max: number): Slots {
  return { max, freeAtMs: new Float64Array(max), waiters: [] };
}

/** The slot that is free first, and when; Infinity when all are leaked. Nothing is taken yet. */
export function firstFree(slots: Slots): { readonly slot: number; readonly freeAtMs: number } {
  let slot = 0;
  for (let i = 1; i < slots.max; i++) if (slots.freeAtMs[i] < slots.freeAtMs[slot]) slot = i;
  return { slot, freeAtMs: slots.freeAtMs[slot] };
}

export function noteWait(slots: Slots, fromMs: number, toMs: number): void {
  if (slots.waiters.length >= WAITERS_KEPT) slots.waiters = slots.waiters.slice(WAITERS_KEPT / 2);
  slots.waiters.push({ fromMs, toMs });
}

export function used(slots: Slots, atMs: number): number {
  let count = 0;
  for (const freeAt of slots.freeAtMs) if (freeAt > atMs) count++;
  return count;
}

export function waiting(slots: Slots, atMs: number): number {
  let count = 0;
  for (const wait of slots.waiters) if (wait.fromMs <= atMs && wait.toMs > atMs) count++;
  return count;
}

/** One more free slot is lost for good. Returns false when none was left to lose. */
export function leak(slots: Slots, atMs: number): boolean {
  for (let i = 0; i < slots.max; i++) {
    if (slots.freeAtMs[i] <= atMs) {
      slots.freeAtMs[i] = Infinity;
      return true;
    }
  }
  return false;
}

export function giveBackLeaked(slots: Slots, atMs: number): void {
  for (let i = 0; i < slots.max; i++) if (slots.freeAtMs[i] === Infinity) slots.freeAtMs[i] = atMs;
}

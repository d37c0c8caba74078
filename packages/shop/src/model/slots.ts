/**
 * A fixed number of slots that are taken and given back: connections of a pool, worker threads of a process. A request is
 * walked through to its end before the next one begins, so a slot may be booked for later; it is busy only in its own time.
 */
export interface Slots {
  readonly max: number;
  bookings: Booking[];
  /** Times during which a caller waited or waits for a slot. */
  waits: Booking[];
}

interface Booking { readonly fromMs: number; readonly toMs: number }

/** Nobody asks about times longer ago than this. */
const KEPT_MS = 20_000;
/** So many are kept before the old ones are swept out. */
const SWEEP_COUNT = 64;

export function makeSlots(max: number): Slots {
  return { max, bookings: [], waits: [] };
}

/** The first moment from `atMs` on at which a slot is free; Infinity when all are lost. Nothing is taken yet. */
export function freeFrom(slots: Slots, atMs: number): number {
  let from = atMs;
  for (;;) {
    let busy = 0;
    let firstEndMs = Infinity;
    for (const { fromMs, toMs } of slots.bookings) {
      if (fromMs > from || toMs <= from) continue;
      busy++;
      if (toMs < firstEndMs) firstEndMs = toMs;
    }
    if (busy < slots.max) return from;
    if (firstEndMs === Infinity) return Infinity;
    from = firstEndMs;
  }
}

export function book(slots: Slots, fromMs: number, toMs: number): void {
  if (slots.bookings.length >= SWEEP_COUNT) slots.bookings = slots.bookings.filter((booking) => booking.toMs > fromMs - KEPT_MS);
  slots.bookings.push({ fromMs, toMs });
}

export function noteWait(slots: Slots, fromMs: number, toMs: number): void {
  if (slots.waits.length >= SWEEP_COUNT) slots.waits = slots.waits.filter((wait) => wait.toMs > fromMs - KEPT_MS);
  slots.waits.push({ fromMs, toMs });
}

export function used(slots: Slots, atMs: number): number {
  return Math.min(slots.max, covering(slots.bookings, atMs));
}

export function waiting(slots: Slots, atMs: number): number {
  return covering(slots.waits, atMs);
}

function covering(bookings: readonly Booking[], atMs: number): number {
  let count = 0;
  for (const { fromMs, toMs } of bookings) if (fromMs <= atMs && toMs > atMs) count++;
  return count;
}

/** One slot is lost from now on, if there is one left to lose. */
export function leak(slots: Slots, atMs: number): void {
  const lost = slots.bookings.filter(({ toMs }) => toMs === Infinity).length;
  if (lost < slots.max) slots.bookings.push({ fromMs: atMs, toMs: Infinity });
}

export function giveBackLeaked(slots: Slots, atMs: number): void {
  slots.bookings = slots.bookings.map((booking) => booking.toMs === Infinity ? { fromMs: booking.fromMs, toMs: atMs } : booking);
}

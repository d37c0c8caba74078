import type { IntakeHistory, Rates } from '../api/ingest.ts';

/** Items by time: a ring of slots, enough for rates over a quarter of an hour. Plain data. */
export interface Flow {
  /** Number of the newest slot: its time / `slotMs`. */
  newest: number;
  /** [slot % slotsHeld] of each kind. */
  readonly accepted: Float64Array;
  readonly refused: Float64Array;
  readonly deduplicated: Float64Array;
}
export type FlowKind = 'accepted' | 'refused' | 'deduplicated';

export const slotMs = 10_000;
const slotsHeld = 90;
/** Slots of one step of the history that is given out. */
const slotsPerStep = 3;

export function makeFlow(): Flow {
  return { newest: 0, accepted: new Float64Array(slotsHeld), refused: new Float64Array(slotsHeld), deduplicated: new Float64Array(slotsHeld) };
}

export function addToFlow(flow: Flow, kind: FlowKind, items: number, atMs: number): void {
  moveOn(flow, atMs);
  flow[kind][flow.newest % slotsHeld] += items;
}

/** Empties the slots between the newest and now. Time that goes back stays in the newest slot. */
function moveOn(flow: Flow, nowMs: number): void {
  const now = Math.floor(nowMs / slotMs);
  if (now <= flow.newest) return;
  for (let slot = Math.max(flow.newest + 1, now - slotsHeld + 1); slot <= now; slot++) {
    for (const kind of [flow.accepted, flow.refused, flow.deduplicated]) kind[slot % slotsHeld] = 0;
  }
  flow.newest = now;
}

/** Items a second over the last minutes, or over the time since `sinceMs` where that is shorter. */
export function ratesOf(flow: Flow, kind: FlowKind, sinceMs: number, nowMs: number): Rates {
  moveOn(flow, nowMs);
  const over = (minutes: number): number => {
    const slots = Math.min(slotsHeld, (minutes * 60_000) / slotMs);
    let sum = 0;
    for (let slot = flow.newest - slots + 1; slot <= flow.newest; slot++) sum += flow[kind][(slot + slotsHeld) % slotsHeld];
    const overMs = nowMs - Math.max((flow.newest - slots + 1) * slotMs, Math.min(sinceMs, nowMs - slotMs));
    return sum / (Math.max(overMs, slotMs) / 1_000);
  };
  return { m1: over(1), m5: over(5), m15: over(15) };
}

/** The whole ring in steps, oldest first; the last step is not over yet. */
export function historyOf(flow: Flow, nowMs: number): IntakeHistory {
  moveOn(flow, nowMs);
  const steps = slotsHeld / slotsPerStep;
  const last = Math.floor(flow.newest / slotsPerStep);
  const stepMs = slotMs * slotsPerStep;
  const fold = (kind: Float64Array): number[] => Array.from({ length: steps }, (_, at) => {
    let sum = 0;
    for (let slot = (last - steps + 1 + at) * slotsPerStep, n = 0; n < slotsPerStep; slot++, n++) {
      if (slot <= flow.newest && slot > flow.newest - slotsHeld) sum += kind[(slot + slotsHeld) % slotsHeld];
    }
    return sum;
  });
  return { stepMs, fromMs: (last - steps + 1) * stepMs, accepted: fold(flow.accepted), refused: fold(flow.refused) };
}

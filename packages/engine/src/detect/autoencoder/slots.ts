import type { FeatureId } from '../../model/index.ts';

/**
 * One place in the vector that the autoencoder reads. The first feature that a service reports fills it, so that a service with
 * CPU seconds and one with a CPU share look the same after standardising. The table is part of the model: changing it means
 * training anew (`version` of the weights says for which slots they were made).
 */
export interface Slot {
  readonly name: string;
  /** Best first. */
  readonly features: readonly FeatureId[];
  readonly transform: 'logCount' | 'angle' | 'log' | 'logSmall';
  /** Least standard deviation on the transformed scale. */
  readonly floor: number;
  /** Chance alone gives a standard deviation of `sampling` ÷ √events; 0 where weight says nothing. */
  readonly sampling: number;
}

export const slots: readonly Slot[] = [
  { name: 'rate', features: ['request_rate'], transform: 'logCount', floor: 0.05, sampling: 1 },
  { name: 'errors', features: ['error_share'], transform: 'angle', floor: 0.02, sampling: 0.5 },
  { name: 'p50', features: ['latency_p50'], transform: 'log', floor: 0.04, sampling: 0.9 },
  { name: 'p95', features: ['latency_p95'], transform: 'log', floor: 0.06, sampling: 1.5 },
  { name: 'cpu', features: ['cpu_utilization', 'cpu_usage', 'eventloop_utilization'], transform: 'logSmall', floor: 0.05, sampling: 0 },
  { name: 'memory', features: ['memory_usage', 'heap_usage', 'memory_utilization', 'heap_utilization'], transform: 'log', floor: 0.02, sampling: 0 },
  { name: 'pressure', features: ['pool_utilization', 'active_requests', 'pool_used', 'queue_lag'], transform: 'logSmall', floor: 0.1, sampling: 0 },
  { name: 'error logs', features: ['error_log_rate'], transform: 'logCount', floor: 0.3, sampling: 0 },
];

export const slotCount = slots.length;

/** Panes in one window: five minutes. */
export const windowPanes = 30;
/** Newest panes that are reconstructed and judged. */
export const judgedPanes = 6;
/** Floats that one window is for the model: every slot's value, then whether it was reported, pane by pane, oldest first. */
export const inputFloats = windowPanes * slotCount * 2;
export const outputFloats = judgedPanes * slotCount;

const placeOf: ReadonlyMap<FeatureId, { readonly slot: number; readonly rank: number }> =
  new Map(slots.flatMap((slot, index) => slot.features.map((feature, rank) => [feature, { slot: index, rank }] as const)));

/** Where a feature goes; undefined: the autoencoder does not read it. */
export function placeOfFeature(feature: FeatureId): { readonly slot: number; readonly rank: number } | undefined {
  return placeOf.get(feature);
}

/** Keeps ln finite, and stops what is next to nothing from counting. */
const smallest = 0.01;

export function transformSlot(slot: Slot, value: number, paneSeconds: number): number {
  const positive = Math.max(value, 0);
  switch (slot.transform) {
    case 'logCount': return Math.log(positive * paneSeconds + 0.5);
    case 'angle': return Math.asin(Math.sqrt(Math.min(positive, 1)));
    case 'log': return Math.log(positive + smallest);
    case 'logSmall': return Math.log(positive + 0.05);
  }
}

import type { EntityId, Observation, Pane } from '../../model/index.ts';
import { forgetSlot, learnSlot, makeScaler, standardise } from './scaler.ts';
import type { Scaler } from './scaler.ts';
import { placeOfFeature, slotCount, slots, transformSlot, windowPanes } from './slots.ts';

/** The last five minutes of one service as the model reads them: about 1.4 kB, plain data. */
export interface Window {
  readonly entity: EntityId;
  readonly scaler: Scaler;
  /** Rank of the feature that fills each slot; -1: none yet. */
  readonly ranks: Int8Array;
  /** When that feature was last reported. */
  readonly heardMs: Float64Array;
  /** `windowPanes` × slots, NaN: not known. A ring; `next` is where the next pane goes. */
  readonly values: Float32Array;
  next: number;
  /** Panes written since it began. */
  panes: number;
  /** Start of the last pane in which anything was reported of it. */
  lastMs: number;
}

export function makeWindow(entity: EntityId): Window {
  return {
    entity, scaler: makeScaler(), ranks: new Int8Array(slotCount).fill(-1), heardMs: new Float64Array(slotCount),
    values: new Float32Array(windowPanes * slotCount).fill(Number.NaN), next: 0, panes: 0, lastMs: 0,
  };
}

/** What one pane says of one service, before it is standardised. */
export interface Reading {
  readonly entity: EntityId;
  readonly values: Float64Array;
  readonly weights: Float64Array;
  readonly ranks: Int8Array;
}

/** The observations of services that have a slot. Of several (pools, say) the largest counts, of two features the better one. */
export function readPane(pane: Pane): Map<EntityId, Reading> {
  const readings = new Map<EntityId, Reading>();
  for (const observation of pane.observations) {
    const place = placeOfFeature(observation.feature);
    if (place === undefined || !observation.entity.startsWith('service:') || !Number.isFinite(observation.value)) continue;
    let reading = readings.get(observation.entity);
    if (reading === undefined) {
      reading = makeReading(observation.entity);
      readings.set(observation.entity, reading);
    }
    take(reading, place.slot, place.rank, observation);
  }
  return readings;
}

export function makeReading(entity: EntityId): Reading {
  return { entity, values: new Float64Array(slotCount).fill(Number.NaN), weights: new Float64Array(slotCount), ranks: new Int8Array(slotCount).fill(-1) };
}

function take(reading: Reading, slot: number, rank: number, { value, weight }: Observation): void {
  const held = reading.ranks[slot];
  if (held >= 0 && (held < rank || (held === rank && reading.values[slot] >= value))) return;
  reading.ranks[slot] = rank;
  reading.values[slot] = value;
  reading.weights[slot] = weight;
}

/**
 * Writes the next pane; null: nothing was reported. What was learnt before decides how the pane is read, then it is learnt from.
 * `learns` false leaves level and spread as they are (the service is in trouble).
 */
export function writePane(window: Window, reading: Reading | null, startMs: number, paneSeconds: number, learns: boolean): void {
  const from = window.next * slotCount;
  window.next = (window.next + 1) % windowPanes;
  window.panes++;
  if (reading !== null) window.lastMs = startMs;
  for (let slot = 0; slot < slotCount; slot++) {
    window.values[from + slot] = Number.NaN;
    if (reading === null || reading.ranks[slot] < 0 || !settle(window, slot, reading.ranks[slot], startMs, 1000 * paneSeconds * windowPanes)) continue;
    const y = transformSlot(slots[slot], reading.values[slot], paneSeconds);
    window.values[from + slot] = standardise(window.scaler, slot, y, reading.weights[slot]);
    if (learns) learnSlot(window.scaler, slot, y, reading.weights[slot]);
  }
}

/** One feature fills a slot; when a better one comes the slot begins anew, a lesser one is left aside until the better one has been silent for a window. */
function settle(window: Window, slot: number, rank: number, startMs: number, silentMs: number): boolean {
  const held = window.ranks[slot];
  if (held >= 0 && held < rank && startMs - window.heardMs[slot] <= silentMs) return false;
  window.heardMs[slot] = startMs;
  if (held === rank) return true;
  window.ranks[slot] = rank;
  forgetSlot(window.scaler, slot);
  return true;
}

/** Value of a slot, `back` panes ago (0: the newest). NaN: not known. */
export function valueAt(window: Window, back: number, slot: number): number {
  return window.values[((window.next - 1 - back + 2 * windowPanes) % windowPanes) * slotCount + slot];
}

/** The window as the model reads it, at `offset`: per pane, oldest first, every value (0 when not known), then every mask. */
export function fillInput(window: Window, inputs: Float32Array, offset: number): void {
  for (let pane = 0; pane < windowPanes; pane++) {
    const from = ((window.next + pane) % windowPanes) * slotCount;
    const to = offset + pane * slotCount * 2;
    for (let slot = 0; slot < slotCount; slot++) {
      const value = window.values[from + slot];
      const isKnown = value === value;
      inputs[to + slot] = isKnown ? value : 0;
      inputs[to + slotCount + slot] = isKnown ? 1 : 0;
    }
  }
}

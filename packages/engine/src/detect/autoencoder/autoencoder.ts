import type { EntityId, FeatureId, Pane, TrainedModel } from '../../model/index.ts';
import { openArrays } from './arrays.ts';
import { inputFloats, outputFloats, slotCount, slots } from './slots.ts';
import { trained } from './weights.ts';
import { fillInput, makeWindow, readPane, valueAt, writePane } from './windows.ts';
import type { Window } from './windows.ts';

/**
 * The autoencoder as a detector: for every service and pane, how far the last minute is from what the network told of it after
 * it had read the last five. It says how unusual, never how probable: whoever asks turns scores into probabilities on the
 * service's own past, as for any joint member.
 *
 * To call it: once a pane, after the pane is known and before its findings are made.
 *
 *     const autoencoder = openAutoencoder({ paneMs, services: settings.limits.services, model }, saved);
 *     for (const { entity, score, contributors } of autoencoder.step(pane, (entity) => troubled.has(entity))) …
 *
 * A NaN score is unknown (the service is young or silent, or the model failed) and must not be learnt from as ordinary.
 */
export interface Autoencoder {
  /** One row for each service that is known, in the order in which they were first seen. `isTroubled`: do not learn what is normal from it now. */
  step(pane: Pane, isTroubled: (entity: EntityId) => boolean): readonly Judged[];
  /** `autoencoder 1a2b3c4d`: for `Finding.version`. */
  readonly version: string;
  counters(): Readonly<Record<string, number>>;
  save(): unknown;
}

export interface Judged {
  readonly entity: EntityId;
  /** Zero or more, about 1 where all is well; NaN: unknown. */
  readonly score: number;
  /** Features and their share in the score, largest first; empty when unknown. Shares of features that are left out are below `leastShare`. */
  readonly contributors: readonly { readonly feature: FeatureId; readonly subject: string; readonly share: number }[];
}

export interface AutoencoderOptions {
  readonly paneMs: number;
  /** Most services that are followed; the rest are counted as `autoencoder_refused`. */
  readonly services: number;
  /** What computes the network; the typed arrays when not given. */
  readonly model?: TrainedModel | undefined;
}

interface State {
  readonly windows: Map<EntityId, Window>;
  refused: number;
  /** Windows that were judged, and those that the model did not answer. */
  judged: number;
  unanswered: number;
}

/** A service is judged after this many panes: two minutes, like every series. */
const warmPanes = 12;
/** Slots that must be known in the panes judged: one alone is no joint matter. */
const leastSlots = 2;
/** Windows given to the model at once: bounds its buffers, and is where ONNX Runtime stops to gain. */
const batchWindows = 256;
const leastShare = 0.05;
/** Forgotten when not reported for 26 h, like any series. */
const forgetMs = 26 * 3_600_000;

export function openAutoencoder({ paneMs, services, model = openArrays() }: AutoencoderOptions, saved?: unknown): Autoencoder {
  if (model.inputFloats !== inputFloats || model.outputFloats !== outputFloats) throw new Error('BUG: a model of another shape than the autoencoder\'s');
  const state = (saved ?? { windows: new Map(), refused: 0, judged: 0, unanswered: 0 }) as State;
  const inputs = new Float32Array(batchWindows * inputFloats);
  return {
    version: `autoencoder ${model.version}`,
    step(pane, isTroubled) {
      takePane(state, pane, paneMs, services, isTroubled);
      const rows: Judged[] = [];
      const batch: Window[] = [];
      for (const window of state.windows.values()) {
        if (!isJudgeable(window, pane.startMs)) rows.push({ entity: window.entity, score: Number.NaN, contributors: [] });
        else if (batch.push(window) === batchWindows) rows.push(...judgeBatch(state, model, batch.splice(0), inputs));
      }
      rows.push(...judgeBatch(state, model, batch, inputs));
      return rows;
    },
    counters: () => ({ autoencoder_services: state.windows.size, autoencoder_refused: state.refused, autoencoder_judged: state.judged, autoencoder_unanswered: state.unanswered }),
    save: () => state,
  };
}

function takePane(state: State, pane: Pane, paneMs: number, services: number, isTroubled: (entity: EntityId) => boolean): void {
  const readings = readPane(pane);
  for (const entity of readings.keys()) {
    if (state.windows.has(entity)) continue;
    if (state.windows.size < services) state.windows.set(entity, makeWindow(entity));
    else state.refused++;
  }
  for (const [entity, window] of state.windows) {
    writePane(window, readings.get(entity) ?? null, pane.startMs, paneMs / 1000, !isTroubled(entity));
    if (pane.startMs - window.lastMs > forgetMs) state.windows.delete(entity);
  }
}

function isJudgeable(window: Window, startMs: number): boolean {
  if (window.panes < warmPanes || window.lastMs < startMs) return false;
  let known = 0;
  for (let slot = 0; slot < slotCount; slot++) {
    for (let back = 0; back < trained.scoredPanes; back++) {
      if (Number.isNaN(valueAt(window, back, slot))) continue;
      known++;
      break;
    }
  }
  return known >= leastSlots;
}

function judgeBatch(state: State, model: TrainedModel, batch: readonly Window[], inputs: Float32Array): Judged[] {
  if (batch.length === 0) return [];
  batch.forEach((window, index) => fillInput(window, inputs, index * inputFloats));
  const told = model.run(inputs.subarray(0, batch.length * inputFloats), batch.length);
  if (told === null) {
    state.unanswered += batch.length;
    return batch.map(({ entity }) => ({ entity, score: Number.NaN, contributors: [] }));
  }
  state.judged += batch.length;
  return batch.map((window, index) => judgeWindow(window, told, index * outputFloats));
}

/**
 * Root of the mean, over the slots that are known, of (√n · mean residual of the newest panes ÷ its usual deviation)². Residuals
 * of one sign add up, noise cancels. trainer/score.py is the same rule.
 */
export function judgeWindow(window: Window, told: Float32Array, offset: number): Judged {
  const parts = new Float64Array(slotCount);
  let total = 0;
  let known = 0;
  for (let slot = 0; slot < slotCount; slot++) {
    let sum = 0;
    let count = 0;
    for (let back = 0; back < trained.scoredPanes; back++) {
      const value = valueAt(window, back, slot);
      if (Number.isNaN(value)) continue;
      sum += value - told[offset + back * slotCount + slot];
      count++;
    }
    if (count === 0) continue;
    known++;
    parts[slot] = (sum * sum) / (count * trained.deviations[slot] ** 2);
    total += parts[slot];
  }
  return { entity: window.entity, score: Math.sqrt(total / known), contributors: contributorsOf(window, parts, total) };
}

function contributorsOf(window: Window, parts: Float64Array, total: number): Judged['contributors'] {
  if (!(total > 0)) return [];
  return slots
    .map((slot, index) => ({ feature: slot.features[Math.max(0, window.ranks[index])], subject: '', share: parts[index] / total }))
    .filter(({ share }) => share >= leastShare)
    .toSorted((a, b) => b.share - a.share);
}
